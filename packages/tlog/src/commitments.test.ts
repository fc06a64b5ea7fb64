import { describe, expect, test } from 'vitest'
import { concat, toHex, utf8 } from './bytes.ts'
import {
  checkField,
  commitment,
  commitmentWith,
  fieldPath,
  fieldsRoot,
  fieldsRootWith,
} from './commitments.ts'
import { leafHash, treeRoot } from './merkle.ts'
import { sha256 } from './sha256.ts'

const salt = new Uint8Array(32).fill(7)

describe('one commitment', () => {
  test('applicant_id with salt 32 × 07 (evidence 10)', () => {
    expect(toHex(commitment('applicant_id', salt, utf8('330203199001011234')))).toBe(
      'bac90bbc80a6cb42e179956f976e26ff4439b46ffbf0f996a46e4deb0797fc6a',
    )
  })

  test('it is the hash of prefix, name, salt and value, with a NUL after prefix and name', () => {
    const bytes = concat(utf8('commit/v1\0面积\0'), salt, utf8('89.12'))
    expect(commitment('面积', salt, utf8('89.12'))).toEqual(sha256(bytes))
  })

  test('no bit of salt or value can change, nor a letter of the name', () => {
    const value = utf8('330203199001011234')
    const made = toHex(commitment('applicant_id', salt, value))
    const same: string[] = []
    for (const [what, bytes] of [
      ['salt', salt],
      ['value', value],
    ] as const) {
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const wrong = Uint8Array.from(bytes)
        wrong[bit >> 3]! ^= 1 << (bit & 7)
        const other =
          what === 'salt' ? commitment('applicant_id', wrong, value) : commitment('applicant_id', salt, wrong)
        if (toHex(other) === made) same.push(`${what}, bit ${bit}`)
      }
    }
    for (const name of ['Applicant_id', 'applicant_i', 'applicant_id2', '']) {
      if (toHex(commitment(name, salt, value)) === made) same.push(name)
    }
    expect(same).toEqual([])
  })

  test('equal values under different salts do not look alike', () => {
    const other = new Uint8Array(32).fill(8)
    expect(commitment('a', salt, utf8('1'))).not.toEqual(commitment('a', other, utf8('1')))
  })

  test.each([0, 31, 33, 64])('a salt of %i bytes is refused', (length) => {
    expect(() => commitment('a', new Uint8Array(length), utf8('1'))).toThrow(RangeError)
  })

  // With a NUL in the name, "a" under one salt and "a" + NUL + part of it under another would be the same bytes.
  test.each(['a\0', '\0', 'a\0b', '\ud800'])('the name %j is refused', (name) => {
    expect(() => commitment(name, salt, utf8('1'))).toThrow(RangeError)
  })
})

describe('fields under one root', () => {
  const fields = ['act', 'unit', 'price', 'buyer', 'seller', 'row:right'].map((name, i) => ({
    name,
    salt: new Uint8Array(32).fill(i + 1),
    value: utf8(`value ${i}`),
  }))
  const commitmentsOf = (n: number) =>
    fields.slice(0, n).map((one) => commitment(one.name, one.salt, one.value))
  const opened = (no: number, n: number) => ({
    ...fields[no]!,
    no,
    n,
    path: fieldPath(commitmentsOf(n), no),
    root: fieldsRoot(commitmentsOf(n)),
  })
  const everyOne = fields.flatMap((_, i) => Array.from({ length: i + 1 }, (_, no) => ({ no, n: i + 1 })))

  test('the root is the RFC 6962 root over the commitments as entries', () => {
    const commitments = commitmentsOf(6)
    expect(fieldsRoot(commitments)).toEqual(treeRoot(commitments.map((one) => leafHash(one))))
    expect(fieldsRoot([])).toEqual(sha256(new Uint8Array()))
  })

  test('a SHA-256 of one\u2019s own gives the same', () => {
    let calls = 0
    const counting = (bytes: Uint8Array) => {
      calls++
      return sha256(bytes)
    }
    const commitments = fields.map((one) => commitmentWith(counting, one.name, one.salt, one.value))
    expect(commitments).toEqual(commitmentsOf(6))
    expect(fieldsRootWith(counting, commitments)).toEqual(fieldsRoot(commitments))
    expect(fieldPath(commitments, 2, counting)).toEqual(fieldPath(commitments, 2))
    expect(checkField(opened(2, 6), counting)).toBe(true)
    expect(calls).toBeGreaterThan(20)
  })

  test.each(everyOne)('field $no of $n opens, and nothing beside it does', ({ no, n }) => {
    const one = opened(no, n)
    expect(checkField(one)).toBe(true)
    const wrong = [
      { name: `${one.name}x` },
      { value: utf8('another value') },
      { value: new Uint8Array() },
      { salt: new Uint8Array(32) },
      { no: no - 1 },
      { no: no + 1 },
      { no: 0.5 },
      { path: [...one.path, one.root] },
      { root: new Uint8Array(32) },
      { root: new Uint8Array(31) },
      ...(one.path.length > 0
        ? [{ path: one.path.slice(1) }, { path: one.path.slice(0, -1) }, { path: [] }]
        : []),
      ...one.path.map((hash, i) => ({ path: one.path.with(i, leafHash(hash)) })),
    ]
    for (const part of wrong) expect(checkField({ ...one, ...part }), Object.keys(part).join()).toBe(false)
  })

  test('what cannot be opened is false, not an exception', () => {
    expect(checkField({ ...opened(0, 6), salt: new Uint8Array(31) })).toBe(false)
    expect(checkField({ ...opened(0, 6), name: 'act\0' })).toBe(false)
    expect(checkField({ ...opened(0, 6), name: '\ud800' })).toBe(false)
    expect(checkField({ ...opened(0, 6), n: Number.NaN })).toBe(false)
  })

  test('the order of fields counts', () => {
    expect(fieldsRoot(commitmentsOf(6).reverse())).not.toEqual(fieldsRoot(commitmentsOf(6)))
  })

  test('a path to a field that is not there is refused', () => {
    expect(() => fieldPath(commitmentsOf(3), 3)).toThrow(RangeError)
    expect(() => fieldPath([], 0)).toThrow(RangeError)
  })
})
