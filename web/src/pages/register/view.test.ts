import { describe, expect, test } from 'vitest'
import { viewHoldings } from '../../../../server/src/register/acts.ts'
import type { Entry } from '../../../../server/src/register/state.ts'
import { dutyRefusal, holdingsDuties } from './access.ts'
import {
  bytesOf,
  lastDay,
  mapFeatures,
  maskedId,
  namesOf,
  numberOf,
  recordingOrder,
  standing,
  tidyQuery,
} from './view.ts'

const entry = (id: string, over: Partial<Entry> = {}): Entry => ({
  id,
  rightId: 'r',
  no: 1,
  kind: 'ownership',
  effect: 'create',
  registration: '100',
  rightType: '4',
  body: {},
  legalFrom: '2020-01-01T00:00:00Z',
  legalTo: null,
  recordedAt: '2020-01-01T00:00:00Z',
  recordedBy: null,
  caseId: null,
  actId: 'a',
  supersedes: null,
  parties: [],
  ...over,
})

describe('how an entry stands', () => {
  const first = entry('1')
  const change = entry('2', { no: 2, effect: 'change', supersedes: '1', legalFrom: '2022-01-01T00:00:00Z' })
  const end = entry('3', { no: 3, effect: 'end', supersedes: '2', legalFrom: '2024-01-01T00:00:00Z' })
  const other = entry('4', { rightId: 'other', no: 2, legalFrom: '2021-01-01T00:00:00Z' })
  const all = [first, change, end, other]
  test.each([
    // as of                   first         change        end
    ['2019-12-31T23:59:59Z', ['later', 'later', 'later']],
    ['2020-01-01T00:00:00Z', ['current', 'later', 'later']],
    ['2021-06-01T00:00:00Z', ['current', 'later', 'later']],
    ['2022-01-01T00:00:00Z', ['superseded', 'current', 'later']],
    ['2024-01-01T00:00:00Z', ['superseded', 'ended', 'ending']],
  ])('as of %s: %j', (asOf, expected) =>
    expect([first, change, end].map((one) => standing(one, all, asOf))).toEqual(expected),
  )
  test('a term ends by itself at its instant, which is already outside', () => {
    const seizure = entry('5', { kind: 'seizure', legalTo: '2023-06-30T16:00:00Z' })
    expect(standing(seizure, [seizure], '2023-06-30T15:59:59.999Z')).toBe('current')
    expect(standing(seizure, [seizure], '2023-06-30T16:00:00Z')).toBe('expired')
    // 2023-06-30T16:00Z is midnight after 30 June in Shanghai.
    expect(lastDay('2023-06-30T16:00:00Z')).toBe('2023-06-30T15:59:59.000Z')
  })
})

test('the number of an entry: its own certificate, else what came with the old books', () => {
  const certificates = [
    { number: 'made', state: 'issued', ended: null, entryId: '1', blankSerial: null },
  ] as const
  expect(numberOf(entry('1', { body: { certificateNumber: 'old' } }), certificates)).toBe('made')
  expect(numberOf(entry('2', { body: { certificateNumber: 'old' } }), certificates)).toBe('old')
  expect(numberOf(entry('2', { body: { proofNumber: 'proof' } }), certificates)).toBe('proof')
  expect(numberOf(entry('2'), certificates)).toBeNull()
})

test('entries come in the order of recording, a batch taken over in the order of legal time', () => {
  const taken = '2026-01-01T00:00:00Z'
  const entries = [
    entry('new', { recordedAt: '2026-02-01T00:00:00Z', legalFrom: '2010-01-01T00:00:00Z' }),
    entry('late', { recordedAt: taken, legalFrom: '2022-01-01T00:00:00Z' }),
    entry('early', { recordedAt: taken, legalFrom: '2019-01-01T00:00:00+00:00' }),
  ]
  expect(recordingOrder(entries).map((one) => one.id)).toEqual(['early', 'late', 'new'])
})

test('names by role, in the order of the entry', () => {
  const party = (name: string, role: Entry['parties'][number]['role']) => ({
    ...{ partyId: name, name, role, kind: 'person', idType: '1', shareNum: null, shareDen: null },
  })
  const mortgage = entry('1', {
    parties: [party('bank', 'mortgagee'), party('b', 'mortgagor'), party('a', 'mortgagor')],
  })
  expect(namesOf(mortgage, 'mortgagor')).toEqual(['b', 'a'])
})

test('the map shows the unit’s own parcel and building once, whatever lies around them', () => {
  const geometry = '{"type":"Polygon","coordinates":[[[121,29],[122,29],[122,30],[121,29]]]}'
  const unit = {
    parcel: { code: '330203001001GB00001', geometry },
    building: { code: '330203001001GB00001F0001', name: '1幢', geometry },
  }
  const around = [
    { kind: 'parcel', code: '330203001001GB00001', geometry },
    { kind: 'parcel', code: '330203001001GB00002', geometry },
    { kind: 'building', code: '330203001001GB00001F0001', geometry },
    { kind: 'building', code: '330203001001GB00001F0002', geometry },
  ]
  const features = mapFeatures({ unit, around } as unknown as Parameters<typeof mapFeatures>[0])
  expect(features.map(({ properties }) => [properties.role, properties.label, properties.target])).toEqual([
    ['neighbour', undefined, undefined],
    ['building', undefined, undefined],
    ['parcel', undefined, undefined],
    ['building', '1幢', true],
  ])
  const bare = mapFeatures({ unit: { ...unit, building: null }, around: [] } as unknown as Parameters<
    typeof mapFeatures
  >[0])
  expect(bare.map(({ properties }) => properties.label)).toEqual(['GB00001'])
  expect(features[0]!.geometry.coordinates[0]).toHaveLength(4)
})

test.each([
  [' 330203 001001 gb00001 ', '330203001001GB00001'],
  ['３３０２０３', '330203'],
  ['  药行街 演3号 ', '药行街 演3号'],
  ['   ', ''],
])('%j is asked as %j', (typed, asked) => expect(tidyQuery(typed)).toBe(asked))

test('an identity number keeps six and four characters on screen', () => {
  expect(maskedId('33020019900101123X')).toBe('330200********123X')
  expect(maskedId('330200900101123')).toBe('330200*****1123')
})

test('who may list holdings is what the server says', () => {
  expect([...holdingsDuties].sort()).toEqual([...viewHoldings.duties].sort())
  const words = { zh: '不', en: 'no' }
  expect(dutyRefusal(['acceptance'], holdingsDuties, words)).toEqual({
    code: 'no_duty',
    clause: '6.7',
    message: words,
  })
  expect(dutyRefusal(['acceptance', 'enquiry'], holdingsDuties, words)).toBeNull()
})

test('base64 reads back to its bytes, high ones too', () => {
  expect([...bytesOf(Buffer.from([0, 37, 128, 255]).toString('base64'))]).toEqual([0, 37, 128, 255])
})
