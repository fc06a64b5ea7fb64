import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

/** Folders whose documents are others', made, or an installation's data. */
const skipped = new Set(['node_modules', '.git', 'data', 'dist'])

function documentsBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory())
      return skipped.has(entry.name) && path !== 'server/data' ? [] : documentsBelow(path)
    return entry.name.endsWith('.md') ? [path] : []
  })
}

/** Every Markdown file of the repository, relative to its root. */
const documents = documentsBelow('').sort()

const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** The text without what is quoted as code: code blocks show links of other formats. */
const prose = (text: string): string => text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '')

/** Targets of links and pictures that point into the repository, without addresses elsewhere. */
function targets(text: string): string[] {
  return [...prose(text).matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)]
    .map((match) => match[1]!)
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
}

/** Heading anchors as GitHub makes them: lower case, punctuation gone, blanks to hyphens, repeats counted. */
function anchors(text: string): string[] {
  const seen = new Map<string, number>()
  return [...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6}\s+(.*?)\s*#*$/gm)].map((match) => {
    const plain = match[1]!.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const anchor = plain.replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '').replaceAll(' ', '-')
    const times = seen.get(anchor) ?? 0
    seen.set(anchor, times + 1)
    return times === 0 ? anchor : `${anchor}-${times}`
  })
}

function linkProblem(from: string, target: string): string | null {
  const [path = '', anchor] = decodeURIComponent(target).split('#')
  const file = path === '' ? join(root, from) : resolve(root, dirname(from), path)
  if (!existsSync(file)) return `${from}: ${target} does not exist`
  if (anchor && file.endsWith('.md') && !anchors(readFileSync(file, 'utf8')).includes(anchor.toLowerCase()))
    return `${from}: ${target} names no heading of that file`
  return null
}

test('every relative link and picture in a document exists, and so does the heading it names', () => {
  expect(documents).toEqual(
    expect.arrayContaining(['README.md', 'docs/decisions/README.md', 'server/data/city/README.md']),
  )
  const links = documents.flatMap((path) => targets(read(path)).map((target) => linkProblem(path, target)))
  expect(links.length).toBeGreaterThan(20)
  expect(links.filter((problem) => problem !== null)).toEqual([])
})

test('every `npm run` and `mingbu` command a document mentions exists', () => {
  const scripts = Object.keys(JSON.parse(read('package.json')).scripts)
  const commands = [...read('server/src/cli/mingbu.ts').matchAll(/\.command\('([a-z]+)'/g)].map(
    (match) => match[1]!,
  )
  expect(commands).toContain('verify')
  const wrong = documents.flatMap((path) => {
    const text = read(path)
    const missing = [...text.matchAll(/\bnpm run (?:-s )?([a-z][a-z:-]*)/g)].filter(
      ([, name]) => !scripts.includes(name!),
    )
    const unknown = [...text.matchAll(/(?:\bnpm run mingbu -- |mingbu\.ts |`mingbu )([a-z]+)/g)].filter(
      ([, name]) => !commands.includes(name!),
    )
    return [...missing, ...unknown].map(([words]) => `${path}: ${words}`)
  })
  expect(wrong).toEqual([])
})

test('links are found where a reader sees them, and headings become the anchors that links use', () => {
  expect(
    targets(
      '[a](b.md) ![p](<c.png>) [t](d.md "title") [web](https://x.example) `[code](no.md)` [here](#there)',
    ),
  ).toEqual(['b.md', 'c.png', 'd.md', '#there'])
  expect(targets('```\n[block](no.md)\n```\n[after](yes.md)')).toEqual(['yes.md'])
  expect(anchors('# One, two\n## 一、登录\n### One, two\n#### `x` and [y](z)')).toEqual([
    'one-two',
    '一登录',
    'one-two-1',
    'x-and-y',
  ])
  expect(linkProblem('README.md', 'nowhere.md')).toBe('README.md: nowhere.md does not exist')
  expect(linkProblem('README.md', 'LICENSE')).toBeNull()
  expect(linkProblem('README.md', 'ARCHITECTURE.md#nothing-like-it')).toContain('names no heading')
})
