import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { openTestWorld, type Someone, testPassword } from '../../test/world.ts'
import { storeFile } from '../cases/acts.ts'
import { raiseAlarm } from '../evidence/alarms.ts'
import { signIn } from '../people/acts.ts'
import { type BoardTown, playBoard } from './board.ts'

test('after a random history every counter of the board says what a plain count says: as it stands, counted, and rebuilt', async () => {
  await using world = await openTestWorld()
  const people = new Map<string, Someone>()
  const offices: Record<string, { clerks: string[]; leaders: string[] }> = {}
  for (const office of ['haishu', 'yuyao']) {
    offices[office] = {
      clerks: [`${office}.a`, `${office}.b`],
      leaders: [`${office}.head`, `${office}.leader`],
    }
    for (const one of offices[office].clerks) people.set(one, await world.person(one, ['acceptance'], office))
    for (const one of offices[office].leaders)
      people.set(one, await world.person(one, ['centre_lead'], office))
  }
  const who = (username: string) => people.get(username)!
  const town: BoardTown = {
    world,
    offices,
    async signIn() {
      for (const one of people.values()) {
        const outcome = await world.as(null, signIn, { username: one.username, password: testPassword })
        one.token = Buffer.from((outcome as unknown as { result: { token: string } }).result.token, 'hex')
      }
    },
    async upload(username) {
      const taken = await world.deps.files.take(
        Readable.from([`%PDF-1.7\n% ${randomUUID()}\n%%EOF\n`]),
        'application/pdf',
      )
      if (typeof taken === 'string') throw new Error(taken)
      return world.as(who(username), storeFile, { file: taken.sha256, media: taken.type, bytes: taken.size })
    },
    attempt: (username, act, input) => world.as(who(username), act, input),
    wrongPassword: (username) => world.as(null, signIn, { username, password: 'wrong' }),
    alarm: (input) =>
      world.kernel.perform(raiseAlarm, {
        token: Buffer.from(world.secrets.services.detector!, 'hex'),
        requestId: randomUUID(),
        input: input as never,
      }),
  }
  const report = await playBoard(town, { seed: 3, acts: 400 }, () => {})
  expect(report).toMatchObject({ problems: [], unequal: 0, verified: true })
  expect(report.acts).toBeGreaterThan(350)
  expect(report.counters).toBeGreaterThan(60)
}, 120_000)
