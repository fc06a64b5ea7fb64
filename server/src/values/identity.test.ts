import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  completeCreditCode,
  creditCodeProblem,
  creditCodeWarning,
  normaliseCreditCode,
  organisationCodeProblem,
} from './creditCode.ts'
import {
  birthDate,
  completeIdNumber,
  idNumberProblem,
  maskIdNumber,
  normaliseIdNumber,
  sexOfIdNumber,
  upgradeIdNumber,
} from './idNumber.ts'
import { isProblem } from './problem.ts'

interface Vector {
  value: string
  valid: boolean
  reason?: string
  note?: string
  inner_org_code_check_ok?: boolean
}
const vectors = JSON.parse(
  readFileSync(new URL('../../data/reference/id-vectors.json', import.meta.url), 'utf8'),
) as {
  id18: Vector[]
  id15: { value15: string; value18: string | null; reason?: string }[]
  uscc: Vector[]
  org_code: Vector[]
}
/** The day the vectors were written for. */
const today = Temporal.PlainDate.from('2026-01-01')
const verdict = (one: Vector) => (one.valid ? null : one.reason)

test.each(vectors.id18.map((one) => [one.value, verdict(one)]))(
  'identity number %s: %s',
  (value, expected) => {
    expect(idNumberProblem(value!, today)?.code ?? null).toBe(expected)
  },
)

test('every valid identity number is what completing its first 17 digits gives', () => {
  for (const { value } of vectors.id18.filter((one) => one.valid))
    expect(completeIdNumber(value.slice(0, 17))).toBe(normaliseIdNumber(value))
})

test('any wrong digit in a valid number is noticed', () => {
  for (const { value } of vectors.id18.filter((one) => one.valid)) {
    for (let at = 0; at < 17; at++) {
      const wrong = value.slice(0, at) + ((Number(value[at]) + 1) % 10) + value.slice(at + 1)
      expect(idNumberProblem(wrong, today), wrong).not.toBeNull()
    }
  }
})

test.each(vectors.id15)('15-digit $value15 becomes $value18', ({ value15, value18, reason }) => {
  const answer = upgradeIdNumber(value15)
  expect(isProblem(answer) ? answer.code : answer).toBe(value18 ?? reason)
})

test('the checksum sentence says which character was expected', () => {
  const found = idNumberProblem('110105194912310021', today)!
  expect(found.message.zh).toContain('末位应为 X')
  expect(found.message.en).toContain('would be X')
})

test('someone born today or later has no number yet, someone born yesterday may', () => {
  const bornOn = (date: string) => completeIdNumber(`330203${date}901`)
  expect(idNumberProblem(bornOn('20251231'), today)).toBeNull()
  expect(idNumberProblem(bornOn('20260101'), today)?.code).toBe('birth_date_future')
})

test('what a number tells, and how screens show it', () => {
  expect(birthDate('330203198001019014')?.toString()).toBe('1980-01-01')
  expect(sexOfIdNumber('330203198001019014')).toBe('1')
  expect(sexOfIdNumber('330205198001019025')).toBe('2')
  expect(maskIdNumber('330203198001019014')).toBe('330203********9014')
  expect(maskIdNumber('33020319751231909x')).toBe('330203********909X')
  expect(maskIdNumber('E12345678')).toBe('*******78')
})

test.each(['1234567890123456', '1234567890123456X', ''])('completing “%s” is a bug', (first17) => {
  expect(() => completeIdNumber(first17)).toThrow(RangeError)
})

// The product folds case before it looks, so the vector marked "lower case must be normalised first" checks on.
test.each(vectors.uscc.map((one) => [one.value, verdict(one)]))('credit code %s: %s', (value, expected) => {
  const lowerCase = value !== normaliseCreditCode(value!)
  expect(creditCodeProblem(value!)?.code ?? null).toBe(lowerCase ? null : expected)
})

test('every valid credit code is what completing its first 17 characters gives', () => {
  for (const { value } of vectors.uscc.filter((one) => one.valid))
    expect(completeCreditCode(value.slice(0, 17))).toBe(value)
})

test('a wrong organisation code inside is a warning and never an error', () => {
  for (const one of vectors.uscc.filter(
    ({ inner_org_code_check_ok }) => inner_org_code_check_ok !== undefined,
  ))
    expect(creditCodeWarning(one.value) === null, one.value).toBe(one.inner_org_code_check_ok)
})

test.each(vectors.org_code.map((one) => [one.value, one.valid]))(
  'organisation code %s: %s',
  (value, valid) => {
    expect(organisationCodeProblem(value as string) === null).toBe(valid)
  },
)

test('the sentence names the character that cannot be', () => {
  expect(creditCodeProblem('91330200MA9XO0015I')!.message.zh).toContain('第 13 位不能是“O”')
})
