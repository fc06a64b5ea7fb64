import { Type } from 'typebox'
import { availability } from '../../kernel/perform.ts'
import { query } from '../../kernel/query.ts'
import { refuseKernel } from '../../kernel/refusal.ts'
import { acceptItem, addItem, itemSubject, reportItem, setTerm } from './acts.ts'
import { planLeads } from './rules.ts'

const Items = Type.Array(Type.Unknown())
const Id = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })

/** 计划与试点任务: what was planned, whose it is, by when, and how far it is. */
export const planItems = query({
  path: 'plan',
  title: { zh: '计划与试点任务', en: 'Plan and pilots' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({ office: Type.Optional(Type.String({ maxLength: 20 })) }),
  result: Type.Object({ items: Items, colleagues: Items, availability: Type.Unknown() }),
  async run({ tx, actor, district, at }, { office = district }) {
    const items = await tx.rows`
      select i.id, i.district, i.part, i.clause, i.title, q.name as owner, t.owner_id = ${actor.personId}::uuid as mine, t.due_on::text as "dueOn", t.no - 1 as changes,
        coalesce(p.percent, 0) as percent, p.at as "reportedAt", coalesce(p.finished, false) and a.good is null as waits, coalesce(e.good, false) as ended,
        e.good is null and t.due_on < kernel.day_of(kernel.now()) as late
      from supervision.plan_item i
        join lateral (select * from supervision.plan_term x where x.district = i.district and x.item_id = i.id order by x.no desc limit 1) t on true
        join kernel.person q on q.id = t.owner_id
        left join lateral (select * from supervision.plan_progress x where x.district = i.district and x.item_id = i.id order by x.no desc limit 1) p on true
        left join supervision.plan_acceptance a on a.district = i.district and a.item_id = i.id and a.progress_no = p.no
        left join supervision.plan_acceptance e on e.district = i.district and e.item_id = i.id and e.good
      where i.district = ${office} order by ended, t.due_on, i.id limit 500`
    // Told to nobody who may not put items into the plan of that office: the database sees to it.
    const leads = planLeads.some((one) => actor.duties.includes(one)) && [office, 'city'].includes(district)
    const colleagues = leads ? await tx.rows`select id, name from supervision.plan_colleagues(${office})` : []
    return { items, colleagues, availability: availability([addItem], null, actor, at) }
  },
})

/** One item of the plan, with its terms, its progress and its acceptance. */
export const planItem = query({
  path: 'plan/:id',
  title: { zh: '计划任务', en: 'An item of the plan' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({ id: Id }),
  result: Type.Object({}, { additionalProperties: true }),
  async run({ tx, actor, at }, { id }) {
    const subject = await itemSubject.load(tx, id, false)
    const item =
      subject &&
      (await tx.maybe<object>`
        select i.part, i.clause, i.title, i.deliverable, i.review_days::int as "reviewDays", i.at, i.act_id as "actId", p.name as "setBy"
        from supervision.plan_item i join kernel.person p on p.id = i.person_id where i.id = ${id}::uuid`)
    if (!item) return refuseKernel('not_found')
    const { district } = subject
    const terms = await tx.rows`
      select t.no, t.due_on::text as "dueOn", t.reason, t.at, t.act_id as "actId", o.name as owner, p.name as "setBy" from supervision.plan_term t
        join kernel.person o on o.id = t.owner_id join kernel.person p on p.id = t.person_id
      where t.district = ${district} and t.item_id = ${id}::uuid order by t.no desc`
    const progress = await tx.rows`
      select g.no, g.note, g.percent, g.finished, g.files, g.at, g.act_id as "actId", p.name as person, a.good, a.word, a.at as "decidedAt", a.act_id as "decidedActId", q.name as decider
      from supervision.plan_progress g join kernel.person p on p.id = g.person_id
        left join supervision.plan_acceptance a on a.district = g.district and a.item_id = g.item_id and a.progress_no = g.no left join kernel.person q on q.id = a.person_id
      where g.district = ${district} and g.item_id = ${id}::uuid order by g.no desc`
    const acts = availability([reportItem, acceptItem, setTerm], subject, actor, at)
    const colleagues = acts['plan.setTerm']?.enabled
      ? await tx.rows`select id, name from supervision.plan_colleagues(${district})`
      : []
    return { ...item, ...subject, terms, progress, colleagues, availability: acts }
  },
})
