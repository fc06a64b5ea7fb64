import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore, type Store } from '../../test/store.ts'
import type { Someone } from '../../test/world.ts'
import { seal } from '../cases/acts.ts'
import { verifyEverything } from '../evidence/verify.ts'
import type { WorkingCalendar } from '../values/calendar.ts'
import { approveSealHandover, giveSeal, takeSeal } from './seal-handover.ts'
import { closeSeals, putBackSeal, registerSeal, retireSeal, takeOutSeal } from './seals.ts'
import { CustodyWatch, closedDay } from './watch.ts'

let store: Store
let image: string
let who: Record<'head' | 'leader' | 'sealer' | 'second' | 'third' | 'enquirer' | 'keeper' | 'clerk', Someone>
const named = (no: number, keeperId: string, more: object = {}) => ({
  no,
  kind: 'registration',
  name: '不动产登记专用章',
  number: `演-${no}`,
  keeperId,
  position: '二楼发证室保险柜',
  image,
  ...more,
})
/** Where a seal lies: `store` is the safe. */
const place = async (no: number) => {
  const [row] = await store.superuser<{ place: string }>(
    `select place from kernel.custody_holding where district = 'haishu' and kind = 'seal' and serials @> $1::int8`,
    [no],
  )
  return row?.place ?? null
}
const inHand = (one: Someone) => `person:${one.id}`

// Seal 1 is with the sealer since before the register; seal 2 was registered and lies in the safe.
beforeAll(async () => {
  store = await openStore()
  const { head, leader, sealer, keeper, clerk } = store.keepers
  who = {
    head,
    leader,
    sealer,
    keeper,
    clerk,
    second: await store.person('sealer2', ['seal_keeping']),
    third: await store.person('sealer3', ['seal_keeping']),
    enquirer: await store.person('enquirer', ['enquiry', 'centre_lead']),
  }
  image = await store.upload(clerk)
  await store.done(head, registerSeal, named(1, sealer.id))
  await store.done(head, registerSeal, named(2, who.second.id))
})
afterAll(() => store[Symbol.asyncDispose]())

test('a seal taken over stays where it lay, a new one comes into the safe', async () => {
  expect(await place(1)).toBe(inHand(who.sealer))
  expect(await place(2)).toBe('store')
})

test.each([
  ['head', () => named(9, who.head.id), 'seal_not_own', 'keeperId'],
  ['head', () => named(9, who.clerk.id), 'seal_taker_unfit', 'keeperId'],
  ['head', () => named(9, who.keeper.id), 'seal_taker_unfit', 'keeperId'],
  ['head', () => named(9, who.third.id, { image: 'a'.repeat(64) }), 'photo_unknown', 'image'],
  ['head', () => named(9, who.second.id), 'seal_one_each', undefined],
  ['head', () => named(2, who.third.id), 'seal_known', undefined],
  ['head', () => named(9, who.third.id, { number: '演-2' }), 'seal_known', undefined],
  ['head', () => named(0, who.third.id), 'invalid_input', 'no'],
  ['sealer', () => named(9, who.third.id), 'no_duty', undefined],
  ['keeper', () => named(9, who.third.id), 'no_duty', undefined],
] as const)('%s registers a seal: %o is refused as %s', async (person, input, code, path) => {
  const answer = await store.as(who[person], registerSeal, input())
  expect(answer).toMatchObject({ ok: false, refusal: { code } })
  if (!answer.ok) expect(answer.refusal.fields?.[0]?.path).toBe(path)
  expect(await place(9)).toBe(null)
})

test('only its keeper takes a seal out, only who has it puts it back', async () => {
  expect(await store.says(who.third, takeOutSeal, { no: 2 })).toBe('seal_own')
  expect(await store.says(who.keeper, takeOutSeal, { no: 2 })).toBe('no_duty')
  expect(await store.says(who.second, putBackSeal, { no: 2 })).toBe('seal_not_with_you')
  await store.done(who.second, takeOutSeal, { no: 2 })
  expect(await place(2)).toBe(inHand(who.second))
  expect(await store.says(who.second, takeOutSeal, { no: 2 })).toBe('seal_not_in')
  expect(await store.says(who.third, putBackSeal, { no: 2 })).toBe('seal_not_with_you')
  await store.done(who.second, putBackSeal, { no: 2 })
  expect(await place(2)).toBe('store')
  expect(await store.says(who.second, takeOutSeal, { no: 77 })).toBe('not_found')
})

test('a seal in the safe seals nothing', async () => {
  const caseId = await store.bringTo('sealing', store.homes[0]!)
  await store.done(who.sealer, putBackSeal, { no: 1 })
  const input = { caseId, sealNo: 1, opinion: '用印' }
  expect(await store.says(who.sealer, seal, input)).toBe('seal_not_held')
  await store.done(who.sealer, takeOutSeal, { no: 1 })
  expect(await store.says(who.sealer, seal, input)).toBe('done')
})

test('a seal passes to another as a leader approved before: three persons, two signatures', async () => {
  const approve = (to: Someone) => ({ no: 2, to: to.id, reason: '轮岗' })
  expect(await store.says(who.leader, approveSealHandover, approve(who.leader))).toBe('seal_three_persons')
  expect(await store.says(who.leader, approveSealHandover, approve(who.second))).toBe('seal_three_persons')
  expect(await store.says(who.leader, approveSealHandover, approve(who.clerk))).toBe('seal_taker_unfit')
  expect(await store.says(who.second, approveSealHandover, approve(who.third))).toBe('no_duty')
  const handover = await store.done(who.leader, approveSealHandover, approve(who.third))
  expect(await store.says(who.head, approveSealHandover, approve(who.third))).toBe('seal_approved_already')
  expect(await store.says(who.third, giveSeal, handover)).toBe('seal_own')
  // It lies in the safe: whoever hands it over has it in hand.
  expect(await store.says(who.second, giveSeal, handover)).toBe('seal_not_with_you')
  await store.done(who.second, takeOutSeal, { no: 2 })
  expect(await store.says(who.third, takeSeal, handover)).toBe('hand_over_ended')
  await store.done(who.second, giveSeal, handover)
  expect(await place(2)).toBe(inHand(who.second))
  expect(await store.says(who.sealer, takeSeal, handover)).toBe('not_for_you')
  await store.done(who.third, takeSeal, handover)
  expect(await place(2)).toBe(inHand(who.third))
  expect(await store.says(who.third, takeSeal, handover)).toBe('hand_over_ended')
  await store.done(who.third, putBackSeal, { no: 2 })
  expect(await store.says(who.second, takeOutSeal, { no: 2 })).toBe('seal_own')
})

test('who keeps one seal takes over no other', async () => {
  const handover = await store.done(who.leader, approveSealHandover, {
    no: 1,
    to: who.third.id,
    reason: '轮岗',
  })
  await store.done(who.sealer, giveSeal, handover)
  expect(await store.says(who.third, takeSeal, handover)).toBe('seal_one_each')
  expect(await place(1)).toBe(inHand(who.sealer))
})

const outFindings = () =>
  store.superuser<{ subject: string; severity: string }>(
    `select subject, severity from kernel.finding where kind = 'seal_out_at_closing' order by subject`,
  )
test('after hours the watch finds a seal that is out, once a day, and nothing when all are in', async () => {
  const watch = (anyHour: boolean) =>
    new CustodyWatch({
      pool: store.pools.auditor,
      kernel: store.kernel,
      token: Buffer.from(store.secrets.services.detector!, 'hex'),
      // No day is a working day, so it is always after hours.
      calendar: { isWorkingDay: () => false } as unknown as WorkingCalendar,
      anyHour,
    })
  await store.done(who.sealer, putBackSeal, { no: 1 })
  expect(await watch(false).runOnce()).toEqual([])
  expect(await outFindings()).toEqual([])
  await store.done(who.third, takeOutSeal, { no: 2 })
  expect(await watch(true).runOnce()).toEqual([])
  expect(await outFindings()).toEqual([])
  expect(await watch(false).runOnce()).toEqual(['haishu'])
  expect(await outFindings()).toEqual([{ subject: 'seal:2', severity: 'critical' }])
  expect(await watch(false).runOnce()).toEqual([])
  expect(await outFindings()).toHaveLength(1)
})

test('a retired seal is used no more, and whoever keeps a seal closes no day', async () => {
  const keeps = await store.done(who.head, registerSeal, named(3, who.enquirer.id, { kind: 'enquiry' }))
  expect(await store.says(who.enquirer, closeSeals, {})).toBe('seal_closer')
  expect(await store.says(who.enquirer, retireSeal, { ...keeps, reason: '磨损' })).toBe('seal_not_own')
  await store.done(who.enquirer, takeOutSeal, { no: 3 })
  expect(await store.says(who.head, retireSeal, { no: 3, reason: '磨损' })).toBe('seal_not_in')
  await store.done(who.enquirer, putBackSeal, { no: 3 })
  await store.done(who.head, retireSeal, { no: 3, reason: '磨损' })
  expect(await place(3)).toBe('void')
  expect(await store.says(who.enquirer, takeOutSeal, { no: 3 })).toBe('seal_retired')
  expect(await store.says(who.head, retireSeal, { no: 3, reason: '磨损' })).toBe('seal_retired')
})

test('the day is closed once, says which seals are out, and lets none out any more', async () => {
  // Seal 2 is out with its keeper, and has its finding of today; seal 1 is in.
  expect(await store.says(who.third, closeSeals, {})).toBe('no_duty')
  expect(await store.done(who.head, closeSeals, { note: '二号章外出未归' })).toEqual({
    inside: 1,
    outside: 1,
    findings: 0,
  })
  expect(await store.says(who.leader, closeSeals, {})).toBe('seal_day_closed')
  expect(await store.says(who.sealer, takeOutSeal, { no: 1 })).toBe('seal_day_closed')
  await store.done(who.third, putBackSeal, { no: 2 })
  await store.sequencer.drain()
  expect(await verifyEverything(store.pools.auditor, store.deps.vault)).toMatchObject({
    ok: true,
    problems: [],
  })
})

// 2026-10-01 is a holiday; 2026-11-23 a Monday.
const workday = {
  isWorkingDay: (day: Temporal.PlainDate) => day.dayOfWeek <= 5 && day.toString() !== '2026-10-01',
} as unknown as WorkingCalendar
test.each([
  ['2026-11-23T09:00', null],
  ['2026-11-23T17:29:59', null],
  ['2026-11-23T17:30', '2026-11-23'],
  ['2026-11-23T23:59', '2026-11-23'],
  ['2026-11-24T00:00', null],
  ['2026-11-22T10:00', '2026-11-22'],
  ['2026-10-01T10:00', '2026-10-01'],
])('at %s the day that is over is %s', (at, day) => {
  const now = Temporal.PlainDateTime.from(at).toZonedDateTime('Asia/Shanghai')
  expect(closedDay(workday, now)?.toString() ?? null).toBe(day)
})
