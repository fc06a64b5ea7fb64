import { findBusiness, neededMaterials } from '../../cases/business.ts'
import { type CaseParty, type CaseState, materialFacts, unverified } from '../../cases/rules.ts'
import type { Text } from '../../kernel/refusal.ts'
import { type Entry, stateAt } from '../../register/state.ts'
import { type Answers, type Aspect, aspects } from './rules.ts'

/** One thing an automatic check found (自动检查结果). */
export type Fault = { aspect: Aspect } & Text

/** A stage as it was done in the last round; one carried over from an earlier round keeps its person and time. */
export interface StageDone {
  no: number
  stage: string
  group: string
  personId: string
  at: string
}

/** A closed case, as the automatic checks see it. */
export interface CaseFacts {
  business: string
  unitCode: string
  state: CaseState['state']
  acceptedAt: string | null
  closedAt: string | null
  legalDue: string | null
  promisedDue: string | null
  secondReview: boolean
  body: CaseState['body']
  parties: CaseParty[]
  checks: CaseState['checks']
  materials: { code: string; pages: number; bytes: number }[]
  stages: StageDone[]
  /** Entries of its unit, with all that was recorded since. */
  entries: Entry[]
}

const fault = (aspect: Aspect, zh: string, en: string): Fault => ({ aspect, zh, en })

/** Everything a closed case shows that is not as it should be. Pure: the same facts give the same faults. */
export function checkCase(facts: CaseFacts): Fault[] {
  return [...formFaults(facts), ...materialFaults(facts), ...processFaults(facts), ...timeFaults(facts)]
}

const blank = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
const missing = (names: readonly [blank: boolean, zh: string, en: string][]): Fault[] =>
  names.filter(([is]) => is).map(([, zh, en]) => fault('forms', `未填写${zh}`, `${en} is not filled in`))

/** 表格填写: what the application of its business must say, and that the applicants' identity was checked. */
function formFaults({ business, body, parties, checks, acceptedAt }: CaseFacts): Fault[] {
  const none = (...sides: CaseParty['side'][]) => !parties.some((one) => sides.includes(one.side))
  const fields: [boolean, string, string][] = body.renewal
    ? [
        [blank(body.renewal.certificateNumber), '原证号', 'the old certificate’s number'],
        [blank(body.renewal.statement), '遗失或破损情况', 'what happened to the certificate'],
        [none('holder'), '权利人', 'the holder'],
      ]
    : [
        [!(body.priceFen > 0), '成交价格', 'the price'],
        [blank(body.contractNumber), '合同编号', 'the number of the contract'],
        [blank(body.sharing), '共有方式', 'how it will be held'],
        [none('transferor'), '转让人', 'the seller'],
        [none('transferee'), '受让人', 'the buyer'],
        [
          body.sharing === '2' && parties.some((one) => one.side === 'transferee' && !one.share),
          '受让人的份额',
          'the buyers’ shares',
        ],
      ]
  const ofParties = parties.flatMap((one): [boolean, string, string][] => [
    [blank(one.name), '当事人姓名', 'the name of a party'],
    [blank(one.idType), `${one.name}的证件种类`, `the kind of paper of ${one.name}`],
    [
      one.agentName !== null && blank(one.agentBasis),
      `${one.agentName}的委托方式`,
      `how ${one.agentName} was authorised`,
    ],
  ])
  const unchecked = acceptedAt ? unverified({ parties, checks }) : []
  return [
    ...(findBusiness(business)
      ? []
      : [fault('forms', `没有登记业务 ${business}`, `there is no business ${business}`)]),
    ...missing([...fields, ...ofParties]),
    ...unchecked.map((name) =>
      fault('forms', `${name}的身份没有核验通过`, `the identity of ${name} was not checked`),
    ),
  ]
}

/** 收取资料: against the list of its business, by what held on the unit when it was accepted; none without a page. */
function materialFaults(facts: CaseFacts): Fault[] {
  const business = findBusiness(facts.business)
  if (!business || facts.acceptedAt === null) return []
  const accepted = Temporal.Instant.from(facts.acceptedAt)
  const rights = stateAt(facts.unitCode, facts.entries, accepted, accepted)
  const held = new Set(facts.materials.map((one) => one.code))
  const lacking = neededMaterials(business, materialFacts({ ...facts, rights })).filter(
    (rule) => !held.has(rule.code),
  )
  return [
    ...lacking.map((rule) =>
      fault(
        'materials',
        `缺少${rule.name.zh}（${rule.basis}）`,
        `${rule.name.en} is missing (${rule.basis})`,
      ),
    ),
    ...facts.materials
      .filter((one) => one.pages < 1 || one.bytes < 1)
      .map((one) => fault('materials', `材料 ${one.code} 没有内容`, `material ${one.code} is empty`)),
  ]
}

/** Stages of a case that went to its end, in order; a second review only where one was due. */
const wholeOrder = [
  'acceptance',
  'first_review',
  'second_review',
  'recording',
  'printing',
  'sealing',
  'issue',
  'archive',
]

/** 办理流程: every stage there, none before the one that comes first, and no person in two groups (6.2). */
function processFaults({ state, stages, secondReview }: CaseFacts): Fault[] {
  const order = wholeOrder.filter((stage) => secondReview || stage !== 'second_review')
  const done = [...stages].sort((a, b) => a.no - b.no)
  const expected = state === 'archived' ? order : order.slice(0, done.length)
  const lacking = expected.filter((stage) => !done.some((one) => one.stage === stage))
  const early = done.filter((one, i) => i > 0 && Date.parse(one.at) < Date.parse(done[i - 1]!.at))
  const groups = Map.groupBy(done, (one) => one.personId)
  const double = [...groups.values()].filter((own) => new Set(own.map((one) => one.group)).size > 1)
  return [
    ...lacking.map((stage) => fault('process', `缺少环节 ${stage}`, `the stage ${stage} is missing`)),
    ...early.map((one) =>
      fault(
        'process',
        `环节 ${one.stage} 早于前一环节`,
        `the stage ${one.stage} came before the one it follows`,
      ),
    ),
    ...double.map((own) =>
      fault(
        'process',
        `同一人办理了 ${own.map((one) => one.stage).join('、')}`,
        `one person did ${own.map((one) => one.stage).join(', ')}`,
      ),
    ),
  ]
}

/** 有无超时限: recorded, or closed, after the day promised and the day the law sets; both are days of the calendar. */
function timeFaults({ stages, closedAt, promisedDue, legalDue, acceptedAt }: CaseFacts): Fault[] {
  if (acceptedAt === null) return []
  const settled = stages.find((one) => one.stage === 'recording')?.at ?? closedAt
  const late = (due: string | null) =>
    due !== null && settled !== null && Date.parse(settled) > Date.parse(due)
  return [
    ...(promisedDue === null ? [fault('in_time', '没有办理期限', 'there is no time limit')] : []),
    ...(late(legalDue)
      ? [fault('in_time', '超过法定办理期限', 'settled after the legal time limit')]
      : late(promisedDue)
        ? [fault('in_time', '超过承诺办理期限', 'settled after the promised time limit')]
        : []),
  ]
}

/** Fields without which an entry of the register says nothing, by kind. */
const entryFields: Partial<Record<Entry['kind'], readonly [string, string, string][]>> = {
  ownership: [
    ['sharing', '共有方式', 'how it is held'],
    ['rightType', '权利类型', 'the kind of right'],
    ['rightNature', '权利性质', 'the nature of the right'],
  ],
  mortgage: [
    ['mode', '抵押方式', 'the kind of mortgage'],
    ['amountFen', '债权数额', 'the amount secured'],
    ['debtFrom', '债务履行起始日', 'when the debt begins'],
    ['debtTo', '债务履行截止日', 'when the debt ends'],
  ],
  seizure: [
    ['organ', '查封机关', 'the organ'],
    ['document', '查封文号', 'the document'],
  ],
}

/** What a register entry lacks; one that came with a case is checked with its case as well. Pure. */
export function checkEntry(
  entry: Pick<Entry, 'kind' | 'effect' | 'body' | 'parties'>,
  ofCase: CaseFacts | null,
): Fault[] {
  const fields = entry.effect === 'end' ? [] : (entryFields[entry.kind] ?? [])
  return [
    ...missing([
      ...fields.map(([name, zh, en]): [boolean, string, string] => [blank(entry.body[name]), zh, en]),
      [entry.effect !== 'end' && entry.parties.length === 0, '权利人', 'the holder'],
    ]),
    ...(ofCase ? checkCase(ofCase) : []),
  ]
}

/** The four answers that faults amount to. */
export const answersOf = (faults: readonly Fault[]): Answers =>
  Object.fromEntries(
    aspects.map((aspect) => [aspect, !faults.some((one) => one.aspect === aspect)]),
  ) as Answers
