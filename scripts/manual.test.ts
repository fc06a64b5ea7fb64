import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { clauseName } from '../web/src/ui/law.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const manual = globSync('docs/manual/*.md', { cwd: root })

/** A text of the product as the source has it, placeholders and all, with the clause it is given with. */
interface ProductText {
  text: string
  clause: string | null
}

/** Everything people can read on screen, from the sources: text tables, titles, refusals, names of stages and duties. */
const productTexts: ProductText[] = globSync('{web,server}/src/**/*.{ts,tsx}', { cwd: root })
  .filter((path) => !path.includes('.test.'))
  .flatMap((path) =>
    [...read(path).matchAll(/(?:clause: '([^'\n]+)',\s*zh: )?'([^'\n]*[\u4e00-\u9fff][^'\n]*)'/g)].map(
      ([, clause = null, text = '']) => ({ text, clause }),
    ),
  )

/** True when `shown` is the product's text with its placeholders filled in. */
function isText({ text }: ProductText, shown: string): boolean {
  const pattern = text
    .split(/\{\w+\}/)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.+')
  return new RegExp(`^${pattern}$`).test(shown)
}

/** Lines of the tables under `提示 | 依据 | 怎么办`. */
function refusalRows(text: string): { shown: string; law: string }[] {
  return [...text.matchAll(/^\| (.+?) \| (.+?) \| .+ \|$/gm)]
    .map(([, shown = '', law = '']) => ({ shown, law }))
    .filter(({ shown }) => shown !== '提示' && !shown.startsWith('---'))
}

test('what the manual puts in quotation marks is on the screen, word for word', () => {
  const quoted = manual.flatMap((path) =>
    [...read(path).matchAll(/“([^“”]*[\u4e00-\u9fff][^“”]*)”/g)].map(([, shown = '']) => ({ path, shown })),
  )
  expect(quoted.length).toBeGreaterThan(50)
  expect(quoted.filter(({ shown }) => !productTexts.some((one) => isText(one, shown)))).toEqual([])
})

test('every refusal the manual explains is one the product gives, with that clause', () => {
  const rows = refusalRows(read('docs/manual/refusals.md'))
  expect(rows.length).toBeGreaterThan(30)
  const wrong = rows.filter(
    ({ shown, law }) =>
      !productTexts.some(
        (one) => isText(one, shown) && (one.clause === null ? '—' : clauseName(one.clause, 'zh')) === law,
      ),
  )
  expect(wrong).toEqual([])
})

test('every picture is shown somewhere, is a PNG, and is small enough for a page', () => {
  const documents = [...manual, ...globSync('*.md', { cwd: root })].map(read).join('\n')
  const pictures = readdirSync(join(root, 'docs/pictures'))
  expect(pictures).toEqual(expect.arrayContaining(['case.zh.png', 'case.en.png']))
  const readmes = new Set(['case.zh.png', 'case.en.png'])
  expect(pictures.filter((name) => !readmes.has(name) && !documents.includes(`pictures/${name})`))).toEqual(
    [],
  )
  for (const name of pictures) {
    const path = join(root, 'docs/pictures', name)
    expect(readFileSync(path).subarray(1, 4).toString(), name).toBe('PNG')
    expect(statSync(path).size, name).toBeLessThan(300_000)
  }
})

test('every picture the manual shows is made by the script', () => {
  const script = read('scripts/pictures.ts')
  const shown = manual.flatMap((path) => [...read(path).matchAll(/pictures\/([\w.-]+)\.png/g)])
  expect(shown.length).toBeGreaterThan(20)
  for (const [, name = ''] of shown) {
    expect(existsSync(join(root, 'docs/pictures', `${name}.png`)), name).toBe(true)
    expect(script.includes(`'${name}'`) || script.includes(`'${name}.png'`), name).toBe(true)
  }
})
