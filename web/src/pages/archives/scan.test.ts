import { expect, test } from 'vitest'
import { readScan } from './scan.ts'

test.each([
  ['HAISHU-2026-T01-000001', { kind: 'file', number: 'HAISHU-2026-T01-000001' }],
  [' haishu-2026-t01-000001\r\n', { kind: 'file', number: 'HAISHU-2026-T01-000001' }],
  [']C1HAISHU-2026-T01-000001', { kind: 'file', number: 'HAISHU-2026-T01-000001' }],
  ['ＨＡＩＳＨＵ－２０２６－Ｔ０１－０００００１', { kind: 'file', number: 'HAISHU-2026-T01-000001' }],
  ['A-01-03', { kind: 'box', room: 'A', rack: '01', box: '03' }],
  ['a—01—03', { kind: 'box', room: 'A', rack: '01', box: '03' }],
  ['A-01', { kind: 'rack', room: 'A', rack: '01' }],
  ['A-01-03-', { kind: 'file', number: 'A-01-03-' }],
  ['ABCDEFG-01', { kind: 'file', number: 'ABCDEFG-01' }],
  ['12', { kind: 'file', number: '12' }],
  ['   ', null],
])('%j names %o', (text, named) => {
  expect(readScan(text)).toEqual(named)
})
