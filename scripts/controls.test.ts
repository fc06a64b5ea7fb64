import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import '../server/src/app/capabilities.ts'
import { clauses } from '../server/src/kernel/clauses.ts'
import { type Control, declaredControls } from '../server/src/kernel/control.ts'

const root = join(import.meta.dirname, '..')

/** Clauses whose controls are still to come; the board shows each as having none. */
const stillWithout = [...['4.3', '6.6'], ...['8.1', '8.2', '8.3', '8.4', '8.5', '8.6']]

const tests = ['server', 'e2e', 'web/src', 'foreign']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter(
        (entry) =>
          entry.isFile() && entry.name.endsWith('.test.ts') && !entry.parentPath.includes('node_modules'),
      )
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
  )
  .join('\n')

/** Words by which a test says that it is about a control: its id, or what it refuses, bars or finds. */
const wordsOf = ({ id, refusals = [], bars = [], findings = [] }: Control): string[] => [
  id,
  ...[...refusals, ...bars, ...findings].map((code) => `'${code}`),
]
const tested = (one: Control, text = tests): boolean => wordsOf(one).some((word) => text.includes(word))

test.each(declaredControls().map((one) => [one.id, one] as const))(
  '%s has a test that sees it refuse, find or count',
  (_, one) => {
    expect(tested(one), `no test names ${wordsOf(one).join(', ')}`).toBe(true)
  },
)

test('a control that no test names is found', () => {
  const title = { zh: '', en: '' }
  const one: Control = {
    id: '9.9-nothing',
    clause: '9.9',
    kind: 'guard',
    title,
    refusals: ['never_said_anywhere'],
  }
  expect(tested(one, `expect(code).toBe('another')`)).toBe(false)
  expect(tested(one, `expect(code).toBe('never_said_anywhere')`)).toBe(true)
})

test('these clauses, and no others, are still without a control', () => {
  const carried = new Set(declaredControls().map((one) => one.clause))
  expect(clauses.map(({ id }) => id).filter((id) => !carried.has(id))).toEqual(stillWithout)
})
