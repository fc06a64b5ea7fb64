import { beforeAll, expect, test } from 'vitest'
import { attacks } from './attack.ts'
import { honestRuns } from './honest.ts'
import { catalogue, drillTamper, type TamperReport } from './tamper.ts'

/** Changes what no act commits to: how often a password was typed wrong. */
const unseen = attacks([
  [
    'unseen',
    '改动输错密码的次数',
    'how often a password was wrong',
    'row_changed',
    ({ t }) => `update kernel.account set failures = 3 where person_id = '${t.other}'`,
  ],
])

let report: TamperReport
beforeAll(async () => {
  report = await drillTamper({ seed: 5, attacks: [...catalogue, ...unseen] }, () => {})
}, 900_000)

test('the catalogue is long, and no line stands in it twice', () => {
  expect(catalogue.length).toBeGreaterThanOrEqual(100)
  for (const of of ['id', 'en', 'zh'] as const) {
    const words = catalogue.map(({ id, title }) => (of === 'id' ? id : title[of]))
    expect(words.filter((word, i) => words.indexOf(word) !== i)).toEqual([])
  }
})

test.each(catalogue.map(({ id, title, names }) => [id, title.en, names] as const))(
  '%s (%s) is found, and named %s',
  (id, _, names) => {
    const found = report.cases.find((one) => one.id === id)!
    expect(found.firstBad).toMatchObject({ code: names })
    expect(found.found).toBe(true)
  },
)

test.each(honestRuns.map(({ id, title }) => [id, title.en] as const))('%s (%s): nothing is named', (id) => {
  expect(report.clean.find((one) => one.id === id)?.falseAlarms).toEqual([])
})

test('an attack on what no act commits to is told as missed, and the sum says so', () => {
  expect(report.cases.at(-1)).toMatchObject({ id: 'unseen', found: false, firstBad: null, problems: 0 })
  expect(report).toMatchObject({ total: catalogue.length + 1, found: catalogue.length, falseAlarms: 0 })
})

test('where a leaf is concerned its place in the log is told, and of a row table and key', () => {
  const first = (id: string) => report.cases.find((one) => one.id === id)!.firstBad
  expect(first('leaf-deleted')).toMatchObject({ district: 'haishu', index: expect.any(Number) })
  expect(first('last-dropped')).toMatchObject({ district: 'haishu', index: expect.any(Number) })
  expect(first('finding-closed')).toMatchObject({
    district: 'haishu',
    table: 'kernel.finding',
    key: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
})
