import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

const folder = new URL('..', import.meta.url)
const readme = readFileSync(new URL('README.md', folder), 'utf8')
const run = promisify(execFile)

/** Each `ts` block under the heading it stands below. */
const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map((block) => ({
  heading: [...readme.slice(0, block.index).matchAll(/^## (.*)$/gm)].at(-1)![1]!,
  code: block[1]!,
}))

/** What the comments behind `console.log` say will be printed. */
const promised = (code: string): string[] =>
  [...code.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map((line) => line[1]!)

/** Every name that the package exports, types too, read from its sources. */
const exported = [
  ...readFileSync(new URL('src/index.ts', folder), 'utf8').matchAll(/from '\.\/(.*)'/g),
].flatMap((file) =>
  [
    ...readFileSync(new URL(`src/${file[1]}`, folder), 'utf8').matchAll(
      /^export (?:async )?(?:const|function\*?|class|type|interface) (\w+)/gm,
    ),
  ].map((name) => name[1]!),
)

describe('the README', () => {
  test.each(examples)('$heading: the example prints what it says', async ({ code }) => {
    const { stdout, stderr } = await run(
      process.execPath,
      ['--input-type=module-typescript', '--eval', code],
      { cwd: folder },
    )
    expect(stderr).toBe('')
    expect(stdout.trimEnd().split('\n')).toEqual(promised(code))
  })

  test('every example says what each of its lines prints', () => {
    expect(examples.length).toBeGreaterThan(7)
    for (const { heading, code } of examples) {
      expect(promised(code).length, heading).toBe(code.match(/console\.log\(/g)?.length ?? 0)
      expect(promised(code), heading).not.toEqual([])
    }
  })

  test('every export is named in prose or table, and imported by an example that then uses it', () => {
    const code = examples.map((example) => example.code)
    const prose = readme.replaceAll(/^```ts\n.*?^```$/gms, '')
    expect(exported.length).toBeGreaterThan(50)
    expect(exported.filter((name) => !new RegExp(`\\b${name}\\b`).test(prose))).toEqual([])
    const used = (name: string) =>
      code.some((one) => (one.match(new RegExp(`\\b${name}\\b`, 'g')) ?? []).length > 1)
    expect(exported.filter((name) => !used(name))).toEqual([])
  })

  test('every import of an example is used in it', () => {
    for (const { heading, code } of examples) {
      const names = [...code.matchAll(/import \{([^{}]*)\} from '@mingbu\/tlog'/g)].flatMap(
        (one) => one[1]!.match(/\w+/g)!,
      )
      const unused = names.filter(
        (name) => name !== 'type' && code.match(new RegExp(`\\b${name}\\b`, 'g'))!.length < 2,
      )
      expect(unused, heading).toEqual([])
    }
  })
})
