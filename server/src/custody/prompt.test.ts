import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore, range, type Store } from '../../test/store.ts'
import type { Someone } from '../../test/world.ts'
import { custodyRules } from './book.ts'
import { recount, startCount, submitCount } from './count.ts'
import { receive } from './deliveries.ts'
import { askDestruction } from './destruction.ts'
import { offer } from './handover.ts'
import { approveSealHandover } from './seal-handover.ts'
import { registerSeal } from './seals.ts'
import { voidBlanks } from './void.ts'

// Whoever has the app's password, at the SQL prompt, with the session of one colleague: the guards below the code.
let store: Store
let prompt: pg.Client
let second: Someone
let ids: Record<
  'offer' | 'delivery' | 'destruction' | 'count' | 'difference' | 'stop' | 'file' | 'handover',
  string
>

beforeAll(async () => {
  store = await openStore()
  const { keeper, otherKeeper, otherPrinter, head } = store.keepers
  const made = async (who: Someone, ...[act, input]: [Parameters<Store['done']>[1], unknown]) =>
    Object.values(await store.done(who, act, input))[0] as unknown as string
  const file = await store.upload(store.staff.clerk)
  const given = { kind: 'certificate', ...range(1, 5), from: 'store', to: otherPrinter.id }
  const delivered = { kind: 'proof', ...range(1, 5), batch: '1', source: '省厅' }
  const count = await made(head, startCount, { kind: 'proof', edition: '', of: 'store' })
  await store.done(keeper, voidBlanks, { kind: 'certificate', ...range(90, 91), reason: 'test', photo: file })
  const differing = await made(head, startCount, { kind: 'certificate', edition: '', of: 'store' })
  await store.done(head, submitCount, {
    countId: differing,
    ranges: [{ first: '33600000001', last: '33600000001' }],
  })
  await store.done(otherKeeper, recount, {
    countId: differing,
    ranges: [{ first: '33600000001', last: '33600000001' }],
  })
  const [found] = await store.superuser<{ id: string; stop_id: string }>(
    'select id, stop_id from custody.difference',
  )
  ids = {
    offer: await made(keeper, offer, given),
    delivery: await made(keeper, receive, delivered),
    destruction: await made(keeper, askDestruction, { kind: 'certificate', note: '销毁' }),
    count,
    difference: found!.id,
    stop: found!.stop_id,
    file,
    handover: '',
  }
  const sealNamed = (no: number, keeperId: string) => ({
    no,
    kind: 'registration',
    name: '专用章',
    number: String(no),
    keeperId,
    position: '保险柜',
    image: file,
  })
  second = await store.person('sealer2', ['seal_keeping'])
  await store.done(head, registerSeal, sealNamed(2, second.id))
  const electronic = { ...sealNamed(3, store.keepers.sealer.id), kind: 'acceptance', electronic: true }
  await store.done(head, registerSeal, electronic)
  ids.handover = await made(head, approveSealHandover, { no: 2, to: store.keepers.sealer.id, reason: '轮岗' })
  prompt = await store.prompt('mingbu_app')
})
afterAll(async () => {
  await prompt.end()
  await store[Symbol.asyncDispose]()
})

/** Opens an act of one person, runs statements, and says `done` or SQLSTATE with the constraint. Nothing stays. */
async function attempt(
  who: keyof Store['keepers'],
  type: string,
  statements: readonly string[],
): Promise<string> {
  await prompt.query('begin')
  try {
    const { rows } = await prompt.query<{ opened: { status: string } }>(
      `select kernel.open_act($1, $2, ${type.endsWith('decideDestruction') ? `'haishu'` : 'null'}, gen_random_uuid(), sha256('x')) as opened`,
      [store.keepers[who].token, type],
    )
    if (rows[0]!.opened.status !== 'ok') return rows[0]!.opened.status
    for (const statement of statements) await prompt.query(statement)
    return 'done'
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error
    return error.constraint ? `${error.code} ${error.constraint}` : error.code!
  } finally {
    await prompt.query('rollback')
  }
}
const person = (who: keyof Store['keepers']) => `person:${store.keepers[who].id}`
const at = (first: number, last = first) => `'[${33_600_000_000 + first},${33_600_000_001 + last})'`
const line = (movement: string, serials: string, from: string | null, to: string, offerId?: string) =>
  `insert into kernel.custody_line (district, kind, edition, serials, movement, from_place, to_place${offerId ? ', offer_id' : ''})
   values ('haishu', 'certificate', 'D', ${serials}, '${movement}', ${from === null ? 'null' : `'${from}'`}, '${to}'${offerId ? `, '${offerId}'` : ''})`
const sealLine = (no: number, movement: string, from: string, to: string) =>
  `insert into kernel.custody_line (district, kind, serials, movement, from_place, to_place) values ('haishu', 'seal', '[${no},${no + 1})', '${movement}', '${from}', '${to}')`

test.each<[string, keyof Store['keepers'], string, () => string[], string]>([
  [
    'put blanks into somebody’s hands in the holdings',
    'keeper',
    'custody.offer',
    () => [`update kernel.custody_holding set place = 'void'`],
    '42501',
  ],
  [
    'invent a holding',
    'keeper',
    'custody.offer',
    () => [
      `insert into kernel.custody_holding (district, kind, serials, place) values ('haishu', 'seal', '[7,8)', 'store')`,
    ],
    '42501',
  ],
  ['delete a holding', 'keeper', 'custody.offer', () => ['delete from kernel.custody_holding'], '42501'],
  [
    'widen the table of rules',
    'keeper',
    'custody.offer',
    () => [`update kernel.custody_rule set hands = 1`],
    '42501',
  ],
  [
    'give blanks alone',
    'keeper',
    'custody.take',
    () => [line('issue', at(6), 'store', person('keeper'))],
    '23514 custody_wrong_hand',
  ],
  [
    'give them to another without a signature',
    'keeper',
    'custody.take',
    () => [line('issue', at(6), 'store', person('printer'))],
    '23514 custody_wrong_hand',
  ],
  [
    'take what was offered to another',
    'printer',
    'custody.take',
    () => [line('issue', at(1, 5), 'store', person('otherPrinter'), ids.offer)],
    '23514 custody_wrong_hand',
  ],
  [
    'take more than was offered',
    'otherPrinter',
    'custody.take',
    () => [line('issue', at(1, 6), 'store', person('otherPrinter'), ids.offer)],
    '23514 custody_wrong_hand',
  ],
  [
    'sign for both sides',
    'keeper',
    'custody.take',
    () => [line('issue', at(1, 5), 'store', person('otherPrinter'), ids.offer)],
    '23514 custody_wrong_hand',
  ],
  [
    'offer what somebody else holds',
    'keeper',
    'custody.offer',
    () => [
      `insert into kernel.custody_offer (district, kind, edition, serials, movement, from_place, to_place) values ('haishu', 'certificate', 'D', ${at(11)}, 'return', '${person('printer')}', 'store')`,
    ],
    '23514 custody_wrong_hand',
  ],
  [
    'offer from the store without keeping it',
    'otherPrinter',
    'custody.offer',
    () => [
      `insert into kernel.custody_offer (district, kind, edition, serials, movement, from_place, to_place) values ('haishu', 'certificate', 'D', ${at(7)}, 'issue', 'store', '${person('printer')}')`,
    ],
    '23514 custody_wrong_hand',
  ],
  [
    'call an offer taken that nobody took',
    'otherPrinter',
    'custody.take',
    () => [
      `update kernel.custody_offer set state = 'taken', ended_by = '${store.keepers.otherPrinter.id}', ended_at = kernel.act_at() where id = '${ids.offer}'`,
    ],
    '23514 custody_wrong_hand',
  ],
  [
    'end an offer in another’s name',
    'otherPrinter',
    'custody.endOffer',
    () => [
      `update kernel.custody_offer set state = 'declined', ended_by = '${store.keepers.printer.id}', ended_at = kernel.act_at() where id = '${ids.offer}'`,
    ],
    '23514 custody_wrong_hand',
  ],
  [
    'move blanks in an act that does not',
    'keeper',
    'custody.receive',
    () => [line('issue', at(6), 'store', person('keeper'))],
    '23514 custody_no_such_movement',
  ],
  [
    'bring void blanks back',
    'keeper',
    'custody.take',
    () => [line('return', at(90), 'void', 'store')],
    '23514 custody_no_such_movement',
  ],
  [
    'make blanks disappear',
    'keeper',
    'custody.take',
    () => [line('issue', at(6), 'store', 'nowhere')],
    '23514 custody_no_such_movement',
  ],
  [
    'void another’s blanks',
    'otherPrinter',
    'custody.void',
    () => [line('void', at(11), person('printer'), 'void')],
    '23514 custody_wrong_hand',
  ],
  [
    'void without a list',
    'printer',
    'custody.void',
    () => [line('void', at(11), person('printer'), 'void')],
    '23514 void_listed',
  ],
  [
    'list a void without a picture',
    'printer',
    'custody.void',
    () => [
      `insert into custody.void (district, kind, edition, serials, reason) values ('haishu', 'certificate', 'D', ${at(11)}, 'test')`,
    ],
    '23514 void_stamped',
  ],
  [
    'void what is not there',
    'printer',
    'custody.void',
    () => [
      `insert into custody.void (district, kind, edition, serials, reason, photo) values ('haishu', 'certificate', 'D', ${at(31)}, 'test', '${ids.file}')`,
      line('void', at(31), person('printer'), 'void'),
    ],
    '23514 custody_not_there',
  ],
  [
    'receive what was never allotted',
    'head',
    'custody.countDelivery',
    () => [line('receive', at(300), null, 'store')],
    '23514 custody_not_allotted',
  ],
  [
    'receive what was delivered and not counted',
    'head',
    'custody.countDelivery',
    () => [line('receive', at(1, 5), null, 'store').replace(`'certificate'`, `'proof'`)],
    '23514 delivery_counted_by_another',
  ],
  [
    'count one’s own delivery',
    'keeper',
    'custody.countDelivery',
    () => [
      `update custody.delivery set counted = 5, counted_by = '${store.keepers.keeper.id}', counted_at = kernel.act_at() where id = '${ids.delivery}'`,
    ],
    '23514 delivery_counted_by_another',
  ],
  [
    'count a delivery in another’s name',
    'keeper',
    'custody.countDelivery',
    () => [
      `update custody.delivery set counted = 5, counted_by = '${store.keepers.head.id}', counted_at = kernel.act_at() where id = '${ids.delivery}'`,
    ],
    '23514 delivery_counted_by_another',
  ],
  [
    'destroy without approval',
    'head',
    'custody.witness',
    () => [line('destroy', at(90, 91), 'void', 'destroyed')],
    '23514 destroyed_as_approved',
  ],
  [
    'approve in the district',
    'leader',
    'custody.decideDestruction',
    () => [
      `update custody.destruction set state = 'approved', decided_by = '${store.keepers.leader.id}', decided_at = kernel.act_at(), decision_no = '1' where id = '${ids.destruction}'`,
    ],
    '23514 destruction_superior',
  ],
  [
    'approve in the superior’s name',
    'leader',
    'custody.decideDestruction',
    () => [
      `update custody.destruction set state = 'approved', decided_by = '${store.keepers.superior.id}', decided_at = kernel.act_at(), decision_no = '1' where id = '${ids.destruction}'`,
    ],
    '23514 destruction_step',
  ],
  [
    'witness before approval',
    'head',
    'custody.witness',
    () => [
      `update custody.destruction set state = 'witnessed', witness_1 = '${store.keepers.head.id}', witnessed_1 = kernel.act_at(), minutes = '${ids.file}' where id = '${ids.destruction}'`,
    ],
    '23514 destruction_step',
  ],
  [
    'say that a count agrees',
    'head',
    'custody.submitCount',
    () => [
      `update custody.count set state = 'agreed', first = '{[1,9)}', first_at = kernel.act_at(), expected = '{[1,9)}' where id = '${ids.count}'`,
    ],
    '23514 count_step',
  ],
  [
    'hand in another’s count',
    'leader',
    'custody.submitCount',
    () => [
      `update custody.count set state = 'recounting', first = '{}', first_at = kernel.act_at() where id = '${ids.count}'`,
    ],
    '23514 count_step',
  ],
  [
    'explain a difference one counted',
    'head',
    'custody.explain',
    () => [
      `update custody.difference set outcome = 'explained', explanation = 'x', explained_by = '${store.keepers.head.id}', explained_at = kernel.act_at() where id = '${ids.difference}'`,
    ],
    '23514 difference_closed_by_another',
  ],
  [
    'lift a stop in another act',
    'keeper',
    'custody.take',
    () => [
      `update kernel.custody_stop set lifted_by = '${store.keepers.keeper.id}', lifted_at = kernel.act_at() where id = '${ids.stop}'`,
    ],
    '23514 custody_wrong_hand',
  ],
  [
    'issue what a difference holds',
    'keeper',
    'custody.offer',
    () => [
      `insert into kernel.custody_line (district, kind, edition, serials, movement, from_place, to_place) values ('haishu', 'certificate', '', '[33600000001,33600000002)', 'receive', null, 'store')`,
    ],
    '23514 custody_no_such_movement',
  ],
  [
    'seal what was not printed',
    'sealer',
    'case.seal',
    () => [
      `insert into kernel.custody_line (district, kind, serials, movement, from_place, to_place, case_id, document) values ('haishu', 'seal', '[1,2)', 'use', '${person('sealer')}', '${person('sealer')}', gen_random_uuid(), '浙(2026)')`,
    ],
    '23514 seal_on_printed',
  ],
  [
    'use the electronic seal on no paper',
    'clerk',
    'case.accept',
    () => [
      `insert into kernel.custody_line (district, kind, serials, movement, from_place, to_place, case_id, document) values ('haishu', 'seal', '[3,4)', 'use', 'system', 'system', gen_random_uuid(), repeat('a', 64))`,
    ],
    '23514 seal_on_paper',
  ],
  [
    'put a seal of the hand into the system',
    'head',
    'custody.registerSeal',
    () => [
      `insert into custody.seal (district, no, kind, name, number, keeper_id, position, image) values ('haishu', 8, 'other', 'x', 'x', '${store.keepers.keeper.id}', 'x', repeat('a', 64))`,
      `insert into kernel.custody_line (district, kind, serials, movement, from_place, to_place) values ('haishu', 'seal', '[8,9)', 'receive', null, 'system')`,
    ],
    '23514 seal_placed_so',
  ],
  [
    'lock an electronic seal',
    'sealer',
    'custody.lockSeal',
    () => ['update custody.seal set locked_at = kernel.act_at() where no = 3'],
    '23514 seal_locked_hand',
  ],
  [
    'seal for no document at all',
    'sealer',
    'case.seal',
    () => [
      `insert into kernel.custody_line (district, kind, serials, movement, from_place, to_place) values ('haishu', 'seal', '[1,2)', 'use', '${person('sealer')}', '${person('sealer')}')`,
    ],
    '23514 seal_on_printed',
  ],
  [
    'take out a seal somebody else keeps',
    'sealer',
    'custody.takeOutSeal',
    () => [sealLine(2, 'take_out', 'store', person('sealer'))],
    '23514 seal_own',
  ],
  [
    'take out a seal that is not registered',
    'sealer',
    'custody.takeOutSeal',
    () => [sealLine(8, 'take_out', 'store', person('sealer'))],
    '23514 custody_not_there',
  ],
  [
    'hand a seal over without approval',
    'sealer',
    'custody.giveSeal',
    () => [sealLine(1, 'issue', person('sealer'), `person:${second.id}`)],
    '23514 custody_no_such_movement',
  ],
  [
    'carry a seal out of the house',
    'sealer',
    'custody.putBackSeal',
    () => [sealLine(1, 'lend', person('sealer'), 'holder')],
    '23514 custody_no_such_movement',
  ],
  [
    'write somebody else down as keeper',
    'sealer',
    'custody.takeSeal',
    () => [`update custody.seal set keeper_id = '${second.id}' where no = 1`],
    '23514 seal_handed_so',
  ],
  [
    'write oneself down as keeper',
    'sealer',
    'custody.takeSeal',
    () => [`update custody.seal set keeper_id = '${store.keepers.sealer.id}' where no = 2`],
    '23514 seal_handed_so',
  ],
  [
    'approve a hand-over without leading',
    'sealer',
    'custody.giveSeal',
    () => [
      `insert into custody.seal_handover (district, seal_no, from_id, to_id, reason) values ('haishu', 2, '${second.id}', '${store.keepers.printer.id}', 'x')`,
    ],
    '23514 seal_handed_so',
  ],
  [
    'approve a hand-over to oneself',
    'leader',
    'custody.approveSealHandover',
    () => [
      `insert into custody.seal_handover (district, seal_no, from_id, to_id, reason) values ('haishu', 2, '${second.id}', '${store.keepers.leader.id}', 'x')`,
    ],
    '23514 seal_three_persons',
  ],
  [
    'retire a seal that is not in the safe',
    'head',
    'custody.retireSeal',
    () => [`update custody.seal set state = 'retired' where no = 1`],
    '23514 seal_retired_so',
  ],
  [
    'lock another’s seal',
    'sealer',
    'custody.lockSeal',
    () => ['update custody.seal set locked_at = kernel.act_at() where no = 2'],
    '23514 seal_locked_by_keeper',
  ],
  [
    'lock one’s own in another act',
    'sealer',
    'custody.putBackSeal',
    () => ['update custody.seal set locked_at = kernel.act_at() where no = 1'],
    '23514 seal_locked_by_keeper',
  ],
  [
    'enter a seal in nobody’s name',
    'head',
    'custody.registerSeal',
    () => [
      `insert into custody.seal (district, no, kind, name, number, keeper_id, position, image, person_id) values ('haishu', 8, 'other', 'x', 'x', '${store.keepers.keeper.id}', 'x', repeat('a', 64), null)`,
    ],
    '42501',
  ],
  [
    'replace a seal in use',
    'head',
    'custody.registerSeal',
    () => [
      `insert into custody.seal (district, no, kind, name, number, keeper_id, position, image, replaces) values ('haishu', 8, 'other', 'x', 'x', '${store.keepers.keeper.id}', 'x', repeat('a', 64), 2)`,
    ],
    '23514 seal_replaces_unused',
  ],
  [
    'list a seal in use for destruction',
    'head',
    'custody.askSealDestruction',
    () => [
      `insert into custody.destruction_item (district, destruction_id, no, kind, edition, serials) values ('haishu', '${ids.destruction}', 9, 'seal', '', '[1,2)')`,
    ],
    '23514 seal_destroyed_by_others',
  ],
  [
    'say that a seal was destroyed',
    'head',
    'custody.witness',
    () => [`update custody.seal set state = 'destroyed' where no = 1`],
    '23514 seal_retired_so',
  ],
  [
    'call off an approval as who should take the seal',
    'sealer',
    'custody.cancelSealHandover',
    () => [
      `update custody.seal_handover set state = 'cancelled', ended_by = kernel.act_person(), ended_at = kernel.act_at(), end_reason = 'x' where id = '${ids.handover}'`,
    ],
    '23514 seal_handed_so',
  ],
  [
    'call off a hand-over in another’s name',
    'leader',
    'custody.cancelSealHandover',
    () => [
      `update custody.seal_handover set state = 'cancelled', ended_by = '${store.keepers.head.id}', ended_at = kernel.act_at(), end_reason = 'x' where id = '${ids.handover}'`,
    ],
    '23514 seal_handed_so',
  ],
  [
    'close a day and say that all are in',
    'head',
    'custody.closeSeals',
    () => [`insert into custody.seal_closing (district, inside, outside) values ('haishu', 2, 0)`],
    '23514 seal_closed_so',
  ],
  [
    'close a day on behalf of another',
    'sealer',
    'custody.putBackSeal',
    () => [`insert into custody.seal_closing (district, inside, outside) values ('haishu', 1, 1)`],
    '23514 seal_closed_so',
  ],
  [
    'book without end',
    'head',
    'custody.countDelivery',
    () => [line('receive', `'[1,)'`, null, 'store')],
    '23514 custody_not_there',
  ],
  [
    'write into the book of another office',
    'keeper',
    'custody.take',
    () => [line('issue', at(6), 'store', person('keeper')).replace(`'haishu'`, `'jiangbei'`)],
    '23514 custody_wrong_hand',
  ],
])('with the app’s password one cannot %s', async (_, who, type, statements, outcome) => {
  expect(await attempt(who, type, statements())).toBe(outcome)
})

// The same doors, used rightly.
test.each<[string, keyof Store['keepers'], string, () => string[]]>([
  [
    'the other hand takes what it was offered',
    'otherPrinter',
    'custody.take',
    () => [
      line('issue', at(1, 5), 'store', person('otherPrinter'), ids.offer),
      `update kernel.custody_offer set state = 'taken', ended_by = '${store.keepers.otherPrinter.id}', ended_at = kernel.act_at() where id = '${ids.offer}'`,
    ],
  ],
  [
    'the giver withdraws',
    'keeper',
    'custody.endOffer',
    () => [
      `update kernel.custody_offer set state = 'withdrawn', ended_by = '${store.keepers.keeper.id}', ended_at = kernel.act_at() where id = '${ids.offer}'`,
    ],
  ],
  [
    'the holder voids with list and picture',
    'printer',
    'custody.void',
    () => [
      `insert into custody.void (district, kind, edition, serials, reason, photo) values ('haishu', 'certificate', 'D', ${at(11)}, 'test', '${ids.file}')`,
      line('void', at(11), person('printer'), 'void'),
    ],
  ],
  [
    'who has a seal puts it back',
    'sealer',
    'custody.putBackSeal',
    () => [sealLine(1, 'put_back', person('sealer'), 'store')],
  ],
  [
    'who keeps no seal closes the day as things stand',
    'head',
    'custody.closeSeals',
    () => [`insert into custody.seal_closing (district, inside, outside) values ('haishu', 1, 1)`],
  ],
  [
    'the superior approves',
    'superior',
    'custody.decideDestruction',
    () => [
      `update custody.destruction set state = 'approved', decided_by = '${store.keepers.superior.id}', decided_at = kernel.act_at(), decision_no = '1' where id = '${ids.destruction}'`,
    ],
  ],
])('%s', async (_, who, type, statements) => {
  expect(await attempt(who, type, statements())).toBe('done')
})

test('the database knows exactly the movements that the table in code names', async () => {
  const rows = await store.superuser(
    'select kind, movement, from_class as "from", to_class as "to", hands, acts from kernel.custody_rule order by 1, 2, 3, 4',
  )
  const name = (one: (typeof custodyRules)[number]) => [one.kind, one.movement, one.from, one.to].join(' ')
  expect(rows.length).toBe(custodyRules.length)
  expect(rows).toEqual(expect.arrayContaining([...custodyRules]))
  expect(new Set(custodyRules.map(name)).size).toBe(custodyRules.length)
})

test('no number is in two places, whoever writes: the exclusion stands below the trigger', async () => {
  const again = store.superuser(
    `insert into kernel.custody_holding (district, kind, edition, serials, place) values ('haishu', 'certificate', 'D', ${at(100, 101)}, 'store')`,
  )
  await expect(again).rejects.toMatchObject({ constraint: 'custody_one_place' })
})
