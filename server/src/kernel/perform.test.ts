import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { openTestWorld } from '../../test/world.ts'
import { signIn, signOut } from '../people/acts.ts'

test('a person signs in, and each act leaves exactly one leaf', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', ['acceptance'])
  const before = await world.superuser<{ n: number }>('select count(*)::int as n from kernel.act')
  const out = await world.as(amina, signOut, {})
  expect(out.ok).toBe(true)
  expect((await world.superuser<{ n: number }>('select count(*)::int as n from kernel.act'))[0]!.n).toBe(before[0]!.n + 1)
  await world.sequencer.drain()
  const [left] = await world.superuser<{ queued: number; leaves: number; acts: number }>(
    'select (select count(*) from kernel.act_queue)::int as queued, (select count(*) from evidence.leaf)::int as leaves, (select count(*) from kernel.act)::int as acts')
  expect(left).toEqual({ queued: 0, leaves: left!.acts, acts: left!.acts })
  const again = await world.as(amina, signOut, {})
  expect(again.ok ? 'done' : again.refusal.code).toBe('not_signed_in')
  const wrong = await world.as(null, signIn, { username: 'amina', password: 'x' }, randomUUID())
  expect(wrong.ok ? 'done' : wrong.refusal.code).toBe('wrong_password')
})
