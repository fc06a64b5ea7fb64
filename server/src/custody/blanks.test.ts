import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Keepers, openStore, serial as printed, type Store } from '../../test/store.ts'
import { issue, print, seal } from '../cases/acts.ts'
import { reprint, reseal, spoil } from '../cases/printing.ts'
import { verifyEverything } from '../evidence/verify.ts'
import { countDelivery, receive } from './deliveries.ts'
import { askDestruction, decideDestruction, witness } from './destruction.ts'
import { endOffer, offer, take } from './handover.ts'
import { setReorderLevel } from './reorder.ts'
import { voidBlanks } from './void.ts'

// One store for all; each test has numbers of its own: 1 to 100 were delivered, 11 to 30 lie with the printer.
let store: Store
let after = 0
const serial = (number: number) => printed(after + number)
const range = (first: number, last = first) => ({ first: serial(first), last: serial(last) })
const place = (number: number) => store.place(after + number)
beforeAll(async () => {
  store = await openStore([{}])
})
afterAll(() => store[Symbol.asyncDispose]())
beforeEach(async () => {
  after += 1000
  await store.deliver(after)
})

type Who = keyof Keepers
const whole = async () => {
  await store.sequencer.drain()
  expect(await verifyEverything(store.pools.auditor, store.deps.vault)).toMatchObject({
    ok: true,
    problems: [],
  })
}
const paper = { kind: 'certificate', batch: '2026-2', source: '省厅' }

// Bad input names its field (4.4). Numbers 1 to 100 are this office's already.
test.each([
  ['reversed', 'D33600000210', 'D33600000201', 'invalid_input', 'last'],
  ['of two editions', 'D33600000201', '33600000210', 'invalid_input', 'last'],
  ['of another province', 'D44600000201', 'D44600000210', 'invalid_input', 'first'],
  ['of words', 'first', 'last', 'invalid_input', 'first'],
  ['empty', '', '', 'invalid_input', 'first'],
  ['enormous', 'D33000000000', 'D33999999999', 'invalid_input', 'last'],
  ['the office’s already, in part', 'D33600000100', 'D33600000110', 'serial_twice', undefined],
  ['new', 'D33600000101', 'D33600000110', 'done', undefined],
  ['a single new number', 'D33600000111', 'D33600000111', 'done', undefined],
])('a delivery whose numbers are %s', async (_, first, last, outcome, path) => {
  const answer = await store.as(store.keepers.keeper, receive, { ...paper, first, last })
  expect(answer.ok ? 'done' : answer.refusal.code).toBe(outcome)
  if (!answer.ok) expect(answer.refusal.fields?.[0]?.path).toBe(path)
})

test.each([
  ['keeper', {}, 'own_delivery'],
  ['clerk', {}, 'no_duty'],
  ['otherKeeper', { counted: 9 }, 'delivery_differs'],
  ['otherKeeper', { counted: 9, missing: [[110, 110]] }, 'done'],
  ['otherKeeper', { counted: 10, damaged: [[101, 102]] }, 'done'],
  ['otherKeeper', { counted: 10, damaged: [[100, 101]] }, 'not_in_delivery'],
  [
    'otherKeeper',
    {
      counted: 10,
      damaged: [
        [101, 103],
        [103, 103],
      ],
    },
    'invalid_input',
  ],
  ['otherKeeper', { counted: 9, damaged: [[101, 101]], missing: [[101, 101]] }, 'invalid_input'],
  ['head', {}, 'done'],
] as const)('a delivery of ten, counted by %s who says %o: %s', async (who, said, outcome) => {
  const { deliveryId } = await store.done(store.keepers.keeper, receive, { ...paper, ...range(101, 110) })
  expect(await place(105)).toBe(null)
  const spans = Object.fromEntries(
    Object.entries(said).map(([name, value]) => [
      name,
      typeof value === 'number' ? value : value.map((span: readonly number[]) => range(span[0]!, span[1])),
    ]),
  )
  const input = { deliveryId, counted: 10, damaged: [], missing: [], ...spans }
  expect(await store.says(store.keepers[who], countDelivery, input)).toBe(outcome)
  expect(await place(105)).toBe(outcome === 'done' ? 'store' : null)
  if (outcome === 'done') {
    expect(await store.says(store.keepers.leader, countDelivery, input)).toBe('delivery_counted')
    expect(await place(110)).toBe('missing' in said ? 'missing' : 'store')
    expect(await place(101)).toBe('damaged' in said ? 'void' : 'store')
    await whole()
  }
})

test('what is missing from a delivery is a finding', async () => {
  const { deliveryId } = await store.done(store.keepers.keeper, receive, { ...paper, ...range(101, 110) })
  const finding = () =>
    store.superuser(
      `select clause, severity from kernel.finding where kind = 'delivery_short' and summary_zh like '%' || $1 || '%'`,
      [serial(104)],
    )
  expect(await finding()).toEqual([])
  const input = { deliveryId, counted: 8, damaged: [], missing: [range(104, 105)] }
  await store.done(store.keepers.otherKeeper, countDelivery, input)
  expect(await finding()).toMatchObject([{ clause: '4.4', severity: 'high' }])
})

// Two signatures (4.4): 1 to 10 and 31 to 100 lie in the store, 11 to 30 with the printer.
test.each([
  ['keeper', 'store', 'otherPrinter', [1, 10], 'done'],
  ['keeper', 'store', 'keeper', [1, 10], 'own_hand'],
  ['keeper', 'store', 'clerk', [1, 10], 'taker_unfit'],
  ['keeper', 'store', 'superior', [1, 10], 'taker_unfit'],
  ['keeper', 'store', 'otherPrinter', [10, 11], 'serial_not_there'],
  ['keeper', 'store', 'otherPrinter', [100, 101], 'serial_not_there'],
  ['otherPrinter', 'store', 'otherPrinter', [1, 10], 'not_keeper'],
  ['clerk', 'store', 'printer', [1, 10], 'no_duty'],
  ['printer', 'me', 'otherPrinter', [11, 12], 'done'],
  ['printer', 'me', 'store', [11, 12], 'done'],
  ['otherPrinter', 'me', 'store', [11, 12], 'serial_not_there'],
  ['keeper', 'store', 'store', [1, 10], 'invalid_input'],
] as const)('%s offers from %s to %s: %o is %s', async (giver, from, to, numbers, outcome) => {
  const input = {
    kind: 'certificate',
    ...range(numbers[0], numbers[1]),
    from,
    to: to === 'store' ? 'store' : store.keepers[to].id,
  }
  const before = await place(1)
  expect(await store.says(store.keepers[giver], offer, input)).toBe(outcome)
  expect(await place(1)).toBe(before)
})

test.each([
  ['otherPrinter', 'done'],
  ['keeper', 'own_hand'],
  ['printer', 'not_for_you'],
  ['clerk', 'no_duty'],
] as const)('the keeper gives the second printer blanks; %s signs for them: %s', async (who, outcome) => {
  const { offerId } = await store.done(store.keepers.keeper, offer, {
    kind: 'certificate',
    ...range(1, 10),
    from: 'store',
    to: store.keepers.otherPrinter.id,
  })
  expect(await store.says(store.keepers[who], take, { offerId })).toBe(outcome)
  expect(await place(1)).toBe(outcome === 'done' ? `person:${store.keepers.otherPrinter.id}` : 'store')
  if (outcome === 'done')
    expect(await store.says(store.keepers[who], take, { offerId })).toBe('hand_over_ended')
})

test('a number waits on one hand-over only, and a withdrawn or declined one frees it', async () => {
  const { keeper, otherKeeper, printer, otherPrinter } = store.keepers
  const give = { kind: 'certificate', ...range(5, 9), from: 'store', to: otherPrinter.id }
  const { offerId } = await store.done(keeper, offer, give)
  expect(await store.says(otherKeeper, offer, { ...give, to: printer.id, ...range(9) })).toBe(
    'already_offered',
  )
  expect(await store.says(printer, endOffer, { offerId })).toBe('not_for_you')
  await store.done(keeper, endOffer, { offerId })
  const second = await store.done(otherKeeper, offer, { ...give, to: printer.id, ...range(9) })
  const again = { offerId: second.offerId }
  await store.done(printer, endOffer, again)
  expect(await store.says(printer, take, again)).toBe('hand_over_ended')
  expect(await place(9)).toBe('store')
  await whole()
})

test('of two who sign at the same moment one takes the blanks', async () => {
  const { keeper, otherKeeper, printer } = store.keepers
  for (let number = 11; number < 15; number++) {
    const { offerId } = await store.done(printer, offer, {
      kind: 'certificate',
      ...range(number),
      from: 'me',
      to: 'store',
    })
    const both = await Promise.all([keeper, otherKeeper].map((who) => store.says(who, take, { offerId })))
    expect(both.toSorted()).toEqual(['done', 'hand_over_ended'])
  }
})

// Void (4.5): with a reason and a picture of the stamp, by whoever holds it.
test.each([
  ['printer', [11, 12], 'done'],
  ['otherPrinter', [11, 12], 'serial_not_there'],
  ['keeper', [1, 2], 'done'],
  ['otherPrinter', [1, 2], 'not_keeper'],
  ['keeper', [10, 11], 'void_where'],
  ['keeper', [500, 500], 'serial_not_there'],
  ['clerk', [1, 1], 'no_duty'],
] as const)('%s voids %o: %s', async (who, numbers, outcome) => {
  const input = {
    kind: 'certificate',
    ...range(numbers[0], numbers[1]),
    reason: 'soiled',
    photo: await store.upload(store.staff.clerk),
  }
  expect(await store.says(store.keepers[who], voidBlanks, { ...input, photo: 'a'.repeat(64) })).not.toBe(
    'done',
  )
  expect(await store.says(store.keepers[who], voidBlanks, input)).toBe(outcome)
  if (outcome !== 'done') return
  expect(await store.says(store.keepers[who], voidBlanks, input)).not.toBe('done')
  const give = { kind: 'certificate', ...range(numbers[0], numbers[1]), from: 'me', to: 'store' }
  expect(await store.says(store.keepers.printer, offer, give)).toBe('serial_not_there')
})

/** Numbers 1 and 2 are void and asked to be destroyed by the keeper. */
async function asked() {
  const photo = await store.upload(store.staff.clerk)
  await store.done(store.keepers.keeper, voidBlanks, {
    kind: 'certificate',
    ...range(1, 2),
    reason: 'test',
    photo,
  })
  const { destructionId } = await store.done(store.keepers.keeper, askDestruction, {
    kind: 'certificate',
    note: '集中销毁',
  })
  const decide = (approve = true) => ({
    district: 'haishu',
    destructionId,
    approve,
    decisionNo: '甬自然资批〔2026〕1号',
  })
  const sign = { destructionId, minutes: photo, photos: [photo] }
  return { destructionId, decide, sign }
}

test.each([
  ['superior', 'done'],
  ['leader', 'superior_only'],
  ['keeper', 'no_duty'],
  ['head', 'no_duty'],
] as const)('a destruction is decided by %s: %s', async (who, outcome) => {
  const { decide } = await asked()
  expect(await store.says(store.keepers[who], decideDestruction, decide())).toBe(outcome)
})

test.each([
  ['keeper', 'clerk', 'four_persons', 'destruction_order'],
  ['head', 'head', 'done', 'four_persons'],
  ['head', 'keeper', 'done', 'four_persons'],
  ['superior', 'head', 'wrong_district', 'done'],
  ['head', 'clerk', 'done', 'done'],
] as const)('witnessed by %s and then by %s: %s, %s', async (one, two, first, second) => {
  const { destructionId, decide, sign } = await asked()
  expect(await store.says(store.keepers.head, witness, sign)).toBe('destruction_order')
  await store.done(store.keepers.superior, decideDestruction, decide())
  expect(await store.says(store.keepers.head, witness, { destructionId })).toBe('minutes_missing')
  const says = async (who: Who) => {
    const code = await store.says(store.keepers[who], witness, sign)
    return code === 'not_found' || code === 'wrong_district' ? 'wrong_district' : code
  }
  expect(await says(one)).toBe(first)
  expect(await place(1)).toBe('void')
  const then = await says(two)
  expect(then).toBe(first === 'done' || first === 'wrong_district' ? second : 'done')
  expect(await place(1)).toBe(first === 'done' && second === 'done' ? 'destroyed' : 'void')
  await whole()
})

test('a rejected list can be asked for again, an open one cannot, and nothing void means nothing to ask', async () => {
  const { decide, sign } = await asked()
  const again = { kind: 'certificate', note: '再次申请' }
  expect(await store.says(store.keepers.otherKeeper, askDestruction, again)).toBe('nothing_void')
  await store.done(store.keepers.superior, decideDestruction, decide(false))
  expect(await store.says(store.keepers.head, witness, sign)).toBe('destruction_order')
  expect(await store.says(store.keepers.otherKeeper, askDestruction, again)).toBe('done')
})

// When to order again (4.4): the head of the centre says so, and nobody else.
test.each([
  ['head', { kind: 'certificate', level: 50 }, 'done', undefined],
  ['head', { kind: 'certificate', level: 0 }, 'done', undefined],
  ['keeper', { kind: 'certificate', level: 50 }, 'no_duty', undefined],
  ['leader', { kind: 'certificate', level: 50 }, 'no_duty', undefined],
  ['head', { kind: 'certificate', level: -1 }, 'invalid_input', 'level'],
  ['head', { kind: 'certificate', level: 10_000_001 }, 'invalid_input', 'level'],
  ['head', { kind: 'certificate', level: 1.5 }, 'invalid_input', 'level'],
  ['head', { kind: 'seal', level: 5 }, 'invalid_input', 'kind'],
] as const)('%s sets the reorder level to %o: %s', async (who, input, outcome, path) => {
  const level = () => store.superuser('select kind, level from custody.reorder_level')
  const before = await level()
  const answer = await store.as(store.keepers[who], setReorderLevel, input)
  expect(answer.ok ? 'done' : answer.refusal.code).toBe(outcome)
  if (!answer.ok) expect(answer.refusal.fields?.[0]?.path).toBe(path)
  expect(await level()).toEqual(outcome === 'done' ? [{ ...input }] : before)
})

// Printing (4.4, 4.5): the act stands before the printer runs, so a power cut leaves an explained state.
test('a print that broke off is printed again on the same blank, or spoiled and printed on another; a spoiled one is never issued', async () => {
  const { clerk, printer, sealer } = store.staff
  const caseId = await store.bringTo('printing', store.homes[0]!)
  const opinion = '缮证'
  const first = await store.done(printer, print, { caseId, blankSerial: serial(11), opinion })
  // The power fails here. The file is there to be printed again, and the blank is bound to this certificate.
  expect(await place(11)).toMatch(/^certificate:/)
  expect(await store.says(printer, print, { caseId, blankSerial: serial(12), opinion })).toBe('wrong_order')
  expect(await store.says(printer, reprint, { caseId, blankSerial: serial(12) })).toBe('nothing_to_redo')
  const photo = await store.upload(clerk)
  expect(await store.says(store.keepers.otherKeeper, spoil, { caseId, reason: 'power_cut', photo })).toBe(
    'no_duty',
  )
  await store.done(printer, spoil, { caseId, reason: 'power_cut', photo, note: '打印时停电' })
  expect(await place(11)).toBe('void')
  expect(await store.says(sealer, seal, { caseId, sealNo: 1, opinion })).toBe('not_printed')
  expect(await store.says(printer, reprint, { caseId, blankSerial: serial(11) })).toBe('blank_not_held')
  const second = await store.done(printer, reprint, { caseId, blankSerial: serial(12) })
  expect(second.certificateNumber).toBe(first.certificateNumber)
  await store.done(sealer, seal, { caseId, sealNo: 1, opinion })
  // Soiled after sealing: printed and sealed once more before it may go out.
  await store.done(printer, spoil, { caseId, reason: 'soiled', photo })
  const out = {
    caseId,
    recipient: '演买方',
    signature: await store.upload(clerk),
    oldCertificate: 'taken_back',
    opinion,
  }
  expect(await store.says(clerk, issue, out)).toBe('not_sealed')
  expect(await store.says(sealer, reseal, { caseId, sealNo: 1 })).toBe('not_printed')
  await store.done(printer, reprint, { caseId, blankSerial: serial(13) })
  expect(await store.says(clerk, issue, out)).toBe('not_sealed')
  await store.done(sealer, reseal, { caseId, sealNo: 1 })
  await store.done(clerk, issue, out)
  expect(await Promise.all([11, 12, 13].map(place))).toEqual(['void', 'void', 'holder'])
  expect(
    await store.superuser(`select reason, note from custody.void where case_id is not null order by at`),
  ).toEqual([
    { reason: 'power_cut', note: '打印时停电' },
    { reason: 'soiled', note: null },
  ])
  await whole()
})
