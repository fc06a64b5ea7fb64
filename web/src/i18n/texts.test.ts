import { describe, expect, test } from 'vitest'
import { formatsFor } from './format.ts'
import { fill, type Texts, type Words } from './texts.ts'

const modules = import.meta.glob<Record<string, Texts<Words>>>('../**/texts.ts', { eager: true })
const dictionaries = Object.entries(modules).flatMap(([path, module]) =>
  Object.entries(module)
    .filter(([, value]) => typeof value === 'object' && 'zh' in value && 'en' in value)
    .map(([name, texts]) => ({ name: `${path} ${name}`, texts })),
)

function leaves(words: Words, prefix = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === 'string') found.set(prefix + key, value)
    else for (const [path, text] of leaves(value, `${prefix}${key}.`)) found.set(path, text)
  }
  return found
}
const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()

test('every folder with screens has its dictionary', () => {
  expect(dictionaries.length).toBeGreaterThanOrEqual(7)
})

describe.each(dictionaries)('$name', ({ texts }) => {
  const zh = leaves(texts.zh)
  const en = leaves(texts.en)
  test('has the same keys in both languages', () =>
    expect([...en.keys()].sort()).toEqual([...zh.keys()].sort()))
  test('leaves nothing empty', () =>
    expect([...zh, ...en].filter(([, text]) => text.trim() === '')).toEqual([]))
  test('has no Chinese in its English', () => {
    expect([...en].filter(([, text]) => /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u.test(text))).toEqual([])
  })
  test('has no half-width comma, colon or bracket beside Chinese', () => {
    expect(
      [...zh].filter(([, text]) => /[\p{Script=Han}”}][,;:(]|[,;:)][\p{Script=Han}“]/u.test(text)),
    ).toEqual([])
  })
  test('fills the same placeholders in both languages', () => {
    for (const [key, text] of zh) expect(placeholders(en.get(key) ?? ''), key).toEqual(placeholders(text))
  })
})

test('a placeholder without a value stays visible', () => {
  expect(fill('{a} of {b}', { a: 1 })).toBe('1 of {b}')
})

describe('formats are in Asia/Shanghai', () => {
  test.each([
    ['2026-11-22T16:00:00Z', '2026-11-23', '2026-11-23 00:00'],
    ['2026-11-22T15:59:59Z', '2026-11-22', '2026-11-22 23:59'],
    ['2026-03-01', '2026-03-01', null],
  ])('%s', (iso, date, dateTime) => {
    for (const language of ['zh', 'en'] as const) {
      expect(formatsFor(language).date(iso)).toBe(date)
      if (dateTime) expect(formatsFor(language).dateTime(iso)).toBe(dateTime)
    }
  })
  test('money is exact beyond the digits of a float', () => {
    expect(formatsFor('zh').money(128_000_005)).toBe('1,280,000.05')
    expect(formatsFor('en').money(-5)).toBe('-0.05')
    expect(formatsFor('en').money(90_071_992_547_409_929n)).toBe('900,719,925,474,099.29')
  })
  test('areas and sizes carry their units', () => {
    expect(formatsFor('zh').area('89.5')).toBe('89.50 平方米')
    expect(formatsFor('en').area('1089.5')).toBe('1,089.50 m²')
    expect(formatsFor('en').fileSize(1536)).toBe('1.5 KB')
  })
})
