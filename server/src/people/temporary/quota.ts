import { Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import { constraintMeans } from '../../kernel/perform.ts'
import type { Refusal } from '../../kernel/refusal.ts'
import { table } from '../../platform/db/tx.ts'
import { officeDate } from '../../values/calendar.ts'
import { refuseTemporary } from './rules.ts'

const quotaTable = table('people.window_quota', ['post', 'since'])
constraintMeans('window_quota_ahead', () => refuseTemporary('quota_ahead'))
constraintMeans('window_quota_of_another', () => refuseTemporary('quota_own'))
constraintMeans('window_quota_place', () => refuseTemporary('quota_place'))
constraintMeans('window_quota_once_a_day', () => refuseTemporary('quota_that_day'))

/** What a post owes: heads of the city's registration bureau, section chiefs and heads of centres, their middle managers. */
export const windowQuotas = ['bureau', 'head', 'middle', 'none'] as const

const at = (path: string, refusal: Refusal): Refusal => ({
  ...refusal,
  fields: [{ path, message: refusal.message }],
})

/** 设定岗位坐班要求: from a day on, by a leader who does not hold the post. Posts without a line owe by their level (3.1). */
export const setWindowQuota = act({
  type: 'window.setQuota',
  title: { zh: '设定岗位坐班要求', en: 'Set what a post owes at the window' },
  clauses: ['3.1'],
  duties: ['district_lead', 'admin_security'],
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: Type.String({ title: '登记机构|Office', maxLength: 20 }),
      post: Type.String({ title: '岗位|Post', minLength: 1, maxLength: 40 }),
      quota: Type.Union(
        windowQuotas.map((one) => Type.Literal(one)),
        { title: '坐班要求|What it owes' },
      ),
      since: Type.String({ title: '起始日|From', pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
      reason: Type.String({ title: '理由|Reason', minLength: 2, maxLength: 500, pattern: '\\S\\s*\\S' }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ post: Type.String() }),
  created: (result) => ({ kind: 'post', id: result.post }),
  async handle({ tx, at: now, actor, district }, { post, quota, since, reason }) {
    const day = dayOf(since)
    if (!day || Temporal.PlainDate.compare(day, officeDate(now)) < 0)
      return at('since', refuseTemporary('quota_ahead'))
    if (quota !== 'none' && (quota === 'bureau') !== (district === 'city'))
      return at('quota', refuseTemporary('quota_place'))
    const known = await tx.maybe<{ own: boolean }>`
      select exists (select from people.holding h where h.district = o.district and h.post = o.id and h.person_id = ${actor.personId}::uuid
        and h.during @> kernel.now()) as own
      from people.post o where o.district = ${district} and o.id = ${post} and o.closed_at is null`
    if (!known) return at('post', refuseTemporary('quota_post'))
    if (known.own) return at('post', refuseTemporary('quota_own'))
    await tx.put(quotaTable, { district, post, quota, since: day.toString(), reason: reason.trim() })
    return { post }
  },
})

function dayOf(text: string): Temporal.PlainDate | null {
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' })
  } catch {
    return null
  }
}
