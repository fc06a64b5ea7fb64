import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import '../server/src/app/capabilities.ts'
import { clauses } from '../server/src/kernel/clauses.ts'
import { type Control, declaredControls } from '../server/src/kernel/control.ts'

const root = join(import.meta.dirname, '..')

/** Clauses whose controls are still to come; the board shows each as having none. */
const stillWithout = [...['4.3', '6.6'], ...['8.1', '8.2', '8.3', '8.4', '8.5', '8.6']]

/** Clauses of supervision: each of their controls that can turn red is seen red on a planted breach, and green after its repair. */
const supervised = /^(1\.|2\.1|2\.3|3\.|6\.1-plan|7\.)/

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

/** Whether something can be open or overdue under it. */
const canBeRed = ({ findings = [], obligations = [], ledgers = [] }: Control): boolean =>
  findings.length + obligations.length > 0 ||
  ledgers.some(({ figures }) => figures.includes('overdue') || figures.includes('open'))
const seenRed = (id: string, text = tests): boolean =>
  text
    .split(/^test[.(]/m)
    .some((one) => one.includes(id) && /\bred\b/.test(one) && /\bgreen\b|\.not\.toBe\('red'\)/.test(one))

test.each(
  declaredControls()
    .filter((one) => supervised.test(one.id) && canBeRed(one))
    .map((one) => [one.id]),
)('%s has a test in which the board shows it red, and green again', (id) => {
  expect(seenRed(id)).toBe(true)
})

test('a control that no test sees red is found', () => {
  const named = `test('9.9-some is red on a breach', () => { expect(stands('9.9-some')).toBe('red') })`
  expect(seenRed('9.9-some', named)).toBe(false)
  expect(
    seenRed('9.9-some', named.replace(' })', `; mend(); expect(stands('9.9-some')).toBe('green') })`)),
  ).toBe(true)
  expect(seenRed('9.9-other', `${named}\n${named}`)).toBe(false)
})

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
