import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestWorld, type TestWorld } from '../../../test/world.ts'
import { makeRoles } from './migrate.ts'

let world: TestWorld
beforeAll(async () => {
  world = await openTestWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

test('installations that open in the same moment on one cluster all get their roles', async () => {
  const admins = await Promise.all(Array.from({ length: 6 }, () => world.admin()))
  try {
    for (let round = 0; round < 10; round++)
      await Promise.all(admins.map((admin) => makeRoles(admin, world.secrets)))
    const prompt = await world.prompt('mingbu_app')
    expect((await prompt.query('select current_user as me')).rows).toEqual([{ me: 'mingbu_app' }])
    await prompt.end()
  } finally {
    await Promise.all(admins.map((admin) => admin.end()))
  }
})

test('what is wrong otherwise is told at once, not tried again', async () => {
  const prompt = await world.prompt('mingbu_app')
  try {
    await expect(makeRoles(prompt, world.secrets)).rejects.toMatchObject({ code: '42501' })
  } finally {
    await prompt.end()
  }
})
