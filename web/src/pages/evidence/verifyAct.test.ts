import { encodeLeaf, toBase64, utf8 } from '@mingbu/tlog'
import { expect, test } from 'vitest'
import { differingFacts, type ShownAct } from './verifyAct.ts'

const leafAt = (at: string) =>
  toBase64(
    encodeLeaf({
      act: '01a207c9-39c4-7271-a0d0-8d24814048c7',
      at,
      district: 'haishu',
      fields: 'ab'.repeat(32),
      n: 3,
      outcome: 'done',
      type: 'case.issue',
    }),
  )
const shown: ShownAct = {
  actId: '01a207c9-39c4-7271-a0d0-8d24814048c7',
  type: 'case.issue',
  at: '2026-11-23T01:02:03.00143Z',
  outcome: 'done',
  district: 'haishu',
  leafBase64: leafAt('2026-11-23T01:02:03.001430Z'),
}

test.each([
  ['2026-11-23T01:02:03.001430Z', '2026-11-23T01:02:03.00143Z'],
  ['2026-11-23T01:02:00.000000Z', '2026-11-23T01:02:00Z'],
  ['2026-11-23T01:02:03.000004Z', '2026-11-23T01:02:03.000004Z'],
  ['2026-11-23T01:02:03.100000Z', '2026-11-23T01:02:03.1Z'],
])('the time %s in the leaf is %s on the page', (leaf, at) => {
  expect(differingFacts({ ...shown, at, leafBase64: leafAt(leaf) })).toEqual([])
})

test.each<[string, Partial<ShownAct>]>([
  ['act', { actId: '01a207c9-39c4-7271-a0d0-8d24814048c8' }],
  ['type', { type: 'case.seal' }],
  ['at', { at: '2026-11-23T01:02:03.001431Z' }],
  ['at', { at: '2026-11-23T01:02:30Z' }],
  ['outcome', { outcome: 'refused' }],
  ['district', { district: 'jiangbei' }],
])('a page that shows another %s than the leaf is found out', (fact, change) => {
  expect(differingFacts({ ...shown, ...change })).toEqual([fact])
})

test('a leaf that is none says nothing of what is shown', () => {
  expect(differingFacts({ ...shown, leafBase64: toBase64(utf8('{}')) })).toHaveLength(5)
  expect(differingFacts({ ...shown, leafBase64: '!' })).toHaveLength(5)
})
