import { readSheet } from 'read-excel-file/node'
import { expect, test } from 'vitest'
import { type Cell, Workbook } from './spreadsheet.ts'

function workbook(fill: (book: Workbook) => void): Buffer {
  const chunks: Uint8Array[] = []
  const book = new Workbook((chunk) => chunks.push(chunk))
  fill(book)
  book.close()
  return Buffer.concat(chunks)
}
const columns = [
  { title: '名称 Name', width: 20 },
  { title: '值 Value', width: 30 },
]

test('another program reads back what was written: texts, numbers, times, and cells left empty', async () => {
  const at = Temporal.Instant.from('2026-03-09T01:30:00.250Z')
  const bytes = workbook((book) => {
    book.sheet('海曙', columns)
    book.row(['明簿', 70_000])
    book.row(['yes', true])
    book.row(['at', at])
    book.row(['nothing', null])
    book.row([null, -0.5])
    book.sheet('second', columns)
    book.row(['other', 2])
  })
  expect(await readSheet(bytes, '海曙')).toEqual([
    ['名称 Name', '值 Value'],
    ['明簿', 70_000],
    ['yes', true],
    // A spreadsheet's times have no zone: half past nine in Shanghai.
    ['at', new Date('2026-03-09T09:30:00.250Z')],
    ['nothing', null],
    [null, -0.5],
  ])
  expect(await readSheet(bytes, 'second')).toEqual([
    ['名称 Name', '值 Value'],
    ['other', 2],
  ])
})

test.each([
  ['a formula stays the text it is', '=HYPERLINK("http://x.example")', '=HYPERLINK("http://x.example")'],
  ['markup is no markup', '<a> & "b" </t>', '<a> & "b" </t>'],
  ['a newline and blanks at the ends stay', '  one\n two ', '  one\n two '],
  ['a rare name character stays', '𠮷𡈽', '𠮷𡈽'],
  ['a character XML has none of is seen to be missing', 'a\u0001b\ufffe', 'a\ufffdb\ufffd'],
  ['half a character is seen to be missing', 'a\ud800b', 'a\ufffdb'],
  ['a text longer than a cell ends in an ellipsis', 'x'.repeat(40_000), `${'x'.repeat(32_766)}…`],
])('%s', async (_, given, kept) => {
  const bytes = workbook((book) => {
    book.sheet('one', columns)
    book.row([given, 1])
  })
  expect((await readSheet(bytes, 'one', { trim: false }))[1]).toEqual([kept, 1])
})

test('many columns are named as spreadsheets name them, and many rows come through in order', async () => {
  const wide: Cell[] = Array.from({ length: 60 }, (_, i) => i)
  const bytes = workbook((book) => {
    book.sheet(
      'wide',
      wide.map((i) => ({ title: `c${i}`, width: 8 })),
    )
    for (let row = 0; row < 3000; row++) book.row(wide.map((i) => Number(i) + row))
  })
  const read = await readSheet(bytes, 'wide')
  expect(read).toHaveLength(3001)
  expect(read[3000]).toEqual(wide.map((i) => Number(i) + 2999))
})

test('the same rows give the same bytes, in whatever zone the machine is', () => {
  const fill = (book: Workbook) => {
    book.sheet('one', columns)
    book.row(['a', Temporal.Instant.from('2026-03-09T01:30:00Z')])
  }
  expect(workbook(fill).equals(workbook(fill))).toBe(true)
  expect(workbook(fill).subarray(10, 14).toString('hex')).toBe('00002100')
})
