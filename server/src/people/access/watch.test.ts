import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTown, type Town } from '../../../test/town.ts'
import type { Someone } from '../../../test/world.ts'
import { openCase } from '../../cases/queries.ts'
import { isRefusal } from '../../kernel/act.ts'
import type { AnyQuery } from '../../kernel/query.ts'
import { holdersForApplication, viewHoldings, viewRegister } from '../../register/acts.ts'
import { completeIdNumber } from '../../values/idNumber.ts'
import { endAccess } from './acts.ts'
import { auditConsole, securityConsole } from './consoles.ts'
import { looksAtMe } from './queries.ts'

let town: Town
let desk: Someone
let head: Someone
let stranger: Someone
let security: Someone
let audit: Someone
let someCase = ''

async function ask<T>(who: Someone, query: AnyQuery, params: object = {}): Promise<T> {
  const answer = await town.kernel.read(who.token, (ctx) =>
    query.run(ctx as never, params as never, town.deps),
  )
  if (isRefusal(answer)) throw new Error(answer.code)
  return answer as T
}
const findings = () =>
  town.superuser<{ kind: string; subject: string; severity: string }>(
    `select f.kind, coalesce(p.name, f.subject) as subject, f.severity from kernel.finding f left join kernel.person p on f.subject = 'person:' || p.id order by f.id`,
  )
const many = async (n: number, look: () => Promise<unknown>) => {
  for (let i = 0; i < n; i++) await look()
}

beforeAll(async () => {
  town = await openTown(Array.from({ length: 14 }, () => ({})))
  desk = await town.person('desk', ['enquiry'])
  head = await town.person('head', ['centre_lead'])
  security = await town.person('security', ['admin_security'], 'city')
  audit = await town.person('audit', ['admin_audit'], 'city')
  stranger = await town.person('stranger', ['acceptance'], 'jiangbei')
  someCase = await town.bringTo('first_review', town.homes[0]!)
}, 120_000)
afterAll(() => town[Symbol.asyncDispose]())

test('an ordinary day: cases handled, looks taken, a mistake or two, and nothing is found', async () => {
  await town.bringTo('end', town.homes[1]!)
  await many(3, () => town.as(desk, viewRegister, { unitCode: town.homes[2]!.code, purpose: 'enquiry' }))
  await many(4, () =>
    town.as(town.staff.clerk, viewRegister, { unitCode: town.homes[2]!.code, purpose: 'case' }),
  )
  await many(8, () => town.as(town.staff.clerk, holdersForApplication, { unitCode: town.homes[0]!.code }))
  await many(20, () =>
    town.as(town.staff.reviewer, viewRegister, { unitCode: town.homes[0]!.code, purpose: 'case' }),
  )
  expect(await town.accessWatch.runOnce()).toEqual([])
  expect(await findings()).toEqual([])
})

// The planted fault, by whom, and what is found. Each is planted once; the ones before it stay found and are not found again.
test.each<[what: string, kinds: string | string[], subject: () => string, plant: () => Promise<unknown>]>([
  [
    'six looks for a case that is not there',
    'access_over_scope',
    () => 'recorder',
    () =>
      many(6, () =>
        town.as(town.staff.recorder, viewRegister, { unitCode: town.homes[3]!.code, purpose: 'case' }),
      ),
  ],
  [
    'six tries at a case of another office',
    'access_over_scope',
    () => 'stranger',
    () => many(6, () => town.as(stranger, openCase, { caseId: someCase })),
  ],
  [
    'six tries at a unit of another office',
    'access_over_scope',
    () => 'jlead',
    async () => {
      const jlead = await town.person('jlead', ['centre_lead'], 'jiangbei')
      await many(6, () =>
        town.as(jlead, viewRegister, { unitCode: town.homes[0]!.code, purpose: 'inspection' }),
      )
    },
  ],
  [
    'six questions by person without a purpose',
    'access_over_scope',
    () => 'desk2',
    async () => {
      const desk2 = await town.person('desk2', ['enquiry'])
      await many(6, () => town.as(desk2, viewHoldings, { idNumber: '330203197001010117', basis: '来函' }))
    },
  ],
  [
    'six looks at one unit without a case',
    'access_same_unit',
    () => `unit:${town.homes[4]!.code}`,
    () =>
      many(6, () => town.as(head, viewRegister, { unitCode: town.homes[4]!.code, purpose: 'inspection' })),
  ],
  [
    'two hundred and one looks in a day',
    'access_many_looks',
    () => 'reviewer',
    () =>
      many(201 - 20, () =>
        town.as(town.staff.reviewer, viewRegister, { unitCode: town.homes[0]!.code, purpose: 'case' }),
      ),
  ],
  [
    'holders read for eleven applications that never came',
    'access_idle_holders',
    () => 'clerk2',
    async () => {
      for (let i = 0; i < 11; i++)
        await town.as(town.staff.otherClerk, holdersForApplication, {
          unitCode: town.homes[3 + (i % 11)]!.code,
        })
    },
  ],
  [
    'twenty-one units found by identity numbers, which in a small town follow one another',
    ['access_person_sweep', 'access_number_series'],
    () => 'desk',
    async () => {
      const rows = await town.superuser<{ sealed: Buffer }>(
        `select p.id_sealed as sealed from register.party p join register.entry_party ep on ep.party_id = p.id
         join register.live l on l.entry_id = ep.entry_id where l.kind = 'ownership' and ep.role = 'holder' order by p.id limit 12`,
      )
      for (const { sealed } of [...rows, ...rows])
        await town.as(desk, viewHoldings, {
          idNumber: town.deps.vault.open(sealed).toString(),
          purpose: 'enquiry',
          basis: '公安来函',
        })
    },
  ],
])(
  '%s: %s',
  async (_, kinds, subject, plant) => {
    await plant()
    const before = await findings()
    expect((await town.accessWatch.runOnce()).length).toBe(1)
    const added = (await findings()).slice(before.length)
    expect(added.map((one) => [one.kind, one.subject])).toEqual(
      [kinds].flat().map((kind) => [kind, subject()]),
    )
    expect(await town.accessWatch.runOnce()).toEqual([])
  },
  120_000,
)

test('a finding that was closed is not opened again for the same day', async () => {
  await town.superuser(
    `update kernel.finding set state = 'closed', verified_by = $1 where kind = 'access_over_scope'`,
    [head.id],
  )
  expect(await town.accessWatch.runOnce()).toEqual([])
})

test('the security administrator sees how often each person tried, by office; the audit administrator what administrators tried', async () => {
  const seen = await ask<{ overScope: { person: string; day: number }[]; findings: unknown[] }>(
    security,
    securityConsole,
  )
  const times = Object.fromEntries(seen.overScope.map((one) => [one.person, one.day]))
  expect(times).toMatchObject({ recorder: 6, stranger: 6, jlead: 6, desk2: 6, clerk: 4 })
  expect(seen.findings.length).toBeGreaterThan(2)
  const [own] = await town.superuser<{ id: string }>(
    'select id from kernel.duty_grant where person_id = $1',
    [security.id],
  )
  await town.as(security, endAccess, { district: 'city', grantId: own!.id, reason: '试一试' })
  const audited = await ask<{ items: { person: string; refusal: string }[] }>(audit, auditConsole, {
    show: 'own',
  })
  expect(audited.items).toMatchObject([{ person: 'security', refusal: 'access_own_admin' }])
})

test('my own trace: what others saw of my register pages and did to my account, and not what I did', async () => {
  // The clerk holds a home: the register names the same identity number.
  const [party] = await town.superuser<{ id: string; unit: string }>(
    `select p.id, l.unit_code as unit from register.live l join register.entry_party ep on ep.entry_id = l.entry_id
     join register.party p on p.id = ep.party_id where l.kind = 'ownership' and l.unit_code = $1`,
    [town.homes[4]!.code],
  )
  await town.superuser(
    `begin; set local session_replication_role = replica; update register.party set id_hash = (select id_hash from people.identity where person_id = '${town.staff.clerk.id}') where id = '${party!.id}'; commit`,
  )
  const mine = await ask<{
    items: { type: string; person: string; unitCode: string | null; purpose: string | null }[]
  }>(town.staff.clerk, looksAtMe)
  expect(mine.items.filter((one) => one.type === 'register.view')).toHaveLength(6)
  expect(mine.items.find((one) => one.type === 'register.view')).toMatchObject({
    person: 'head',
    unitCode: town.homes[4]!.code,
    purpose: 'inspection',
  })
  expect(mine.items.map((one) => one.type)).toContain('people.enrol')
  expect(mine.items.map((one) => one.person)).not.toContain('clerk')
  const others = await ask<{ items: { type: string }[] }>(town.staff.archivist, looksAtMe)
  expect(others.items.filter((one) => one.type.startsWith('register.'))).toEqual([])
})

/** The enquiry desk asks by identity numbers of one area and birthday. */
const askBy = (who: Someone, serials: readonly string[]) =>
  Promise.all(
    serials.map((serial) =>
      town.as(who, viewHoldings, {
        idNumber: completeIdNumber(`33020319600606${serial}`),
        purpose: 'enquiry',
        basis: '公安来函',
      }),
    ),
  )
const looks = (who: Someone, n: number) =>
  many(n, () => town.as(who, viewRegister, { unitCode: town.homes[5]!.code, purpose: 'inspection' }))
let odd = 0
// Each at a moment of its own, later than the one before; Monday 9 March is a working day, Saturday 14 March is none.
test.each<[what: string, at: string, plant: (who: Someone) => Promise<unknown>, found: string[]]>([
  [
    'three numbers that follow one another',
    '2026-03-12T02:00:00Z',
    (who) => askBy(who, ['011', '012', '013']),
    ['access_number_series'],
  ],
  [
    'two that follow one another, and one far off',
    '2026-03-12T02:00:00Z',
    (who) => askBy(who, ['011', '012', '313']),
    [],
  ],
  ['three looks late in the evening', '2026-03-12T14:00:00Z', (who) => looks(who, 3), []],
  ['four looks late in the evening', '2026-03-12T14:30:00Z', (who) => looks(who, 4), ['access_off_hours']],
  ['four looks on a Saturday at noon', '2026-03-14T04:00:00Z', (who) => looks(who, 4), ['access_off_hours']],
  ['four looks on a Monday at noon', '2026-03-16T04:00:00Z', (who) => looks(who, 4), []],
])(
  'odd hours and numbers: %s',
  async (_, at, plant, found) => {
    await town.setClock(at)
    const who = await town.person(`odd${++odd}`, ['centre_lead', 'enquiry'])
    await town.accessWatch.runOnce()
    const before = (await findings()).length
    await plant(who)
    await town.accessWatch.runOnce()
    const added = (await findings()).slice(before).filter((one) => one.subject === who.username)
    expect(added.map((one) => one.kind)).toEqual(found)
    expect(await town.accessWatch.runOnce()).toEqual([])
  },
  60_000,
)
