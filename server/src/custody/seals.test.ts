import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore, type Store } from '../../test/store.ts'
import type { Someone } from '../../test/world.ts'
import { seal } from '../cases/acts.ts'
import { verifyEverything } from '../evidence/verify.ts'
import { Figures } from '../supervision/board/figures.ts'
import type { WorkingCalendar } from '../values/calendar.ts'
import { decideDestruction, witness } from './destruction.ts'
import { approveSealHandover, cancelSealHandover, giveSeal, takeSeal } from './seal-handover.ts'
import { askSealDestruction, lockSeal, takeSealOutside, unlockSeal } from './seal-life.ts'
import { seals } from './seal-queries.ts'
import { closeSeals, putBackSeal, registerSeal, retireSeal, takeOutSeal } from './seals.ts'
import { CustodyWatch, closedDay } from './watch.ts'

let store: Store
let image: string
let who: Record<
  'head' | 'leader' | 'sealer' | 'second' | 'third' | 'enquirer' | 'keeper' | 'clerk' | 'superior',
  Someone
>
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

// Seal 1 came with the register and is with the sealer; seal 2 was registered and lies in the safe.
beforeAll(async () => {
  store = await openStore([{}, {}, {}, {}])
  const { head, leader, sealer, keeper, clerk, superior } = store.keepers
  who = {
    head,
    leader,
    sealer,
    keeper,
    clerk,
    superior,
    second: await store.person('sealer2', ['seal_keeping']),
    third: await store.person('sealer3', ['seal_keeping']),
    enquirer: await store.person('enquirer', ['enquiry', 'centre_lead']),
  }
  image = await store.upload(clerk)
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

test('a hand-over is called off by a leader before it was given, afterwards by either hand, and a new one may be approved', async () => {
  const approve = async () =>
    (await store.done(who.head, approveSealHandover, { no: 1, to: who.second.id, reason: '轮岗' }))
      .handoverId as unknown as string
  const off = (by: Someone, handoverId: string) =>
    store.says(by, cancelSealHandover, { handoverId, reason: '不再轮岗' })
  const first = await approve()
  expect(await off(who.sealer, first)).toBe('not_for_you')
  expect(await off(who.leader, first)).toBe('done')
  expect(await off(who.leader, first)).toBe('hand_over_ended')
  expect(await store.says(who.sealer, giveSeal, { handoverId: first })).toBe('hand_over_ended')
  const second = await approve()
  await store.done(who.sealer, giveSeal, { handoverId: second })
  expect(await off(who.head, second)).toBe('not_for_you')
  expect(await off(who.second, second)).toBe('done')
  expect(await store.says(who.second, takeSeal, { handoverId: second })).toBe('hand_over_ended')
  const third = await approve()
  await store.done(who.sealer, giveSeal, { handoverId: third })
  expect(await off(who.sealer, third)).toBe('done')
  expect(await place(1)).toBe(inHand(who.sealer))
})

test('who left the counter locks their seal: it seals nothing, goes to nobody, and only they unlock it', async () => {
  const caseId = await store.bringTo('sealing', store.homes[1]!)
  const input = { caseId, sealNo: 1, opinion: '用印' }
  expect(await store.says(who.second, lockSeal, { no: 1 })).toBe('seal_own')
  await store.done(who.sealer, lockSeal, { no: 1 })
  expect(await store.says(who.sealer, lockSeal, { no: 1 })).toBe('seal_locked')
  expect(await store.says(who.sealer, seal, input)).toBe('seal_locked')
  const { handoverId } = await store.done(who.head, approveSealHandover, {
    no: 1,
    to: who.second.id,
    reason: '轮岗',
  })
  expect(await store.says(who.sealer, giveSeal, { handoverId })).toBe('seal_locked')
  await store.done(who.sealer, putBackSeal, { no: 1 })
  expect(await store.says(who.sealer, takeOutSeal, { no: 1 })).toBe('seal_locked')
  expect(await store.says(who.second, unlockSeal, { no: 1 })).toBe('seal_own')
  await store.done(who.sealer, unlockSeal, { no: 1 })
  expect(await store.says(who.sealer, unlockSeal, { no: 1 })).toBe('seal_not_locked')
  await store.done(who.sealer, takeOutSeal, { no: 1 })
  await store.done(who.leader, cancelSealHandover, { handoverId, reason: '不再轮岗' })
  expect(await store.says(who.sealer, seal, input)).toBe('done')
})

test('a seal whose keeper’s session is locked stands unattended on the board, and seals nothing', async () => {
  const board = async () => {
    const seen = await store.kernel.read(who.head.token, (ctx) => seals.run(ctx as never, {}, store.deps))
    return (seen as { seals: { no: number; unattended: boolean }[] }).seals
      .filter((one) => one.unattended)
      .map((one) => one.no)
  }
  expect(await board()).toEqual([])
  await store.superuser(
    `update kernel.session set bar = 'session_locked', barred_at = kernel.now() where person_id = $1 and ended_at is null`,
    [who.sealer.id],
  )
  expect(await board()).toEqual([1])
  expect(await store.says(who.sealer, putBackSeal, { no: 1 })).toBe('session_locked')
  await store.superuser(
    `update kernel.session set bar = null, barred_at = null where person_id = $1 and ended_at is null`,
    [who.sealer.id],
  )
  expect(await board()).toEqual([])
})

test('no seal is lent or taken outside, whoever asks, and the asking is written down', async () => {
  for (const one of [who.sealer, who.head])
    expect(await store.as(one, takeSealOutside, { no: 1, reason: '银行上门' })).toMatchObject({
      refusal: { code: 'seal_never_outside', clause: '5.3' },
    })
  const [kept] = await store.superuser<{ n: number }>(
    `select count(*)::int as n from kernel.act where type = 'custody.takeSealOutside' and outcome = 'refused' and subject_id = '1'`,
  )
  expect(kept!.n).toBe(2)
})

test('a seal of the book that is not in the register seals nothing', async () => {
  const caseId = await store.bringTo('sealing', store.homes[2]!)
  await store.superuser(`alter table custody.seal disable trigger all`)
  await store.superuser(`update custody.seal set no = 101 where no = 1`)
  try {
    expect(await store.says(who.sealer, seal, { caseId, sealNo: 1, opinion: '用印' })).toBe(
      'seal_unregistered',
    )
  } finally {
    await store.superuser(`update custody.seal set no = 1 where no = 101`)
    await store.superuser(`alter table custody.seal enable trigger all`)
  }
  expect(await store.says(who.sealer, seal, { caseId, sealNo: 1, opinion: '用印' })).toBe('done')
})

test('an electronic seal is in no hand; each paper that bears it is one use in its book, of that very file', async () => {
  const eseal = named(20, who.second.id, { kind: 'acceptance', name: '受理专用章', electronic: true })
  await store.done(who.head, registerSeal, eseal)
  expect(await place(20)).toBe('system')
  expect(
    await store.says(who.head, registerSeal, { ...eseal, no: 21, number: '演-21', keeperId: who.third.id }),
  ).toBe('seal_electronic_once')
  for (const [act, input] of [
    [takeOutSeal, { no: 20 }],
    [lockSeal, { no: 20 }],
  ] as const)
    expect(await store.says(who.second, act, input)).toBe('seal_no_hand')
  expect(await store.says(who.head, approveSealHandover, { no: 20, to: who.third.id, reason: '轮岗' })).toBe(
    'seal_no_hand',
  )
  const caseId = await store.bringTo('first_review', store.homes[3]!)
  const bears = await store.superuser<{ kind: string; seal: number | null; used: number }>(
    `select n.kind, n.seal_no as seal, (select count(*)::int from kernel.custody_line l where l.kind = 'seal' and l.movement = 'use'
        and l.case_id = n.case_id and l.document = n.file and l.serials @> 20::int8 and l.from_place = 'system') as used
     from cases.notice n where n.case_id = $1 or n.seal_no is not null`,
    [caseId],
  )
  expect(bears).toEqual([{ kind: 'acceptance_receipt', seal: 20, used: 1 }])

  // Whoever has the app's password and the clerk's session gives out no paper with a seal that was not used on it.
  const prompt = await store.prompt('mingbu_app')
  await prompt.query('begin')
  await prompt.query(`select kernel.open_act($1, 'case.supplement', null, gen_random_uuid(), sha256('x'))`, [
    who.clerk.token,
  ])
  await prompt.query(
    `insert into cases.notice (district, case_id, kind, body, file, seal_no) values ('haishu', $1, 'supplement', '{}', repeat('a', 64), 20)`,
    [caseId],
  )
  await expect(prompt.query('set constraints cases.sealed immediate')).rejects.toMatchObject({
    constraint: 'paper_seal_used',
  })
  await prompt.query('rollback')
  await prompt.end()

  // The board finds a paper that bears a seal nobody used on it, and a use that no paper bears.
  const open = async () => {
    const figures = await new Figures(store.pools.auditor).all()
    return figures.get('5.1-use-count')!.find(({ district }) => district === 'haishu')?.open ?? 0
  }
  /** What the daily comparison of another watch finds: each compares once a day. */
  const differing = async () => {
    const { pools, kernel, deps, secrets } = store
    const token = Buffer.from(secrets.services.detector!, 'hex')
    await new CustodyWatch({
      pool: pools.auditor,
      kernel,
      token,
      calendar: deps.calendar,
      anyHour: () => true,
    }).runOnce()
    return store.superuser<{ kind: string; subject: string }>(
      `select kind, subject from kernel.finding where kind = 'seal_use_differs'`,
    )
  }
  expect(await open()).toBe(0)
  expect(await differing()).toEqual([])
  await store.superuser('alter table cases.notice disable trigger all')
  await store.superuser(`update cases.notice set seal_no = null where case_id = $1 and seal_no is not null`, [
    caseId,
  ])
  expect(await open()).toBe(1)
  expect(await differing()).toEqual([{ kind: 'seal_use_differs', subject: 'office:haishu' }])
  await store.superuser(
    `update cases.notice set seal_no = 20 where case_id = $1 and kind = 'acceptance_receipt'`,
    [caseId],
  )
  await store.superuser('alter table cases.notice enable trigger all')
  expect(await open()).toBe(0)
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
      anyHour: () => anyHour,
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

test('a worn seal is destroyed as the superior approved, before two who did not keep it, and another takes its place', async () => {
  const asked = { no: 3, note: '印面磨损' }
  expect(await store.says(who.head, askSealDestruction, { no: 2, note: '印面磨损' })).toBe('seal_not_retired')
  expect(await store.says(who.enquirer, askSealDestruction, asked)).toBe('seal_kept_by_you')
  expect(await store.says(who.head, registerSeal, named(4, who.second.id, { replaces: 2 }))).toBe(
    'seal_still_used',
  )
  const { destructionId } = await store.done(who.head, askSealDestruction, asked)
  expect(await store.says(who.leader, askSealDestruction, asked)).toBe('seal_not_retired')
  const decided = { district: 'haishu', destructionId, approve: true, decisionNo: '甬资规〔2026〕9号' }
  expect(await store.says(who.leader, decideDestruction, decided)).toBe('superior_only')
  await store.done(who.superior, decideDestruction, decided)
  const seen = { destructionId, minutes: image, photos: [image] }
  expect(await store.says(who.enquirer, witness, seen)).toBe('seal_kept_by_you')
  expect(await store.says(who.head, witness, seen)).toBe('four_persons')
  await store.done(who.clerk, witness, seen)
  expect(await store.says(who.clerk, witness, { destructionId })).toBe('four_persons')
  await store.done(who.leader, witness, { destructionId })
  expect(await place(3)).toBe('destroyed')
  await store.done(who.head, registerSeal, named(4, who.second.id, { replaces: 3 }))
  expect(await store.says(who.head, registerSeal, named(5, who.enquirer.id, { replaces: 3 }))).toBe(
    'seal_still_used',
  )
  const [old] = await store.superuser<{ state: string }>(`select state from custody.seal where no = 3`)
  expect(old!.state).toBe('destroyed')
})

test('the day is closed once, says which seals are out, and lets none out any more', async () => {
  // Seal 2 is out with its keeper, and has its finding of today; seal 1 is in.
  expect(await store.says(who.third, closeSeals, {})).toBe('no_duty')
  expect(await store.done(who.head, closeSeals, { note: '二号章外出未归' })).toEqual({
    inside: 2,
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
