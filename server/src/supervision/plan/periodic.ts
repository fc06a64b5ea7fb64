import { obligation } from '../../kernel/obligation.ts'
import type { Text } from '../../kernel/refusal.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { officeZone } from '../../values/calendar.ts'
import { type PlanPart, partClauses, usualPlanReviewDays } from './rules.ts'

const instant = (text: string) => Temporal.Instant.from(text)
const both = (word: string): Text => ({ zh: word, en: word })

interface Term {
  id: string
  owner: string
  name: string
  title: string
  at: string
  until: string | null
  due_on: string
}
const ownedName = ({ name, title }: Pick<Term, 'name' | 'title'>): Text => ({
  zh: `${name}：${title}`,
  en: `${name}: ${title}`,
})

async function itemNames(tx: Tx, ids: readonly string[]): Promise<Map<string, Text>> {
  const rows = await tx.rows<{ id: string; title: string }>`
    select id::text, title from supervision.plan_item where id::text = any (${ids}::text[])`
  return new Map(rows.map((one) => [one.id, both(one.title)]))
}
async function termNames(tx: Tx, ids: readonly string[]): Promise<Map<string, Text>> {
  const rows = await tx.rows<{ id: string; name: string; title: string }>`
    select s as id, p.name, i.title from unnest(${ids}::text[]) s join supervision.plan_item i on i.id = split_part(s, ':', 2)::uuid
      join kernel.person p on p.id = split_part(s, ':', 1)::uuid`
  return new Map(rows.map((one) => [one.id, ownedName(one)]))
}

const titles: Record<PlanPart, { due: Text; review: Text }> = {
  informatisation: {
    due: { zh: '按期完成信息化计划任务', en: 'Finish an item of the informatisation plan' },
    review: { zh: '定期报送信息化计划进展', en: 'Report on an item of the informatisation plan' },
  },
  pilot: {
    due: { zh: '按期完成试点任务', en: 'Finish an item of a pilot' },
    review: { zh: '定期报送试点任务进展', en: 'Report on an item of a pilot' },
  },
}

/** 到期完成: by the owner of each term, once, by its day; done when another has accepted the item. */
const dueDuty = (part: PlanPart) =>
  obligation({
    kind: `${part}.due`,
    clause: partClauses[part],
    title: titles[part].due,
    every: { days: 365, once: true },
    due: 'end',
    graceDays: 0,
    remindDays: 30,
    leastShare: 0,
    substitutes: false,
    overdue: {
      kind: `${part}_overdue`,
      severity: 'medium',
      subject: (id) => `person:${id.split(':')[0]}`,
      say: (name, { to }) => ({
        zh: `计划任务逾期未验收（期限 ${to.subtract({ days: 1 })}）：${name.zh}`,
        en: `An item of the plan was due on ${to.subtract({ days: 1 })} and is not accepted: ${name.en}`,
      }),
    },
    escalateDays: 20,
    inDemo: true,
    exemptible: false,
    async subjects(tx, district) {
      const rows = await tx.rows<Term>`
        select t.owner_id || ':' || t.item_id || ':' || t.no as id, t.owner_id as owner, p.name, i.title, t.at, t.due_on::text,
          lead(t.at) over (partition by t.item_id order by t.no) as until
        from supervision.plan_term t join supervision.plan_item i on i.district = t.district and i.id = t.item_id join kernel.person p on p.id = t.owner_id
        where t.district = ${district} and i.part = ${part} order by t.item_id, t.no`
      return rows.map((one) => {
        const from = instant(one.at)
        const begun = from.toZonedDateTimeISO(officeZone).toPlainDate()
        return {
          id: one.id,
          name: ownedName(one),
          person: one.owner,
          spans: [{ from, to: one.until ? instant(one.until) : null }],
          paces: [{ days: begun.until(Temporal.PlainDate.from(one.due_on)).total('days') + 1, since: null }],
        }
      })
    },
    done: async (tx, district) =>
      (
        await tx.rows<{ id: string; at: string; of: string }>`
          select a.act_id as id, a.at, t.owner_id || ':' || t.item_id || ':' || t.no as of
          from supervision.plan_acceptance a join supervision.plan_term t on t.district = a.district and t.item_id = a.item_id where a.district = ${district} and a.good`
      ).map((one) => ({ ...one, at: instant(one.at), district })),
    namesOf: termNames,
  })

interface Reviewed {
  id: string
  title: string
  owner: string
  at: string
  ended: string | null
  days: number
}
/** 定期报进展: of each item until it is accepted, by whoever owns it. */
const reviewDuty = (part: PlanPart) =>
  obligation({
    kind: `${part}.review`,
    clause: partClauses[part],
    title: titles[part].review,
    every: { days: usualPlanReviewDays },
    due: 'end',
    graceDays: 3,
    remindDays: 7,
    leastShare: 0,
    substitutes: false,
    overdue: {
      kind: `${part}_unreviewed`,
      severity: 'low',
      subject: (id) => `plan:${id}`,
      say: (name, { from }) => ({
        zh: `计划任务“${name.zh}”自 ${from} 起没有报送进展`,
        en: `Nothing was reported on “${name.en}” since ${from}`,
      }),
    },
    escalateDays: null,
    inDemo: true,
    exemptible: false,
    async subjects(tx, district) {
      const rows = await tx.rows<Reviewed>`
        select i.id, i.title, i.at, i.review_days::int as days,
          (select t.owner_id from supervision.plan_term t where t.district = i.district and t.item_id = i.id order by t.no desc limit 1) as owner,
          (select a.at from supervision.plan_acceptance a where a.district = i.district and a.item_id = i.id and a.good) as ended
        from supervision.plan_item i where i.district = ${district} and i.part = ${part} order by i.id`
      return rows.map(({ id, title, owner, at, ended, days }) => ({
        id,
        name: both(title),
        owners: [owner],
        spans: [{ from: instant(at), to: ended ? instant(ended) : null }],
        paces: [{ days, since: null }],
      }))
    },
    done: async (tx, district) =>
      (
        await tx.rows<{ id: string; at: string; of: string }>`
          select act_id as id, at, item_id::text as of from supervision.plan_progress where district = ${district}
          union all select act_id, at, item_id::text from supervision.plan_acceptance where district = ${district} and good`
      ).map((one) => ({ ...one, at: instant(one.at), district })),
    namesOf: itemNames,
  })

for (const part of ['informatisation', 'pilot'] as const) {
  dueDuty(part)
  reviewDuty(part)
}
