import { readSheet } from 'read-excel-file/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRoutes, type TestRoutes } from '../../test/http.ts'
import { pdfText } from '../../test/pdf.ts'
import { fillBooks, openStore, range, type Store, serial } from '../../test/store.ts'
import type { Someone } from '../../test/world.ts'
import { storeFile } from '../cases/acts.ts'
import { startCount } from './count.ts'
import { offer } from './handover.ts'

let store: Store
let routes: TestRoutes
let people: Record<'keeper' | 'superior' | 'plain' | 'elsewhere', Someone>

// The books as `fillBooks` leaves them: 11 and 12 destroyed, 10 missing, 13 to 30 with the printer, the rest in store.
beforeAll(async () => {
  store = await openStore()
  await fillBooks(store)
  people = {
    keeper: store.keepers.keeper,
    superior: store.keepers.superior,
    plain: await store.person('plain', ['acceptance']),
    elsewhere: await store.person('elsewhere', ['certificate_keeping'], 'jiangbei'),
  }
  routes = await openRoutes(store.kernel)
}, 120_000)
afterAll(async () => {
  await routes[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
})

type Body = Record<string, never[]> & { ok: boolean; refusal?: { code: string; fields?: { path: string }[] } }
async function get(who: Someone, path: string) {
  const { json, ...answer } = await routes.get(who, path)
  return { ...answer, body: json as Body }
}
const enabled = (rows: unknown[], act: string) =>
  (rows as { availability: Record<string, { enabled: boolean; refusal?: { code: string } }> }[]).map((row) =>
    row.availability[act]!.enabled ? 'may' : row.availability[act]!.refusal!.code,
  )

test('the desk tells where blanks lie and offers each hand its own button', async () => {
  const { keeper, otherKeeper, printer, otherPrinter } = store.keepers
  await store.done(keeper, offer, {
    kind: 'certificate',
    ...range(40, 41),
    from: 'store',
    to: otherPrinter.id,
  })
  const seen = async (who: Someone) => (await get(who, 'custody/desk')).body
  const { totals, stock, levels } = await seen(keeper)
  expect(totals).toEqual([
    { kind: 'certificate', place: 'destroyed', count: 2 },
    { kind: 'certificate', place: 'holder', count: 1 },
    { kind: 'certificate', place: 'missing', count: 1 },
    { kind: 'certificate', place: 'person', count: 118 },
    { kind: 'certificate', place: 'store', count: 79 },
  ])
  expect(stock).toContainEqual(
    expect.objectContaining({
      place: `person:${printer.id}`,
      range: `${serial(13)}–${serial(30)}`,
      count: 18,
    }),
  )
  expect(levels).toEqual([
    { kind: 'certificate', level: 50 },
    { kind: 'proof', level: 1000 },
  ])
  const take = async (who: Someone) => enabled((await seen(who)).offers!, 'custody.take')
  expect(await take(keeper)).toEqual(['own_hand'])
  expect(await take(otherPrinter)).toEqual(['may'])
  expect(await take(printer)).toEqual(['not_for_you'])
  expect(enabled((await seen(otherKeeper)).offers!, 'custody.endOffer')).toEqual(['not_for_you'])
})

test('a place that is counted tells nobody its figure: not the desk, not the book, not the list of counts', async () => {
  const { head, keeper, leader } = store.keepers
  await store.done(head, startCount, { kind: 'proof', edition: '', of: 'store' })
  for (const who of [head, keeper, leader]) {
    const list = (await get(who, 'custody/counts')).body
    expect(list.items![0]).toMatchObject({ state: 'counting', expected: null, counted: null })
    const { totals, counting } = (await get(who, 'custody/desk')).body
    expect(totals).toContainEqual({ kind: 'proof', place: 'store', count: null })
    expect(counting).toEqual([{ kind: 'proof', edition: '', place: 'store' }])
    const book = (await get(who, 'custody/book?kind=proof&from=2026-01-01&until=2026-12-31')).body
    expect(book).toMatchObject({ counting: true, balances: null })
  }
  // The certificates are not counted now.
  const other = (await get(keeper, 'custody/book?kind=certificate&from=2020-01-01&until=2030-12-31')).body
  expect(other.counting).toBe(false)
})

test('the book’s balances follow from its lines, before, in and after a period', async () => {
  const { keeper } = store.keepers
  const all = (await get(keeper, 'custody/book?kind=certificate&from=2020-01-01&until=2030-12-31')).body
  const closing = Object.fromEntries(
    (all.balances as { place: string; closing: number }[]).map((one) => [one.place, one.closing]),
  )
  // The town itself has an older hundred with the printer, and one with a holder.
  expect(closing).toEqual({ store: 79, person: 118, holder: 1, void: 0, destroyed: 2, missing: 1 })
  const lines = all.items as { movement: string; count: number }[]
  expect(lines.slice(-5).map((one) => [one.movement, one.count])).toEqual([
    ['receive', 100],
    ['issue', 20],
    ['void', 2],
    ['destroy', 2],
    ['lose', 1],
  ])
  const later = (await get(keeper, 'custody/book?kind=certificate&from=2030-01-01&until=2030-12-31')).body
  expect(later.items).toEqual([])
  expect(later.balances).toContainEqual({ place: 'store', opening: 79, in: 0, out: 0, closing: 79 })
})

test('the whole book goes home as a workbook and on paper, and both say what the lines say', async () => {
  const { keeper } = store.keepers
  const period = 'kind=certificate&from=2020-01-01&until=2030-12-31'
  const shown = (await get(keeper, `custody/book?${period}`)).body
  const excel = await get(keeper, `custody/book.xlsx?${period}`)
  expect([excel.status, excel.header('x-mingbu-lines')]).toEqual([200, String(shown.items!.length)])
  const [, ...balances] = await readSheet(excel.bytes, '结存')
  expect(balances).toContainEqual(['库存', 0, expect.any(Number), expect.any(Number), 79])
  const sheet = await readSheet(excel.bytes, 2)
  expect(sheet.slice(1).map((row) => [row[5], row[11]])).toEqual(
    (shown.items as { count: number; actId: string }[]).map((one) => [one.count, one.actId]),
  )
  expect(sheet.at(-2)!.slice(2, 8)).toEqual(['销毁', serial(11), serial(12), 2, '作废待销', '已销毁'])
  const paper = await get(keeper, `custody/book.pdf?${period}`)
  expect([paper.status, paper.media]).toEqual([200, 'application/pdf'])
  const text = await pdfText(paper.bytes)
  for (const words of ['保管台账', '不动产权证书', '期初', '作废待销', serial(11)])
    expect(text).toContain(words)
})

test.each([
  ['who sees no books', 'plain', 'kind=certificate&from=2026-01-01&until=2026-12-31', 404, 'not_found'],
  ['a day that is none', 'keeper', 'kind=certificate&from=2026-02-30&until=2026-12-31', 422, 'from'],
  ['a kind that is none', 'keeper', 'kind=money&from=2026-01-01&until=2026-12-31', 422, 'kind'],
] as const)('no copy of a book for %s', async (_, who, asked, status, said) => {
  for (const ending of ['xlsx', 'pdf']) {
    const { status: got, body } = await get(people[who], `custody/book.${ending}?${asked}`)
    expect([got, body.refusal?.fields?.[0]?.path ?? body.refusal?.code]).toEqual([status, said])
  }
  // Another office’s lines are in no copy of ours.
  const elsewhere = await get(
    people.elsewhere,
    'custody/book.xlsx?kind=certificate&from=2020-01-01&until=2030-12-31',
  )
  expect([elsewhere.status, elsewhere.header('x-mingbu-lines')]).toEqual([200, '0'])
})

test('a book of proofs that is being counted keeps its balances to itself in every copy', async () => {
  const excel = await get(
    store.keepers.keeper,
    'custody/book.xlsx?kind=proof&from=2020-01-01&until=2030-12-31',
  )
  expect(await readSheet(excel.bytes, '结存')).toEqual([
    expect.anything(),
    [expect.stringContaining('盘点期间不显示结存'), null, null, null, null],
  ])
})

test.each([
  ['no such day', 'from=2026-02-30&until=2026-03-01', 'from'],
  ['ends before it begins', 'from=2026-03-02&until=2026-03-01', 'until'],
])('a book asked for a period that %s names the field', async (_, period, path) => {
  const { status, body } = await get(store.keepers.keeper, `custody/book?kind=certificate&${period}`)
  expect([status, body.refusal?.fields?.map((one) => one.path)]).toEqual([422, [path]])
})

test('a number’s life is told from the delivery to the end, and of another office’s nothing', async () => {
  const { keeper } = store.keepers
  const life = (await get(keeper, `custody/serials/${serial(11)}`)).body
  expect(life.kinds).toMatchObject([
    {
      kind: 'certificate',
      place: { place: 'destroyed' },
      counting: false,
      delivery: { batch: '2026-1' },
      void: { reason: 'soiled' },
      destruction: { state: 'destroyed', decisionNo: '甬自然资批〔2026〕1号' },
      lines: [{ movement: 'receive' }, { movement: 'issue' }, { movement: 'void' }, { movement: 'destroy' }],
    },
  ])
  expect((await get(keeper, 'custody/serials/D33699999999')).body.refusal?.code).toBe('not_found')
  expect((await get(keeper, 'custody/serials/abc')).body.refusal?.fields?.[0]?.path).toBe('number')
  expect((await get(people.elsewhere, `custody/serials/${serial(11)}`)).body.refusal?.code).toBe('not_found')
})

test('lists to be destroyed are shown to the whole office and to the bureau, and to no other office', async () => {
  for (const [who, found] of [
    [store.keepers.clerk, 1],
    [store.keepers.superior, 1],
    [people.elsewhere, 0],
  ] as const)
    expect((await get(who, 'custody/destructions')).body.items).toHaveLength(found)
})

test.each([
  ['the picture of a stamp, to the keeper', 'keeper', 'photo', 200],
  ['the picture of a stamp, to who sees no books', 'plain', 'photo', 404],
  ['what a destruction left, to any colleague', 'plain', 'minutes', 200],
  ['what a destruction left, to the bureau', 'superior', 'minutes', 200],
  ['what a destruction left, to another office', 'elsewhere', 'minutes', 404],
  ['an upload that stands in no book', 'keeper', 'loose', 404],
  ['no hash at all', 'keeper', 'nothing', 404],
] as const)('%s: %s', async (_, who, which, status) => {
  const files: Record<string, string> = { nothing: '..%2f..' }
  for (const name of ['photo', 'minutes', 'loose']) {
    const file = await store.deps.files.keep(Buffer.from(`a picture: ${name}`))
    files[name] = file
    const known = await store.superuser('select from cases.upload where file = $1', [file])
    if (known.length === 0)
      await store.done(store.staff.clerk, storeFile, { file, media: 'image/png', bytes: 20 })
  }
  await store.superuser('alter table custody.void disable trigger append_only')
  await store.superuser('update custody.void set photo = $1', [files.photo])
  await store.superuser('alter table custody.destruction disable trigger checked')
  await store.superuser('update custody.destruction set minutes = $1', [files.minutes])
  const answer = await get(people[who], `custody/files/${files[which]}`)
  expect([answer.status, status === 200 && answer.media]).toEqual([status, status === 200 && 'image/png'])
})
