import { faults, faultWords, NoteError, parsePolicy } from '@mingbu/tlog'
import { expect, test } from 'vitest'
import { faultsZh, faultText, whyText } from './logFaults.ts'

const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()

test('every fault of the log package has Chinese words, filled with the same facts and free of English ones', () => {
  expect(Object.keys(faultsZh)).toEqual(Object.keys(faults))
  for (const [code, en] of Object.entries(faults)) {
    const zh = faultsZh[code as keyof typeof faults]
    expect(placeholders(zh), code).toEqual(placeholders(en))
    const latin = zh.replaceAll(/\{\w+\}|base64|UTF-8|JSON|Ed25519|（quorum）/g, '')
    expect(latin, code).not.toMatch(/[A-Za-z]/)
  }
})

test('a fault within a fault is said in the same language', () => {
  const thrown = (() => {
    try {
      parsePolicy('log a+00000000+AAAA\nquorum none\n')
    } catch (error) {
      return error as NoteError
    }
    return new NoteError('no_signer')
  })()
  expect(faultText(thrown)).toEqual({
    zh: '规则第 1 行：不是 Ed25519 公钥行',
    en: 'line 1 of the policy: not an Ed25519 verifier key',
  })
  expect(faultWords(thrown)).toBe(thrown.message)
})

test.each([
  ['broken JSON', () => JSON.parse('{'), '不是有效的 JSON'],
  [
    'a bug',
    () => {
      throw new Error('undefined is not a function')
    },
    '不能读取',
  ],
])('of %s nothing English is said in Chinese', (_, make, zh) => {
  let why: unknown
  try {
    make()
  } catch (error) {
    why = error
  }
  expect(whyText(why).zh).toBe(zh)
})
