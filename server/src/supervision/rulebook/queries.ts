import { Type } from 'typebox'
import { availability } from '../../kernel/perform.ts'
import { query } from '../../kernel/query.ts'
import { refuseKernel } from '../../kernel/refusal.ts'
import { officeDate } from '../../values/calendar.ts'
import { decideRule, readRule, reviewRule } from './acts.ts'
import { inForceOn, type Proposal, type RuleAction, unreadReaders } from './rules.ts'
import { ruleSubject } from './subject.ts'

const Items = Type.Array(Type.Unknown())
const Id = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const Office = Type.String({ maxLength: 20 })

interface VersionRow {
  district: string
  documentId: string
  no: number
  action: RuleAction
  fromOn: string
  untilOn: string | null
  kind: string
  code: string
  title: string
}
interface Waiting extends Omit<Proposal, 'decided'> {
  title: string
  answered: boolean
}

/** 制度汇编: the rules of the office and of the bureau, as they were in force on a day; and what waits for its decision. */
export const rules = query({
  path: 'rules',
  title: { zh: '制度汇编', en: 'Rule book' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({ on: Type.Optional(Day), office: Type.Optional(Office) }),
  result: Type.Object({ items: Items, proposals: Items, posts: Items, on: Type.String() }),
  async run({ tx, actor, district, at }, { on, office = district }) {
    const today = officeDate(at).toString()
    const day = on ?? today
    const rows = await tx.rows<
      VersionRow & { readNo: number | null; concerns: boolean; reviewedAt: string | null }
    >`
      select v.district, v.document_id as "documentId", v.no, v.action, v.from_on::text as "fromOn", v.until_on::text as "untilOn", v.kind, v.code, v.title,
        v.review_days as "reviewDays", r.at as "reviewedAt",
        (select max(t.no) from supervision.rule_own_tries(v.district, v.document_id) t where t.passed) as "readNo",
        exists (select from people.holding h where h.person_id = ${actor.personId}::uuid and h.kind = 'regular' and h.during @> kernel.now()
          and (v.district = 'city' or v.district = h.district) and (v.posts = '{}' or h.post = any (v.posts))) as concerns
      from supervision.rule_version v
        left join lateral (select max(x.at) as at from (
          select at from supervision.rule_review w where w.district = v.district and w.document_id = v.document_id
          union all select approved_at from supervision.rule_version w where w.district = v.district and w.document_id = v.document_id and w.action <> 'repeal') x) r on true
      where v.district in (${office}, 'city') order by v.district = 'city' desc, v.kind, v.code, v.document_id, v.no limit 2000`
    const items = [...Map.groupBy(rows, (one) => one.documentId)].map(([documentId, versions]) => {
      const held = inForceOn(versions, day)
      const last = versions.at(-1)!
      const begun = versions.findLast((one) => one.fromOn <= day)
      const shown = held ?? versions.findLast((one) => one.action !== 'repeal')!
      return {
        ...shown,
        documentId,
        state: held ? 'in_force' : begun?.action === 'repeal' ? 'repealed' : 'coming',
        /** A version approved and not yet in force, or a repeal to come. */
        next: last.fromOn > day ? { no: last.no, action: last.action, fromOn: last.fromOn } : null,
        repealedOn: begun?.action === 'repeal' ? begun.fromOn : null,
        read: shown.readNo !== null && shown.readNo >= shown.no,
      }
    })
    const waiting = await tx.rows<Waiting>`
      select p.district, p.id, p.document_id as "documentId", p.action, p.base_no as "baseNo", p.effective_on::text as "effectiveOn", p.person_id as "proposedBy",
        p.title, p.kind, p.code, p.reason, p.at, p.act_id as "actId", q.name as proposer,
        (select max(d.no) from supervision.rule_decision d where d.district = p.district and d.document_id = p.document_id) as "lastNo"
      from supervision.rule_proposal p join kernel.person q on q.id = p.person_id
      where p.district in (${office}, 'city') and not exists (select from supervision.rule_decision d where d.district = p.district and d.proposal_id = p.id)
      order by p.id limit 200`
    const posts = await tx.rows`
      select p.id, min(p.name_zh) as zh, min(p.name_en) as en, bool_or(p.district = ${district}) as own from people.post p
      where (p.district = ${district} or ${district} = 'city') and p.closed_at is null group by p.id order by 4 desc, 1`
    return {
      items,
      posts,
      on: day,
      proposals: waiting.map((one) => ({
        ...one,
        availability: availability([decideRule], { ...one, decided: false }, actor, at),
      })),
    }
  },
})

/** One rule: its versions, what each says, its questions without their answers, and what one may do now. */
export const rule = query({
  path: 'rules/:id',
  title: { zh: '制度', en: 'A rule' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({ id: Id }),
  result: Type.Object({}, { additionalProperties: true }),
  async run({ tx, actor, at }, { id }) {
    const versions = await tx.rows<VersionRow>`
      select v.district, v.document_id as "documentId", v.no, v.action, v.from_on::text as "fromOn", v.until_on::text as "untilOn", v.kind, v.code, v.title, v.body, v.file,
        v.review_days as "reviewDays", v.read_days as "readDays", v.proposal_id as "proposalId", v.quiz, v.reason, v.word, v.approved_at as "approvedAt", v.act_id as "actId",
        p.name as proposer, q.name as approver, k.name_zh as "keeperZh", k.name_en as "keeperEn", v.keeper_post as "keeperPost", v.posts as "postIds",
        array(select jsonb_build_object('zh', min(o.name_zh), 'en', min(o.name_en)) from people.post o where o.id = any (v.posts) and (o.district = v.district or v.district = 'city') group by o.id order by o.id) as posts
      from supervision.rule_version v join kernel.person p on p.id = v.proposed_by join kernel.person q on q.id = v.approved_by
        left join people.post k on k.district = v.district and k.id = v.keeper_post
      where v.document_id = ${id}::uuid order by v.no`
    const subject = await ruleSubject.load(tx, id, false)
    if (!subject || versions.length === 0) return refuseKernel('not_found')
    const { district } = subject
    const reviews = await tx.rows`
      select r.id, r.no, r.note, r.at, r.act_id as "actId", p.name as person from supervision.rule_review r join kernel.person p on p.id = r.person_id
      where r.district = ${district} and r.document_id = ${id}::uuid order by r.id desc limit 50`
    const tries = await tx.rows`
      select no, try, answered, questions, passed, at, act_id as "actId" from supervision.rule_own_tries(${district}, ${id}::uuid)`
    return {
      ...subject,
      keepers: undefined,
      today: officeDate(at).toString(),
      versions,
      reviews,
      tries,
      sees: unreadReaders.some((one) => actor.duties.includes(one)),
      availability: availability([readRule, reviewRule], subject, actor, at),
    }
  },
})

/** 提请 as whoever decides reads it: what it would say beside what holds now. */
export const ruleProposal = query({
  path: 'rules/proposals/:id',
  title: { zh: '制度提请', en: 'A proposed rule' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({ id: Id }),
  result: Type.Object({}, { additionalProperties: true }),
  async run({ tx, actor, at }, { id }) {
    const found = await tx.maybe<Waiting & { approved: boolean | null }>`
      select p.district, p.id, p.document_id as "documentId", p.action, p.base_no as "baseNo", p.effective_on::text as "effectiveOn", p.person_id as "proposedBy",
        p.kind, p.code, p.title, p.body, p.file, p.review_days as "reviewDays", p.read_days as "readDays", p.quiz, p.reason, p.at, p.act_id as "actId", q.name as proposer,
        d.approved, d.word, d.at as "decidedAt", d.act_id as "decidedActId", w.name as decider, k.name_zh as "keeperZh", k.name_en as "keeperEn",
        array(select jsonb_build_object('zh', min(o.name_zh), 'en', min(o.name_en)) from people.post o where o.id = any (p.posts) and (o.district = p.district or p.district = 'city') group by o.id order by o.id) as posts,
        (select max(x.no) from supervision.rule_decision x where x.district = p.district and x.document_id = p.document_id) as "lastNo"
      from supervision.rule_proposal p join kernel.person q on q.id = p.person_id
        left join supervision.rule_decision d on d.district = p.district and d.proposal_id = p.id left join kernel.person w on w.id = d.person_id
        left join people.post k on k.district = p.district and k.id = p.keeper_post
      where p.id = ${id}::uuid`
    if (!found) return refuseKernel('not_found')
    return {
      ...found,
      availability: availability([decideRule], { ...found, decided: found.approved !== null }, actor, at),
    }
  },
})

/** 谁还没有学习: everybody the version in force concerns, and whether and when they have read it. */
export const ruleReaders = query({
  path: 'rules/:id/readers',
  title: { zh: '制度学习情况', en: 'Who has read a rule' },
  access: 'signed_in',
  duties: unreadReaders,
  params: Type.Object({ id: Id }),
  result: Type.Object({ items: Items, no: Type.Integer() }),
  async run({ tx, district }, { id }) {
    const subject = await ruleSubject.load(tx, id, false)
    if (!subject || subject.currentNo === null) return refuseKernel('not_found')
    const no = subject.currentNo
    const items = await tx.rows`
      select s.person_id as "personId", s.name, o.id as district, min(s.since) as since,
        (min(s.since) at time zone 'Asia/Shanghai')::date + s.read_days - 1 as "dueOn", min(r.at) as "readAt", min(r.id::text) as "actId",
        (select count(*)::int from supervision.rule_try t where t.of_district = ${subject.district} and t.document_id = ${id}::uuid and t.no = ${no}::smallint and t.person_id = s.person_id) as tries
      from kernel.district o cross join lateral supervision.rule_spans(o.id) s
        left join supervision.rule_reads(o.id) r on r.person_id = s.person_id and r.document_id = s.document_id and r.no = s.no
      where (o.id = ${district} or ${district} = 'city') and s.document_id = ${id}::uuid and s.no = ${no}::smallint and s.since <= kernel.now() and (s.until is null or s.until > kernel.now())
      group by 1, 2, 3, s.read_days order by min(r.at) is not null, 3, 2 limit 3000`
    return { items, no }
  },
})
