import fc from 'fast-check'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { openTestWorld, type Someone, type TestWorld } from '../../test/world.ts'
import { act } from './act.ts'
import { moveSerials, serialRangeTable, whereIs } from './ledger.ts'

const Text = Type.String()
/** One movement of the ledger as an act of its own. */
const move = act({
  type: 'probe.move',
  title: { zh: '流转', en: 'Move' },
  clauses: ['4.4'],
  duties: ['certificate_keeping'],
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object({
    district: Text,
    edition: Text,
    from: Type.Number(),
    to: Type.Number(),
    place: Type.Union([Text, Type.Null()]),
    next: Text,
  }),
  result: Type.Object({}),
  async handle({ tx }, { district, edition, from, to, place, next }) {
    return (
      (await moveSerials(tx, {
        district,
        kind: 'certificate',
        edition,
        serials: { from, to },
        movement: place === null ? 'receive' : 'issue',
        from: place,
        to: next,
      })) ?? {}
    )
  },
})

/** Allocates printed serials to a district. */
const allocate = act({
  type: 'probe.allocate',
  title: { zh: '分配', en: 'Allocate' },
  clauses: ['4.4'],
  duties: [],
  input: Type.Object({ serials: Text, district: Text, edition: Text }),
  result: Type.Object({}),
  async handle({ tx }, { serials, district, edition }) {
    await tx.put(serialRangeTable, { kind: 'certificate', edition, serials, district })
    return {}
  },
})

interface Moved {
  from: number
  to: number
  place: string | null
  next: string
}
const moved = async (
  world: TestWorld,
  who: Someone,
  one: Moved,
  edition = 'A',
  district = 'haishu',
): Promise<string> => {
  const answer = await world.as(who, move, { ...one, edition, district })
  return answer.ok ? 'done' : answer.refusal.code
}
const place = (world: TestWorld, who: Someone, serial: number, edition = 'A', district = 'haishu') =>
  world.kernel.read(who.token, ({ tx }) => whereIs(tx, district, 'certificate', serial, edition))

// One hundred blanks, 1 to 100, lie in the store; 21 to 30 were issued to Ada, 41 to 50 are void. Ranges are half-open.
test.each([
  ['a range that lies in one holding', { from: 1, to: 11, place: 'store', next: 'person:eva' }, 'done'],
  ['a single serial', { from: 100, to: 101, place: 'store', next: 'person:eva' }, 'done'],
  [
    'the last serial and one that never came',
    { from: 100, to: 102, place: 'store', next: 'person:eva' },
    'serial_not_there',
  ],
  [
    'a range of which part was issued',
    { from: 15, to: 25, place: 'store', next: 'person:eva' },
    'serial_not_there',
  ],
  [
    'what Ada holds, from the store',
    { from: 21, to: 31, place: 'store', next: 'person:eva' },
    'serial_not_there',
  ],
  ['what Ada holds, from Ada', { from: 21, to: 31, place: 'person:ada', next: 'holder' }, 'done'],
  ['what nobody ever had', { from: 500, to: 501, place: 'store', next: 'person:eva' }, 'serial_not_there'],
  ['new serials', { from: 101, to: 201, place: null, next: 'store' }, 'done'],
  [
    'new serials of which the first is here already',
    { from: 100, to: 201, place: null, next: 'store' },
    'serial_twice',
  ],
  ['new serials that are all here already', { from: 21, to: 31, place: null, next: 'store' }, 'serial_twice'],
  ['a void blank back into the store', { from: 41, to: 42, place: 'void', next: 'store' }, 'serial_at_end'],
  ['a void blank to be destroyed', { from: 41, to: 51, place: 'void', next: 'destroyed' }, 'done'],
  [
    'a range that ends before it begins',
    { from: 10, to: 5, place: 'store', next: 'person:eva' },
    'serial_range_wrong',
  ],
  ['an empty range', { from: 10, to: 10, place: 'store', next: 'person:eva' }, 'serial_range_wrong'],
  ['half a serial', { from: 1, to: 1.5, place: 'store', next: 'person:eva' }, 'serial_range_wrong'],
  ['a serial beyond counting', { from: 1, to: 2 ** 53, place: null, next: 'store' }, 'serial_range_wrong'],
] as const)('moving %s: %o is %s', async (_, what, outcome) => {
  await using world = await openTestWorld()
  const ada = await world.person('ada', ['certificate_keeping'])
  for (const one of [
    { from: 1, to: 101, place: null, next: 'store' },
    { from: 21, to: 31, place: 'store', next: 'person:ada' },
    { from: 41, to: 51, place: 'store', next: 'void' },
  ]) {
    expect(await moved(world, ada, one)).toBe('done')
  }
  const lines = async () => (await world.superuser('select 1 from kernel.custody_line')).length
  const before = await lines()
  expect(await moved(world, ada, what)).toBe(outcome)
  expect(await lines()).toBe(before + (outcome === 'done' ? 1 : 0))
  if (outcome === 'done') expect(await place(world, ada, what.from)).toBe(what.next)
})

test('blanks that came back in parts can be given out together again', async () => {
  await using world = await openTestWorld()
  const ada = await world.person('ada', ['certificate_keeping'])
  const walk = [
    [1, 11, null, 'store'],
    [4, 7, 'store', 'person:eva'],
    [5, 6, 'person:eva', 'store'],
    [4, 5, 'person:eva', 'store'],
    [6, 7, 'person:eva', 'store'],
    [2, 9, 'store', 'person:ben'],
  ] as const
  for (const [from, to, at, next] of walk)
    expect(await moved(world, ada, { from, to, place: at, next })).toBe('done')
  const where = await Promise.all(Array.from({ length: 12 }, (_, i) => place(world, ada, i)))
  expect(where).toEqual([null, 'store', ...Array(7).fill('person:ben'), 'store', 'store', null])
})

test('two who reach for the same blank at once: one gets it', async () => {
  await using world = await openTestWorld()
  const ada = await world.person('ada', ['certificate_keeping'])
  const eva = await world.person('eva', ['certificate_keeping'])
  expect(await moved(world, ada, { from: 1, to: 101, place: null, next: 'store' })).toBe('done')
  for (let serial = 1; serial <= 5; serial++) {
    const both = await Promise.all(
      [ada, eva].map((who) =>
        moved(world, who, { from: serial, to: serial + 1, place: 'store', next: `person:${who.id}` }),
      ),
    )
    expect(both.toSorted()).toEqual(['done', 'serial_not_there'])
    expect(await place(world, ada, serial)).toBe(both[0] === 'done' ? `person:${ada.id}` : `person:${eva.id}`)
  }
  const received = await Promise.all(
    [ada, eva].map((who) => moved(world, who, { from: 200, to: 300, place: null, next: 'store' })),
  )
  expect(received.toSorted()).toEqual(['done', 'serial_twice'])
})

// Below the code: the exclusion constraint. 10 to 19 of edition A lie in the store of Haishu.
test.each([
  ['the very same serials', 'haishu', 'certificate', 'A', '[10,20)', 'custody_one_place'],
  ['one serial of them', 'haishu', 'certificate', 'A', '[19,30)', 'custody_one_place'],
  ['the serials right after', 'haishu', 'certificate', 'A', '[20,30)', 'stored'],
  ['the same serials of another edition', 'haishu', 'certificate', 'B', '[10,20)', 'stored'],
  ['the same serials of another kind', 'haishu', 'proof', 'A', '[10,20)', 'stored'],
] as const)(
  'the database holds no serial twice: %s',
  async (_, district, kind, edition, serials, outcome) => {
    await using world = await openTestWorld()
    const insert = (values: unknown[]) =>
      world
        .superuser(
          'insert into kernel.custody_holding (district, kind, edition, serials, place) values ($1, $2, $3, $4, $5)',
          values,
        )
        .then(
          () => 'stored',
          (error: { constraint?: string }) => error.constraint,
        )
    expect(await insert(['haishu', 'certificate', 'A', '[10,20)', 'store'])).toBe('stored')
    expect(await insert([district, kind, edition, serials, 'person:eva'])).toBe(outcome)
  },
)

test('printed serials go to one district of the whole city', async () => {
  await using world = await openTestWorld()
  const lead = await world.person('lead', [], 'city')
  const give = async (serials: string, district: string, edition = 'A') => {
    const answer = await world.as(lead, allocate, { serials, district, edition })
    return answer.ok ? 'done' : answer.refusal.code
  }
  expect(await give('[1,1000)', 'haishu')).toBe('done')
  expect(await give('[999,2000)', 'jiangbei')).toBe('serial_twice')
  expect(await give('[1000,2000)', 'jiangbei')).toBe('done')
  expect(await give('[1,1000)', 'jiangbei', 'B')).toBe('done')
})

// Model: every walk of movements against a plain map of serial → place. A failure prints its seed and path.
const places = ['store', 'person:ada', 'person:ben', 'case:7', 'void', 'holder', 'destroyed']
const movement = fc.record({
  from: fc.integer({ min: 1, max: 24 }),
  length: fc.integer({ min: 1, max: 9 }),
  place: fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 5, arbitrary: fc.constantFrom(...places) },
  ),
  next: fc.constantFrom(...places),
})

/** What the clause says becomes of one movement; `where` is changed when it is allowed. */
function model(where: Map<number, string>, { from, to, place: at, next }: Moved): string {
  const serials = Array.from({ length: to - from }, (_, i) => from + i)
  if (at !== null && ['holder', 'void', 'destroyed'].includes(at) && !(at === 'void' && next === 'destroyed'))
    return 'serial_at_end'
  if (at === null && serials.some((serial) => where.has(serial))) return 'serial_twice'
  if (at !== null && serials.some((serial) => where.get(serial) !== at)) return 'serial_not_there'
  for (const serial of serials) where.set(serial, next)
  return 'done'
}

test('two hundred random movements end where a plain map says, in the holdings and in the lines', async () => {
  await using world = await openTestWorld()
  const ada = await world.person('ada', ['certificate_keeping'])
  const tally: Record<string, number> = {}
  let walks = 0
  await fc.assert(
    fc.asyncProperty(fc.array(movement, { minLength: 40, maxLength: 60 }), async (steps) => {
      const edition = `walk ${++walks}`
      const where = new Map<number, string>()
      for (const { from, length, place: at, next } of [
        { from: 5, length: 12, place: null, next: 'store' },
        ...steps,
      ]) {
        const one = { from, to: from + length, place: at, next }
        const outcome = model(where, one)
        tally[outcome] = (tally[outcome] ?? 0) + 1
        expect(await moved(world, ada, one, edition), JSON.stringify(one)).toBe(outcome)
      }
      for (let serial = 0; serial < 36; serial++)
        expect(await place(world, ada, serial, edition), `serial ${serial}`).toBe(where.get(serial) ?? null)
      // The lines alone tell the same story: holdings are only their projection.
      const told = new Map<number, string>()
      const lines = await world.superuser<{ lo: number; hi: number; to_place: string }>(
        'select lower(serials) as lo, upper(serials) as hi, to_place from kernel.custody_line join kernel.act on act.id = act_id where edition = $1 order by seq',
        [edition],
      )
      for (const { lo, hi, to_place } of lines)
        for (let serial = lo; serial < hi; serial++) told.set(serial, to_place)
      expect([...told].toSorted(([a], [b]) => a - b)).toEqual([...where].toSorted(([a], [b]) => a - b))
    }),
    { seed: 31, numRuns: 4 },
  )
  for (const outcome of ['done', 'serial_at_end', 'serial_twice', 'serial_not_there'])
    expect(tally[outcome], outcome).toBeGreaterThan(5)
})
