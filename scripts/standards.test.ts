import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const folder = join(import.meta.dirname, '..', 'docs')
const tables = ['asvs.md', 'mlps.md']
const read = (path: string): string => readFileSync(join(folder, path), 'utf8')

/** A word in quotation marks behind the link to a test: it is the test's own. */
interface Named {
  file: string
  words: string
}

/** What a line of a table names of tests: each quotation belongs to the test linked last before it. */
function namedIn(line: string): Named[] {
  let file: string | null = null
  const found: Named[] = []
  for (const [, link, words] of line.matchAll(/\]\(([^)#]+)[^)]*\)|"([^"]+)"/g)) {
    if (link) file = link.endsWith('.test.ts') ? link : null
    else if (file && words) found.push({ file, words })
  }
  return found
}

/** An ellipsis stands for what a table of cases fills in, or for words left out. */
const isIn = (text: string, words: string): boolean =>
  words.split('…').every((part) => text.includes(part.trim()))

const linesOf = (path: string): string[][] =>
  read(path)
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| |'))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))

test.each(tables)('%s: every test it names by its words has them', (path) => {
  const named = read(path).split('\n').flatMap(namedIn)
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter(({ file, words }) => !isIn(read(file), words))).toEqual([])
})

test.each(tables)('%s: every line that is judged is tied to a test or a document', (path) => {
  const judged = linesOf(path).filter(([, , , verdict]) =>
    ['Met', 'In part', 'Deviates', 'Does not apply'].includes(verdict!),
  )
  expect(judged.length).toBeGreaterThan(15)
  const bare = judged.filter(
    ([, , , verdict, carried = '']) => verdict !== 'Does not apply' && !/\]\(/.test(carried),
  )
  expect(bare).toEqual([])
})

test('a quotation belongs to the test before it, and a document takes none', () => {
  expect(namedIn('| 1 | x | Met | [a](../a.test.ts) "one", "two … three"; [b](b.md) "four" |')).toEqual([
    { file: '../a.test.ts', words: 'one' },
    { file: '../a.test.ts', words: 'two … three' },
  ])
  expect([isIn('two and three', 'two … three'), isIn('two and four', 'two … three')]).toEqual([true, false])
})
