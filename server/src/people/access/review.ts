import { Type } from 'typebox'
import { act, type Ctx } from '../../kernel/act.ts'
import { obligation } from '../../kernel/obligation.ts'
import { constraintMeans } from '../../kernel/perform.ts'
import { type PersonSpan, personSubjects } from '../../kernel/person-spans.ts'
import { refuser } from '../../kernel/refusal.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { endGrant } from './acts.ts'
import { leaderDuties } from './rules.ts'
import { accessReviewTable } from './tables.ts'

const zone = 'Asia/Shanghai'

export const refuseReview = refuser({
  access_not_in_charge: {
    status: 403,
    clause: '6.7',
    zh: '有权限不由您负责复核（共 {count} 项），请刷新后再办。',
    en: '{count} of these rights are not in your charge; please refresh.',
  },
  access_reviewed: {
    status: 409,
    clause: '6.7',
    zh: '所选权限中有本季度已经复核过的，请刷新后再办。',
    en: 'One of these rights has already been reviewed this quarter; please refresh.',
  },
  access_review_open: {
    status: 409,
    clause: '6.7',
    zh: '还有 {count} 项权限没有复核，不能完成本季度复核。',
    en: '{count} right(s) have not been reviewed yet, so the review of this quarter is not complete.',
  },
})
constraintMeans('access_reviewed_once', () => refuseReview('access_reviewed'))
constraintMeans('access_reviewed_by_another', () => refuseReview('access_not_in_charge', { count: 1 }))
constraintMeans('access_in_charge', () => refuseReview('access_not_in_charge', { count: 1 }))

/** A right in somebody's charge, as `people.charge_of` tells it. */
export interface Charge {
  district: string
  grant_id: string
  holder_id: string
  holder: string
  duty: string
  since: string
  until: string | null
  made_at: string
  request_id: string | null
  businesses: string[] | null
  purposes: string[] | null
  act_id: string
  due: boolean
  keep: boolean | null
  word: string | null
  reviewed_at: string | null
  reviewed_by: string | null
}

export const chargeOf = (tx: Tx, personId: string, at: Temporal.Instant): Promise<Charge[]> =>
  tx.rows<Charge>`
    select * from people.charge_of(${personId}::uuid, ${at.toString()}::timestamptz) order by due desc, holder, holder_id, duty, grant_id`

/** First day of the quarter a day lies in. */
export const quarterBegin = (day: Temporal.PlainDate): Temporal.PlainDate =>
  day.with({ month: Math.floor((day.month - 1) / 3) * 3 + 1, day: 1 })

/** 权限复核: keeps or ends rights in one's charge, each with a word; ending takes effect at once. */
export const reviewAccess = act({
  type: 'access.review',
  title: { zh: '复核权限', en: 'Review rights' },
  clauses: ['6.7'],
  duties: leaderDuties,
  citywide: true,
  districtOf: (input) => input.district,
  grants: 'end',
  input: Type.Object(
    {
      district: Type.String({ title: '登记机构|Office', maxLength: 20 }),
      items: Type.Array(
        Type.Object(
          {
            grantId: Type.String({ title: '权限|Right', format: 'uuid' }),
            keep: Type.Boolean({ title: '保留|Keep' }),
            word: Type.String({ title: '意见|Word', minLength: 2, maxLength: 500, pattern: '\\S\\s*\\S' }),
          },
          { additionalProperties: false },
        ),
        { title: '权限|Rights', minItems: 1, maxItems: 100 },
      ),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ kept: Type.Integer(), ended: Type.Integer(), left: Type.Integer() }),
  created: () => ({ kind: 'access_review', id: 'own' }),
  async handle(ctx, { items }) {
    const charge = await chargeOf(ctx.tx, ctx.actor.personId!, ctx.at)
    const mine = new Map(
      charge.filter((one) => one.district === ctx.district).map((one) => [one.grant_id, one]),
    )
    const strange = items.filter((one) => !mine.has(one.grantId)).length
    if (strange > 0) return refuseReview('access_not_in_charge', { count: strange })
    const twice = new Set(items.map((one) => one.grantId)).size < items.length
    if (twice || items.some((one) => mine.get(one.grantId)!.keep !== null))
      return refuseReview('access_reviewed')
    const quarter = quarterName(ctx.at)
    await ctx.tx.put(
      accessReviewTable,
      items.map(({ grantId, keep, word }) => ({
        district: ctx.district,
        grant_id: grantId,
        quarter,
        holder_id: mine.get(grantId)!.holder_id,
        keep,
        word: word.trim(),
      })),
    )
    const ended = items.filter((one) => !one.keep)
    for (const { grantId } of ended) await endOf(ctx, mine.get(grantId)!)
    const left = charge.filter((one) => one.due && one.keep === null).length
    const done = items.filter((one) => mine.get(one.grantId)!.due).length
    return { kept: items.length - ended.length, ended: ended.length, left: left - done }
  },
})

const endOf = (ctx: Ctx, { district, grant_id, since }: Charge) =>
  endGrant(ctx, { district, id: grant_id, from: since })

export function quarterName(at: Temporal.Instant): string {
  const day = at.toZonedDateTimeISO(zone).toPlainDate()
  return `${day.year}Q${Math.ceil(day.month / 3)}`
}

/** 完成季度复核: says that every right in one's charge was gone through; refused while one is left. */
export const closeReview = act({
  type: 'access.closeReview',
  title: { zh: '完成季度权限复核', en: 'Complete the quarterly review of rights' },
  clauses: ['6.7'],
  duties: leaderDuties,
  input: Type.Object({}, { additionalProperties: false }),
  result: Type.Object({ quarter: Type.String(), reviewed: Type.Integer() }),
  created: () => ({ kind: 'access_review', id: 'own' }),
  async handle({ tx, actor, at }) {
    const charge = await chargeOf(tx, actor.personId!, at)
    const open = charge.filter((one) => one.due && one.keep === null).length
    if (open > 0) return refuseReview('access_review_open', { count: open })
    return { quarter: quarterName(at), reviewed: charge.filter((one) => one.keep !== null).length }
  },
})

/** 季度权限复核: owed by every leader who has rights in charge that were there before the quarter began; due when it ends. */
export const reviewObligation = obligation({
  kind: 'access.review',
  clause: '6.7',
  title: { zh: '每季度复核所负责的权限', en: 'Review the rights in one’s charge every quarter' },
  every: 'quarter',
  due: 'end',
  graceDays: 0,
  remindDays: 14,
  leastShare: 0.1,
  substitutes: true,
  overdue: {
    kind: 'access_review_overdue',
    severity: 'high',
    subject: (id) => `person:${id}`,
    say: (name, { from }) => ({
      zh: `${name.zh}没有按时完成自 ${from} 起的季度权限复核`,
      en: `${name.en} did not complete the quarterly review of rights of the quarter from ${from}`,
    }),
  },
  escalateDays: 10,
  inDemo: true,
  exemptible: true,
  subjects: async (tx, district) =>
    personSubjects(await tx.rows<PersonSpan>`select * from people.review_spans(${district})`),
  done: async (tx, district) =>
    (
      await tx.rows<{ id: string; at: string; of: string }>`
        select id, at, person_id::text as of from kernel.act where district = ${district} and type = ${closeReview.type} and outcome = 'done' and person_id is not null`
    ).map((one) => ({ ...one, at: Temporal.Instant.from(one.at), district })),
})
