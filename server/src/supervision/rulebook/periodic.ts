import { obligation, type Span, type Subject } from '../../kernel/obligation.ts'
import type { Text } from '../../kernel/refusal.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { officeZone } from '../../values/calendar.ts'
import { usualReadDays, usualReviewDays } from './rules.ts'

const instant = (text: string) => Temporal.Instant.from(text)
const startOf = (day: string) => Temporal.PlainDate.from(day).toZonedDateTime(officeZone).toInstant()
const both = (word: string): Text => ({ zh: word, en: word })

interface ReadSpan {
  person_id: string
  name: string
  of_district: string
  document_id: string
  no: number
  title: string
  read_days: number
  since: string
  until: string | null
}
/** A person and a version, as one subject. */
const readId = (one: Pick<ReadSpan, 'person_id' | 'document_id' | 'no'>) =>
  `${one.person_id}:${one.document_id}:${one.no}`
const readName = (name: string, title: string): Text => ({
  zh: `${name}：《${title}》`,
  en: `${name}: “${title}”`,
})

/** 制度学习: by everybody whose post a version concerns, once for each version, from when it holds or from joining. */
export const readObligation = obligation({
  kind: 'rule.read',
  clause: '2.1',
  title: { zh: '学习并确认制度', en: 'Read and understand a rule' },
  every: { days: usualReadDays, once: true },
  due: 'end',
  graceDays: 0,
  remindDays: 5,
  leastShare: 0,
  substitutes: false,
  overdue: {
    kind: 'rule_unread',
    severity: 'medium',
    subject: (id) => `person:${id.split(':')[0]}`,
    say: (name, { from }) => ({
      zh: `${name.zh} 自 ${from} 起应当学习，逾期未确认`,
      en: `${name.en}: to be read since ${from}, and not confirmed in time`,
    }),
  },
  escalateDays: null,
  inDemo: true,
  exemptible: false,
  async subjects(tx, district) {
    const rows = await tx.rows<ReadSpan>`select * from supervision.rule_spans(${district})`
    return [...Map.groupBy(rows, readId)].map(([id, spans]): Subject => {
      const [{ person_id, name, title, read_days }] = spans as [ReadSpan]
      return {
        id,
        name: readName(name, title),
        person: person_id,
        paces: [{ days: read_days, since: null }],
        spans: spans.map(
          ({ since, until }): Span => ({ from: instant(since), to: until ? instant(until) : null }),
        ),
      }
    })
  },
  done: async (tx, district) =>
    (
      await tx.rows<{
        id: string
        at: string
        district: string
        person_id: string
        document_id: string
        no: number
      }>`
        select * from supervision.rule_reads(${district})`
    ).map((one) => ({ id: one.id, at: instant(one.at), of: readId(one), district: one.district })),
  async namesOf(tx, ids) {
    const rows = await tx.rows<{ id: string; name: string; title: string }>`
      select x.id, p.name, v.title from (select s as id, split_part(s, ':', 1)::uuid as person, split_part(s, ':', 2)::uuid as document, split_part(s, ':', 3)::smallint as no
        from unnest(${ids}::text[]) s) x
        join kernel.person p on p.id = x.person join supervision.rule_version v on v.document_id = x.document and v.no = x.no`
    return new Map(rows.map((one) => [one.id, readName(one.name, one.title)]))
  },
})

interface Kept {
  document_id: string
  title: string
  review_days: number
  from_on: string
  action: string
  keepers: string[]
}
/** 制度评估: of each rule in force, by whoever holds the post that keeps it; an approved amendment is a review too. */
export const reviewObligation = obligation({
  kind: 'rule.review',
  clause: '2.1',
  title: { zh: '定期评估制度', en: 'Review a rule' },
  every: { days: usualReviewDays },
  due: 'end',
  graceDays: 5,
  remindDays: 30,
  leastShare: 0,
  substitutes: false,
  overdue: {
    kind: 'rule_review_overdue',
    severity: 'medium',
    subject: (id) => `rule:${id}`,
    say: (name, { from }) => ({
      zh: `制度${name.zh}自 ${from} 起未评估，已超过期限`,
      en: `The rule ${name.en} has not been reviewed since ${from}`,
    }),
  },
  escalateDays: 20,
  inDemo: true,
  exemptible: false,
  async subjects(tx, district) {
    const rows = await tx.rows<Kept>`
      select v.document_id, v.title, v.review_days, v.from_on::text, v.action,
        array(select h.person_id::text from people.holding h where h.district = v.district and h.post = v.keeper_post and h.during @> kernel.now()) as keepers
      from supervision.rule_version v where v.district = ${district} order by v.document_id, v.no`
    return [...Map.groupBy(rows, (one) => one.document_id)].map(([id, versions]): Subject => {
      const kept = versions.filter((one) => one.action !== 'repeal')
      const end = versions.find((one) => one.action === 'repeal')
      const last = kept.at(-1)!
      return {
        id,
        name: { zh: `《${last.title}》`, en: `“${last.title}”` },
        owners: last.keepers,
        spans: [{ from: startOf(kept[0]!.from_on), to: end ? startOf(end.from_on) : null }],
        paces: kept.map((one) => ({ days: one.review_days, since: startOf(one.from_on) })),
      }
    })
  },
  done: async (tx, district) =>
    (
      await tx.rows<{ id: string; at: string; of: string }>`
        select act_id as id, at, document_id::text as of from supervision.rule_review where district = ${district}
        union all select act_id, approved_at, document_id::text from supervision.rule_version where district = ${district} and action = 'amend'`
    ).map((one) => ({ ...one, at: instant(one.at), district })),
  namesOf: titlesOf,
})

async function titlesOf(tx: Tx, ids: readonly string[]): Promise<Map<string, Text>> {
  const rows = await tx.rows<{ id: string; title: string }>`
    select distinct on (v.document_id) v.document_id::text as id, v.title from supervision.rule_version v
    where v.document_id::text = any (${ids}::text[]) order by v.document_id, v.no desc`
  return new Map(rows.map((one) => [one.id, both(`《${one.title}》`)]))
}
