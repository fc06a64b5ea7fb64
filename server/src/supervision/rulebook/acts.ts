import { randomUUID } from 'node:crypto'
import { Type } from 'typebox'
import { act, type Ctx } from '../../kernel/act.ts'
import type { Refusal } from '../../kernel/refusal.ts'
import { keepImages, type Tx, type Written } from '../../platform/db/tx.ts'
import { officeDate } from '../../values/calendar.ts'
import { dayField, words } from '../rectification/acts.ts'
import { atField } from '../rectification/subject.ts'
import {
  decideRuleRefusal,
  readRefusal,
  refuseRules,
  reviewRefusal,
  ruleActions,
  ruleDeciders,
  ruleKinds,
} from './rules.ts'
import { proposalSubject, ruleSubject } from './subject.ts'
import { ruleDecisionTable, ruleProposalTable, ruleReviewTable } from './tables.ts'

const office = Type.String({ title: '登记机构|Office', maxLength: 20 })
const documentId = Type.String({ title: '制度|Rule', format: 'uuid' })
const literals = <T extends string>(values: readonly T[], title: string) =>
  Type.Unsafe<T>(
    Type.Union(
      values.map((one) => Type.Literal(one)),
      { title },
    ),
  )
const post = (title: string) => Type.String({ title, minLength: 1, maxLength: 40 })
const Answers = Type.Array(Type.Integer({ minimum: 0, maximum: 5 }), { title: '答案|Answers', maxItems: 10 })

/** What a new version says; a repeal says nothing. */
const Content = Type.Object(
  {
    title: words('名称|Title', 100),
    code: Type.String({ title: '文号|Number', maxLength: 60 }),
    kind: literals(ruleKinds, '类别|Kind'),
    body: Type.Optional(words('正文|Text', 30_000)),
    file: Type.Optional(Type.String({ title: '文件|File', pattern: '^[0-9a-f]{64}$' })),
    keeperPost: post('维护岗位|Kept by the post'),
    /** Posts it concerns; none: everybody. */
    posts: Type.Array(post('适用岗位|Posts'), { title: '适用岗位|Posts', maxItems: 60, uniqueItems: true }),
    reviewDays: Type.Integer({ title: '评估周期（天）|Days between reviews', minimum: 30, maximum: 1100 }),
    readDays: Type.Integer({ title: '学习期限（天）|Days to read it', minimum: 1, maximum: 90 }),
    quiz: Type.Array(
      Type.Object(
        {
          question: words('题目|Question', 300),
          options: Type.Array(
            Type.String({ title: '选项|Option', minLength: 1, maxLength: 200, pattern: '\\S' }),
            {
              title: '选项|Options',
              minItems: 2,
              maxItems: 6,
              uniqueItems: true,
            },
          ),
        },
        { additionalProperties: false },
      ),
      { title: '测试题|Questions', minItems: 1, maxItems: 10 },
    ),
  },
  { additionalProperties: false, title: '内容|Content' },
)

/** 提请立、改、废: a rule made, amended or repealed, by anybody of the office; the answers are kept apart, and shown to nobody. */
export const proposeRule = act({
  type: 'rule.propose',
  title: { zh: '提请制定、修订或废止制度', en: 'Propose a rule' },
  clauses: ['2.1'],
  duties: [],
  input: Type.Object(
    {
      action: literals(ruleActions, '立、改、废|What'),
      documentId: Type.Optional(documentId),
      effectiveOn: dayField('施行（废止）日期|Holds (ends) from'),
      reason: words('理由|Reason', 1000),
      content: Type.Optional(Content),
      answers: Type.Optional(Answers),
    },
    { additionalProperties: false },
  ),
  secretInput: ['answers'],
  result: Type.Object({ proposalId: Type.String(), documentId: Type.String() }),
  created: (result) => ({ kind: 'ruleProposal', id: result.proposalId }),
  async handle(ctx, input) {
    const { tx, district, at } = ctx
    const day = dayProblem(input.effectiveOn, at)
    if (day) return day
    const base = input.documentId === undefined ? null : await lastVersion(tx, district, input.documentId)
    if (
      (input.action === 'create') !== (input.documentId === undefined) ||
      (input.documentId !== undefined && !base)
    )
      return atField('documentId', refuseRules('rule_not_in_force'))
    if (base?.action === 'repeal') return atField('documentId', refuseRules('rule_repealed'))
    if (base && input.effectiveOn <= base.fromOn) return atField('effectiveOn', refuseRules('rule_moved_on'))
    const { content, answers = [] } = input
    const common = {
      district,
      document_id: input.documentId ?? randomUUID(),
      action: input.action,
      ...(base ? { base_no: base.no } : {}),
      effective_on: input.effectiveOn,
      reason: input.reason.trim(),
    }
    if (input.action === 'repeal') {
      const { kind, code, title } = base!
      const [made] = await tx.put<{ id: string }>(ruleProposalTable, { ...common, kind, code, title })
      return { proposalId: made!.id, documentId: common.document_id }
    }
    if (!content) return atField('content', refuseRules('rule_content'))
    const problem = await contentProblem(ctx, common.document_id, content, answers)
    if (problem) return problem
    const [made] = await tx.put<{ id: string }>(ruleProposalTable, {
      ...common,
      kind: content.kind,
      code: content.code.trim(),
      title: content.title.trim(),
      body: content.body?.trim(),
      file: content.file,
      review_days: content.reviewDays,
      read_days: content.readDays,
      keeper_post: content.keeperPost,
      posts: content.posts,
      quiz: content.quiz,
    })
    const { image } = await tx.one<{ image: Written }>`
      select supervision.set_rule_key(${made!.id}::uuid, ${answers}::smallint[]) as image`
    keepImages(tx, [image])
    return { proposalId: made!.id, documentId: common.document_id }
  },
  constraints: {
    rule_key_fits: () => refuseRules('rule_answers'),
    rule_file_own: () => refuseRules('rule_file_own'),
  },
})

/** Why a day is none on which a rule can begin or end. */
function dayProblem(text: string, at: Temporal.Instant): Refusal | null {
  const today = officeDate(at)
  try {
    const day = Temporal.PlainDate.from(text, { overflow: 'reject' })
    if (Temporal.PlainDate.compare(day, today) >= 0 && today.until(day).total('days') <= 731) return null
  } catch {
    // No day at all is refused as one that lies in the past.
  }
  return atField('effectiveOn', refuseRules('rule_day'))
}

interface Base {
  no: number
  action: string
  fromOn: string
  kind: string
  code: string
  title: string
}
const lastVersion = (tx: Tx, district: string, document: string) => tx.maybe<Base>`
  select v.no, v.action, v.from_on::text as "fromOn", v.kind, v.code, v.title from supervision.rule_version v
  where v.district = ${district} and v.document_id = ${document}::uuid order by v.no desc limit 1`

type ContentInput = {
  posts: string[]
  keeperPost: string
  body?: string
  file?: string
  quiz: { options: string[] }[]
}
async function contentProblem(
  { tx, district }: Ctx,
  document: string,
  content: ContentInput,
  answers: readonly number[],
): Promise<Refusal | null> {
  if (content.body === undefined && content.file === undefined)
    return atField('content.body', refuseRules('rule_content'))
  if (content.file !== undefined) {
    const { unfit } = await tx.one<{ unfit: number }>`
      select supervision.unfit_for_rule(${district}, ${document}::uuid, ${content.file}) as unfit`
    if (unfit >= 0) return atField('content.file', refuseRules('rule_file_own'))
  }
  const wrong = content.quiz.findIndex(
    ({ options }, i) => !((answers[i] ?? -1) < options.length && (answers[i] ?? -1) >= 0),
  )
  if (wrong >= 0 || answers.length !== content.quiz.length)
    return atField(`answers.${wrong >= 0 ? wrong : content.quiz.length}`, refuseRules('rule_answers'))
  // The bureau's rules concern posts of any office; they are kept by a post of its own.
  const known = await tx.rows<{ id: string; own: boolean }>`
    select p.id, bool_or(p.district = ${district}) as own from people.post p
    where (p.district = ${district} or ${district} = 'city') and p.closed_at is null and p.id = any (${[content.keeperPost, ...content.posts]}::text[]) group by p.id`
  if (!known.some((one) => one.id === content.keeperPost && one.own))
    return atField('content.keeperPost', refuseRules('rule_post_unknown'))
  const ids = new Set(known.map((one) => one.id))
  const strange = content.posts.findIndex((id) => !ids.has(id))
  return strange >= 0 ? atField(`content.posts.${strange}`, refuseRules('rule_post_unknown')) : null
}

/** 审批: by a leader other than who proposed it. What is approved is a version for ever. */
export const decideRule = act({
  type: 'rule.decide',
  title: { zh: '审批制度', en: 'Decide on a rule' },
  clauses: ['2.1'],
  duties: ruleDeciders,
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: office,
      proposalId: Type.String({ title: '提请|Proposal', format: 'uuid' }),
      approved: Type.Boolean({ title: '同意|Approve' }),
      word: words('意见|Word', 500),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ approved: Type.Boolean(), no: Type.Union([Type.Integer(), Type.Null()]) }),
  subject: proposalSubject,
  subjectId: (input) => input.proposalId,
  guards: [(proposal, { actor }) => decideRuleRefusal(proposal, actor.personId)],
  async handle({ tx, at }, { approved, word }, proposal) {
    if (approved && proposal.effectiveOn < officeDate(at).toString()) return refuseRules('rule_backdated')
    if (approved && proposal.lastNo !== proposal.baseNo) return refuseRules('rule_moved_on')
    const no = approved ? (proposal.lastNo ?? 0) + 1 : null
    await tx.put(ruleDecisionTable, {
      district: proposal.district,
      proposal_id: proposal.id,
      document_id: proposal.documentId,
      action: proposal.action,
      effective_on: proposal.effectiveOn,
      proposed_by: proposal.proposedBy,
      approved,
      ...(no === null ? {} : { no }),
      word: word.trim(),
    })
    return { approved, no }
  },
  constraints: {
    rule_decided_once: () => refuseRules('rule_decided'),
    rule_by_another: () => refuseRules('rule_own'),
    rule_by_leader: () => refuseRules('rule_own'),
    rule_not_backdated: () => refuseRules('rule_backdated'),
    rule_follows: () => refuseRules('rule_moved_on'),
    rule_version_once: () => refuseRules('rule_moved_on'),
  },
})

/** 学习确认: read and understood, by oneself alone; the questions are judged by the database, and every try is counted. */
export const readRule = act({
  type: 'rule.read',
  title: { zh: '制度学习确认', en: 'Read and understand a rule' },
  clauses: ['2.1'],
  duties: [],
  input: Type.Object(
    {
      district: office,
      documentId,
      no: Type.Integer({ title: '版本|Version', minimum: 1, maximum: 32_000 }),
      answers: Answers,
    },
    { additionalProperties: false },
  ),
  secretInput: ['answers'],
  result: Type.Object({
    passed: Type.Boolean(),
    try: Type.Integer(),
    /** Places of the questions that were answered wrongly. */
    wrong: Type.Array(Type.Integer()),
  }),
  subject: ruleSubject,
  subjectId: (input) => input.documentId,
  guards: [(rule) => readRefusal(rule)],
  async handle({ tx }, input, rule) {
    const { judged } = await tx.one<{ judged: Judged }>`
      select supervision.read_rule(${rule.district}, ${rule.documentId}::uuid, ${input.no}::smallint, ${input.answers}::smallint[]) as judged`
    if (judged.status === 'already') return refuseRules('rule_read_already')
    if (judged.status === 'answers') return atField('answers', refuseRules('rule_answers'))
    if (judged.status !== 'judged' || input.district !== rule.district)
      return atField('no', refuseRules('rule_not_in_force'))
    keepImages(tx, judged.images)
    return { passed: judged.passed, try: judged.try, wrong: judged.wrong }
  },
  constraints: { rule_read_once: () => refuseRules('rule_read_already') },
})
type Judged =
  | { status: 'judged'; passed: boolean; try: number; wrong: number[]; images: Written[] }
  | { status: 'already' | 'answers' | 'not_current' | 'unknown' }

/** 定期评估: whoever holds the post that keeps a rule says that it is still right; what is not is amended or repealed instead. */
export const reviewRule = act({
  type: 'rule.review',
  title: { zh: '评估制度', en: 'Review a rule' },
  clauses: ['2.1'],
  duties: [],
  input: Type.Object(
    { documentId, note: words('评估意见|What the review found', 1000) },
    { additionalProperties: false },
  ),
  result: Type.Object({ no: Type.Integer() }),
  subject: ruleSubject,
  subjectId: (input) => input.documentId,
  guards: [(rule, { actor }) => reviewRefusal(rule, actor.personId)],
  async handle({ tx, district }, { note }, rule) {
    if (rule.district !== district) return refuseRules('rule_keeper')
    await tx.put(ruleReviewTable, {
      district,
      document_id: rule.documentId,
      no: rule.currentNo,
      note: note.trim(),
    })
    return { no: rule.currentNo! }
  },
  constraints: {
    rule_review_by_keeper: () => refuseRules('rule_keeper'),
    rule_review_in_force: () => refuseRules('rule_not_in_force'),
  },
})
