import { expect, test } from 'vitest'
import { blankSerialProblem, nextBlankSerial, normaliseBlankSerial } from './blankSerial.ts'
import { formatCaseNumber, parseCaseNumber } from './caseNumber.ts'
import {
  formatCertificateNumber,
  normaliseCertificateNumber,
  officeOfCertificate,
  parseCertificateNumber,
} from './certificateNumber.ts'
import { registrationOffices } from './districts.ts'

const haishu = { province: '浙', year: 2026, place: '宁波市海曙', kind: 'certificate', serial: 1 } as const

test('a certificate number as printed', () => {
  expect(formatCertificateNumber(haishu)).toBe('浙(2026)宁波市海曙不动产权第0000001号')
  expect(formatCertificateNumber({ ...haishu, kind: 'proof', serial: 12_345_678 })).toBe(
    '浙(2026)宁波市海曙不动产证明第12345678号',
  )
})

test.each([0, -1, 1.5])('serial %d is a bug', (serial) => {
  expect(() => formatCertificateNumber({ ...haishu, serial })).toThrow(RangeError)
})

test.each([
  ['浙(2026)宁波市海曙不动产权第0000001号', haishu],
  ['浙（2026）宁波市海曙不动产权第０００0001号', haishu],
  [' 浙〔2026〕宁波市海曙 不动产权第 0000001 号', haishu],
  [
    '粤(2019)东莞不动产权第0000906号',
    { province: '粤', year: 2019, place: '东莞', kind: 'certificate', serial: 906 },
  ],
  ['浙(2026)宁波市海曙不动产证明第0000007号', { ...haishu, kind: 'proof', serial: 7 }],
  ['浙(2026)宁波市海曙不动产权第0000000号', null],
  ['甬房权证海曙字第20081234号', null],
  ['甬海国用(2008)第0101234号', null],
])('%s is read as %o', (text, parts) => {
  expect(parseCertificateNumber(text)).toEqual(parts)
})

test('an old title passes but for its brackets', () => {
  expect(normaliseCertificateNumber('甬海国用（2008）第0101234号')).toBe('甬海国用(2008)第0101234号')
})

test('every office reads back its own numbers', () => {
  for (const office of registrationOffices) {
    const text = formatCertificateNumber({ ...haishu, place: office.certificatePlace })
    expect(officeOfCertificate(parseCertificateNumber(text)!)?.id).toBe(office.id)
  }
})

test('a case number: area, date, sequence', () => {
  const date = Temporal.PlainDate.from('2026-03-09')
  expect(formatCaseNumber('330203', date, 7)).toBe('3302032026030900007')
  expect(parseCaseNumber('330203 20260309 00007')).toEqual({ area: '330203', date, sequence: 7 })
  expect(parseCaseNumber(formatCaseNumber('330203', date, 123_456))?.sequence).toBe(123_456)
  expect(parseCaseNumber('3302032026130900007')).toBeNull()
  expect(parseCaseNumber('330203')).toBeNull()
  expect(() => formatCaseNumber('3302', date, 1)).toThrow(RangeError)
  expect(() => formatCaseNumber('330203', date, 0)).toThrow(RangeError)
})

test.each([
  ['33012345678', null],
  ['D33012345678', null],
  ['d33 012345678', null],
  ['3301234567', 'format'],
  ['E33012345678', 'format'],
  ['', 'format'],
  ['31012345678', 'province'],
])('blank serial %s: %s', (serial, expected) => {
  expect(blankSerialProblem(serial)?.code ?? null).toBe(expected)
})

test('blanks follow one another until the stock ends', () => {
  expect(nextBlankSerial('33000000009')).toBe('33000000010')
  expect(nextBlankSerial('D33000000100', 99)).toBe('D33000000199')
  expect(nextBlankSerial('33999999999')).toBeNull()
  expect(() => nextBlankSerial('33')).toThrow(RangeError)
  expect(normaliseBlankSerial(' d33 000000001 ')).toBe('D33000000001')
})
