import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { openTestWorld, type Someone, type TestWorld, testPassword } from '../../test/world.ts'
import { AccountWatch } from './account-watch.ts'
import { lock, signIn, signOut } from './acts.ts'
import { activate } from './passwords.ts'

const noon = '2026-03-04T04:00:00Z'
const watchOf = (world: TestWorld) =>
  new AccountWatch({
    pool: world.pools.auditor,
    kernel: world.kernel,
    token: Buffer.from(world.secrets.services.detector!, 'hex'),
    calendar: world.deps.calendar,
    anyHour: () => false,
  })
const enter = async (world: TestWorld, username: string, device: Buffer, workstation: string) => {
  const answer = await world.as(null, signIn, {
    username,
    password: testPassword,
    workstation,
    device: device.toString('hex'),
  })
  if (!answer.ok) return null
  const { token, personId } = answer.result as unknown as { token: string; personId: string }
  return { id: personId, username, token: Buffer.from(token, 'hex') } satisfies Someone
}
const at = (minutes: number) =>
  Temporal.Instant.from(noon)
    .add({ seconds: minutes * 60 })
    .toString()

interface Scene {
  world: TestWorld
  here: Buffer
  there: Buffer
  /** Signs in at a minute after noon. */
  come: (minute: number, who: string, device: Buffer) => Promise<Someone>
  work: (who: Someone) => Promise<unknown>
}
/** Something a session does, so that it is seen to be in use. */
const scenes: [string, (scene: Scene) => Promise<unknown>, string[]][] = [
  ['one person works at one device', async ({ come, work, here }) => work(await come(0, 'amina', here)), []],
  [
    'one person signs in elsewhere ten minutes after their last act',
    async ({ come, work, here, there }) => {
      await work(await come(0, 'amina', here))
      await come(10, 'amina', there)
    },
    [],
  ],
  [
    'one account is used here and signed in there half a minute later',
    async ({ come, work, here, there }) => {
      await work(await come(0, 'amina', here))
      await come(0.5, 'amina', there)
    },
    ['account_two_places'],
  ],
  [
    'one account goes to and fro',
    async ({ come, here, there }) => {
      for (let i = 0; i < 4; i++) await come(i * 5, 'amina', i % 2 ? there : here)
    },
    ['account_to_and_fro'],
  ],
  [
    'two share a device, each signing out',
    async ({ world, come, here }) => {
      const amina = await come(0, 'amina', here)
      await world.as(amina, signOut, {})
      await come(1, 'boris', here)
    },
    [],
  ],
  [
    'somebody types where another had not signed out',
    async ({ come, here }) => {
      await come(0, 'amina', here)
      await come(3, 'boris', here)
    },
    ['typed_as_another'],
  ],
  [
    'four accounts at one device in a day',
    async ({ world, come, here }) => {
      for (const [i, who] of ['amina', 'boris', 'carol', 'dan'].entries()) {
        const one = await come(i * 20, who, here)
        await world.as(one, signOut, {})
      }
    },
    ['device_many_accounts'],
  ],
  [
    'a token is carried to another device',
    async ({ world, come, here, there }) => {
      const amina = await come(0, 'amina', here)
      await world.as({ ...amina, token: Buffer.concat([amina.token.subarray(0, 32), there]) }, lock, {
        idle: false,
      })
    },
    ['token_carried'],
  ],
  [
    'a password is overdue and only its owner’s sign-in was seen',
    async ({ world, come, here }) => {
      await world.superuser(
        `update kernel.account set changed_at = kernel.now() - interval '91 days' where username = 'amina'`,
      )
      await come(0, 'amina', here)
    },
    [],
  ],
  [
    'the database let work be done under an overdue password',
    async ({ world, come, work, here }) => {
      await work(await come(0, 'amina', here))
      await world.superuser(
        `update kernel.account set changed_at = kernel.now() - interval '91 days' where username = 'amina'`,
      )
    },
    ['password_overdue'],
  ],
  [
    'somebody left an hour ago and the account is open',
    ({ world }) =>
      world.superuser(
        `update kernel.person set active_to = kernel.now() - interval '2 hours', active_from = kernel.now() - interval '1 day' where name = 'amina'`,
      ),
    ['leaver_active'],
  ],
  [
    'somebody left ten minutes ago',
    ({ world }) =>
      world.superuser(
        `update kernel.person set active_to = kernel.now() - interval '10 minutes', active_from = kernel.now() - interval '1 day' where name = 'amina'`,
      ),
    [],
  ],
  [
    'work was done in the middle of a leave',
    async ({ world, come, work, here }) => {
      const amina = await come(0, 'amina', here)
      await work(amina)
      await world.superuser(
        `insert into people.absence (district, person_id, during, kind, act_id)
         select 'haishu', '${amina.id}', tstzrange(kernel.now() - interval '1 hour', kernel.now() + interval '1 day'), 'annual', a.id
         from kernel.act a where district = 'haishu' limit 1`,
      )
    },
    ['used_on_leave'],
  ],
  [
    'the right password of somebody on leave is given',
    async ({ world, here }) => {
      const [amina] = await world.superuser<{ id: string }>(
        `select id from kernel.person where name = 'amina'`,
      )
      await world.superuser(
        `insert into people.absence (district, person_id, during, kind, act_id)
         select 'haishu', '${amina!.id}', tstzrange(kernel.now() - interval '1 hour', kernel.now() + interval '1 day'), 'annual', a.id
         from kernel.act a where district = 'haishu' limit 1`,
      )
      expect(await enter(world, 'amina', here, 'x')).toBeNull()
    },
    ['tried_on_leave'],
  ],
  ['two wrong tickets are typed under one name', ({ world }) => wrongTickets(world, 2), []],
  ['three wrong tickets are typed under one name', ({ world }) => wrongTickets(world, 3), ['ticket_misused']],
  [
    'a ticket is shown again after it was used',
    async ({ world }) => {
      await world.superuser(
        `insert into people.ticket (district, person_id, purpose, hash, made_at, expires_at, used_at, act_id)
         select 'haishu', p.id, 'enrol', people.ticket_hash('USED1-USED1'), kernel.now(), kernel.now() + interval '1 day', kernel.now(), a.id
         from kernel.person p, kernel.act a where p.name = 'amina' and a.district = 'haishu' limit 1`,
      )
      expect(await shown(world, 'USED1-USED1')).toBe('ticket_used')
    },
    ['ticket_misused'],
  ],
]

/** Shows a ticket under Amina’s name and gives what was answered. */
async function shown(world: TestWorld, ticket: string): Promise<string> {
  const answer = await world.as(null, activate, { username: 'amina', ticket, password: 'Kettle-rain-47' })
  return answer.ok ? 'done' : answer.refusal.code
}
async function wrongTickets(world: TestWorld, n: number): Promise<void> {
  for (let i = 0; i < n; i++) expect(await shown(world, `WRONG-${i}`)).toBe('ticket_wrong')
}

test.each(scenes)('%s', async (_, play, kinds) => {
  await using world = await openTestWorld({ now: '2026-03-02T02:00:00Z' })
  for (const who of ['amina', 'boris', 'carol', 'dan']) await world.person(who, ['acceptance'])
  // Yesterday’s enrolment has no part in it, and the triggers that keep tables to their acts stand aside for the planting.
  await world.superuser('alter table people.absence disable trigger user')
  await world.setClock(noon)
  const [here, there] = [randomBytes(32), randomBytes(32)]
  await play({
    world,
    here,
    there,
    async come(minute, who, device) {
      await world.setClock(at(minute))
      return (await enter(world, who, device, device === here ? '窗口 1' : '窗口 2'))!
    },
    // A case applied for would need a town; what counts is an act of the person, recorded as done.
    work: (who) => workOf(world, who),
  })
  const watch = watchOf(world)
  const found = (await watch.runOnce()).map((one) => one.kind)
  expect([...new Set(found)].sort()).toEqual([...kinds].sort())
  const findings = () => world.superuser('select kind from kernel.finding')
  expect((await findings()).length).toBe(found.length)
  // Looking again opens nothing again, and acts nothing.
  const acts = () => world.superuser<{ n: number }>('select count(*)::int as n from kernel.act')
  const before = await acts()
  expect(await watch.runOnce()).toEqual([])
  expect(await acts()).toEqual(before)
})

/** An act of work, as the watch counts them: a material stored. */
async function workOf(world: TestWorld, who: Someone): Promise<void> {
  const { storeFile } = await import('../cases/acts.ts')
  const answer = await world.as(who, storeFile, {
    file: randomBytes(32).toString('hex'),
    media: 'image/png',
    bytes: 10,
  })
  if (!answer.ok) throw new Error(answer.refusal.code)
}

test.each([
  ['noon on a Wednesday', '2026-03-04T04:00:00Z', []],
  ['ten at night on a Wednesday', '2026-03-04T14:00:00Z', ['out_of_hours']],
  ['noon on a Sunday', '2026-03-08T04:00:00Z', ['out_of_hours']],
  ['noon in the Spring Festival', '2026-02-18T04:00:00Z', ['out_of_hours']],
  ['noon on a make-up Saturday', '2026-02-28T04:00:00Z', []],
] as const)('work at %s', async (_, when, kinds) => {
  await using world = await openTestWorld({ now: '2026-02-10T04:00:00Z' })
  await world.person('amina', ['acceptance'])
  await world.setClock(when)
  const amina = (await enter(world, 'amina', randomBytes(32), '窗口 1'))!
  await workOf(world, amina)
  await workOf(world, amina)
  const watch = watchOf(world)
  expect((await watch.runOnce()).map((one) => one.kind)).toEqual(kinds)
  expect(await watch.runOnce()).toEqual([])
})
