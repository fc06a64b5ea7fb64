import { describe, expect, test } from 'vitest'
import type { CaseParty } from '../../cases/rules.ts'
import type { Entry } from '../../register/state.ts'
import { answersOf, type CaseFacts, checkCase, checkEntry, type StageDone } from './check.ts'

const at = (hour: number) => `2026-03-09T${String(hour).padStart(2, '0')}:00:00Z`
const party = (no: number, side: CaseParty['side'], name: string): CaseParty => ({
  no,
  side,
  partyId: `p${no}`,
  name,
  kind: 'person',
  idType: '1',
  idMasked: '',
  share: null,
  agentName: null,
  agentBasis: null,
})
const stage = (no: number, name: string, group: string, hour: number): StageDone => ({
  no,
  stage: name,
  group,
  personId: group,
  at: at(hour),
})
const stages: StageDone[] = [
  stage(1, 'acceptance', 'acceptance', 1),
  stage(2, 'first_review', 'first_review', 2),
  stage(4, 'recording', 'recording', 3),
  stage(5, 'printing', 'printing', 4),
  stage(6, 'sealing', 'sealing', 5),
  stage(7, 'issue', 'acceptance', 6),
  stage(8, 'archive', 'archiving', 7),
]
const entry = (kind: Entry['kind'], body: object, more: object = {}): Entry => ({
  id: kind,
  rightId: kind,
  no: 1,
  kind,
  effect: 'create',
  registration: '100',
  rightType: null,
  body: body as Record<string, unknown>,
  legalFrom: '2024-01-01T00:00:00Z',
  legalTo: null,
  recordedAt: '2024-01-01T00:00:00Z',
  recordedBy: null,
  caseId: null,
  actId: 'a',
  supersedes: null,
  parties: [
    { partyId: 'p', role: 'holder', name: '演', kind: 'person', idType: '1', shareNum: null, shareDen: null },
  ],
  ...more,
})
const sale: CaseFacts = {
  business: 'T01',
  unitCode: 'u',
  state: 'archived',
  acceptedAt: at(1),
  closedAt: at(7),
  legalDue: '2026-04-21T09:00:00Z',
  promisedDue: '2026-03-12T09:00:00Z',
  secondReview: false,
  body: { priceFen: 100, contractNumber: '1', sale: 'whole', sharing: '0' },
  parties: [party(1, 'transferor', '甲'), party(2, 'transferee', '乙')],
  checks: [1, 2].map((partyNo) => ({ partyNo, whom: 'party', method: 'card_reader', passed: true })),
  materials: ['application', 'identity', 'certificate', 'contract', 'tax'].map((code) => ({
    code,
    pages: 1,
    bytes: 10,
  })),
  stages,
  entries: [entry('ownership', { sharing: '0', rightType: '4', rightNature: '102' })],
}
const change = (more: Partial<CaseFacts>): string[] =>
  checkCase({ ...sale, ...more }).map((one) => `${one.aspect}: ${one.zh}`)
const without = (name: string) => stages.filter((one) => one.stage !== name)
const body = (more: object) => ({ body: { ...sale.body, ...more } as CaseFacts['body'] })
const mortgage = (more: object = {}) =>
  entry('mortgage', {
    mode: '1',
    amountFen: 1,
    debtFrom: '2024-01-01',
    debtTo: '2030-01-01',
    transferRestricted: true,
    rank: 1,
    registeredOn: '2024-05-06',
    ...more,
  })

describe('a closed case', () => {
  test('that is as it should be shows nothing', () => {
    expect(checkCase(sale)).toEqual([])
    expect(answersOf([])).toEqual({ forms: true, materials: true, process: true, in_time: true })
  })

  test.each<[string, Partial<CaseFacts>, string[]]>([
    ['without a price', body({ priceFen: 0 }), ['forms: 未填写成交价格']],
    ['without the number of its contract', body({ contractNumber: ' ' }), ['forms: 未填写合同编号']],
    ['without a buyer', { parties: sale.parties.slice(0, 1) }, ['forms: 未填写受让人']],
    [
      'whose buyers state no shares though they hold by shares',
      body({ sharing: '2' }),
      ['forms: 未填写受让人的份额'],
    ],
    [
      'in which nobody checked the buyer',
      { checks: sale.checks.slice(0, 1) },
      ['forms: 乙的身份没有核验通过'],
    ],
    ['of a business nobody knows', { business: 'X99' }, ['forms: 没有登记业务 X99']],
    [
      'without proof of tax',
      { materials: sale.materials.filter((one) => one.code !== 'tax') },
      ['materials: 缺少完税或减免税凭证（Rules 15）'],
    ],
    [
      'with an empty scan',
      { materials: sale.materials.map((one) => (one.code === 'tax' ? { ...one, bytes: 0 } : one)) },
      ['materials: 材料 tax 没有内容'],
    ],
    [
      'whose mortgage forbids a transfer and whose mortgagee did not apply as well',
      { entries: [...sale.entries, mortgage()] },
      ['materials: 缺少转让人、受让人、抵押权人三方共同申请书（Sec 43）'],
    ],
    [
      'mortgaged only after it was accepted',
      { entries: [...sale.entries, { ...mortgage(), legalFrom: at(9), recordedAt: at(9) }] },
      [],
    ],
    ['that nobody reviewed', { stages: without('first_review') }, ['process: 缺少环节 first_review']],
    ['whose second review was left out', { secondReview: true }, ['process: 缺少环节 second_review']],
    [
      'recorded before it was reviewed',
      { stages: stages.map((one) => (one.stage === 'first_review' ? { ...one, at: at(4) } : one)) },
      ['process: 环节 recording 早于前一环节'],
    ],
    [
      'reviewed and recorded by one person',
      {
        stages: stages.map((one) => (one.stage === 'recording' ? { ...one, personId: 'first_review' } : one)),
      },
      ['process: 同一人办理了 first_review、recording'],
    ],
    ['recorded after the day promised', { promisedDue: at(2) }, ['in_time: 超过承诺办理期限']],
    [
      'recorded after the day of the law',
      { promisedDue: at(1), legalDue: at(2) },
      ['in_time: 超过法定办理期限'],
    ],
    ['without a time limit', { promisedDue: null }, ['in_time: 没有办理期限']],
    ['refused after its first review', { state: 'refused', stages: stages.slice(0, 2) }, []],
    [
      'not accepted, of which nothing more is asked',
      { state: 'not_accepted', acceptedAt: null, stages: [], materials: [], checks: [] },
      [],
    ],
  ])('%s', (_, more, faults) => {
    expect(change(more)).toEqual(faults)
  })
})

describe('an entry of the register', () => {
  test.each<[string, Entry, CaseFacts | null, string[]]>([
    ['that says what it must', sale.entries[0]!, null, []],
    [
      'of ownership without how it is held',
      entry('ownership', { rightType: '4', rightNature: '102' }),
      null,
      ['未填写共有方式'],
    ],
    ['of a mortgage without its amount', mortgage({ amountFen: null }), null, ['未填写债权数额']],
    ['without a holder', { ...sale.entries[0]!, parties: [] }, null, ['未填写权利人']],
    [
      'that ends a right, of which nothing more is asked',
      { ...entry('mortgage', {}), effect: 'end', parties: [] },
      null,
      [],
    ],
    ['whose case was recorded late', sale.entries[0]!, { ...sale, promisedDue: at(2) }, ['超过承诺办理期限']],
  ])('%s', (_, one, ofCase, faults) => {
    expect(checkEntry(one, ofCase).map((fault) => fault.zh)).toEqual(faults)
  })
})
