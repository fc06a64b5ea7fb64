import { Type } from 'typebox'
import { availability } from '../../kernel/perform.ts'
import { query } from '../../kernel/query.ts'
import { refuseKernel } from '../../kernel/refusal.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { cancelInspection, decideChange, replaceMember } from './changes.ts'
import { drawReview } from './draws.ts'
import { decideInspection, planInspection } from './plans.ts'
import { ruleDifference, saveScores, submitReading } from './readings.ts'
import { isFault, type ReportLine, sendReport } from './reports.ts'
import { inspectionKinds, inspectionReaders, readersOf } from './rules.ts'
import { inspectionSubject } from './subject.ts'

const Items = Type.Array(Type.Unknown())
const Id = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })
const Anything = Type.Object({}, { additionalProperties: true })
const pageSize = 50

/** What row-level security shows: plans of one's own office (for the bureau of every office), and reports sent to it. */
export const inspections = query({
  path: 'inspections',
  title: { zh: '检查', en: 'Inspections' },
  access: 'signed_in',
  duties: inspectionReaders,
  params: Type.Object({
    kind: Type.Optional(Type.Union(inspectionKinds.map((kind) => Type.Literal(kind)))),
    show: Type.Optional(Type.Union([Type.Literal('open'), Type.Literal('reported'), Type.Literal('all')])),
    before: Type.Optional(Id),
  }),
  result: Type.Object({
    items: Items,
    next: Type.Union([Type.String(), Type.Null()]),
    announced: Items,
    availability: Type.Unknown(),
  }),
  async run({ tx, actor, at }, { kind, show = 'all', before }) {
    const rows = await tx.rows<{ id: string }>`
      select * from (
        select i.id, i.district, i.kind, i.inspected, lower(i.visit)::text as "visitFrom", (upper(i.visit) - 1)::text as "visitTo", d.approved,
          p.name as planner, array(select m.name from supervision.inspection_member x join kernel.person m on m.id = x.person_id
            where x.district = i.district and x.inspection_id = i.id and not exists (select from supervision.inspection_member n
              where n.district = x.district and n.inspection_id = x.inspection_id and n.replaces = x.person_id) order by m.name) as team,
          (select count(*)::int from supervision.inspection_reading r where r.district = i.district and r.inspection_id = i.id) as readings,
          r.total::text, r.at as "reportedAt", supervision.inspection_cancelled(i.district, i.id) as cancelled
        from supervision.inspection i join kernel.person p on p.id = i.person_id
          left join supervision.inspection_decision d on d.district = i.district and d.inspection_id = i.id
          left join supervision.inspection_report r on r.district = i.inspected and r.inspecting = i.district and r.inspection_id = i.id
        union all
        select r.inspection_id, r.inspecting, r.kind, r.district, null, null, true, null, '{}', 2, r.total::text, r.at, false
        from supervision.inspection_report r where r.district = kernel.act_district() and r.inspecting <> r.district and not kernel.may_read_all()) x
      where (${kind ?? null}::text is null or x.kind = ${kind ?? null}) and (${before ?? null}::uuid is null or x.id < ${before ?? null}::uuid)
        and (${show} = 'all' or (x."reportedAt" is not null) = (${show} = 'reported') and not (${show} = 'open' and x.cancelled))
      order by x.id desc limit ${pageSize + 1}`
    const announced = await tx.rows`
      select id, district, kind, lower(visit)::text as "visitFrom", (upper(visit) - 1)::text as "visitTo" from supervision.announced_inspections() order by visit`
    const items = rows.slice(0, pageSize)
    return {
      items,
      next: rows.length > pageSize ? items.at(-1)!.id : null,
      announced,
      availability: availability([planInspection], null, actor, at),
    }
  },
})

/** 我的检查任务: visits on whose team one is now, those still to be scored first. */
export const myInspections = query({
  path: 'inspections/mine',
  title: { zh: '我的检查任务', en: 'My visits' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({}),
  result: Type.Object({ items: Items }),
  async run({ tx, actor }) {
    const items = await tx.rows`
      select i.id, i.district, i.kind, i.inspected, lower(i.visit)::text as "visitFrom", (upper(i.visit) - 1)::text as "visitTo", d.approved, m.reader,
        lower(i.visit) <= kernel.day_of(kernel.now()) as begun, q.person_id is not null as "handedIn",
        (select count(*)::int from supervision.inspection_sheet s join supervision.checklist_item t on t.district = i.list_owner and t.checklist_id = i.checklist_id
          where s.district = i.district and s.inspection_id = i.id) as items,
        (select count(distinct (c.sheet, c.item))::int from supervision.inspection_score c
          where c.district = i.district and c.inspection_id = i.id and c.person_id = m.person_id) as scored
      from supervision.inspection_member m join supervision.inspection i on i.district = m.district and i.id = m.inspection_id
        left join supervision.inspection_decision d on d.district = i.district and d.inspection_id = i.id
        left join supervision.inspection_reading q on q.district = i.district and q.inspection_id = i.id and q.person_id = m.person_id
      where m.person_id = ${actor.personId}::uuid and d.approved is not false and not supervision.inspection_cancelled(i.district, i.id) and not exists (select from supervision.inspection_member n
        where n.district = m.district and n.inspection_id = m.inspection_id and n.replaces = m.person_id)
      order by q.person_id is not null, lower(i.visit), i.id limit 100`
    return { items }
  },
})

/** One inspection for who may see it: its plan and team, the sheets, one's own reading, and both once they are in. */
export const inspection = query({
  path: 'inspections/:id',
  title: { zh: '一次检查', en: 'An inspection' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({ id: Id }),
  result: Anything,
  async run({ tx, actor, at }, { id }) {
    const one = await inspectionSubject.load(tx, id, false)
    const reads = actor.duties.some((duty) => inspectionReaders.includes(duty))
    if (!one) return (reads && (await sentReport(tx, id))) || refuseKernel('not_found')
    if (!reads && !one.team.some(({ personId }) => personId === actor.personId))
      return refuseKernel('not_found')
    const of = [one.district, one.id] as const
    const plan = await tx.one<object>`
      select i.act_id as "actId", lower(i.period)::text as "periodFrom", (upper(i.period) - 1)::text as "periodTo", p.name as planner, i.at as "plannedAt",
        c.title as checklist, c.version, c.threshold, q.name as decider, d.word, d.at as "decidedAt", d.act_id as "decidedActId"
      from supervision.inspection i join kernel.person p on p.id = i.person_id join supervision.checklist c on c.district = i.list_owner and c.id = i.checklist_id
        left join supervision.inspection_decision d on d.district = i.district and d.inspection_id = i.id left join kernel.person q on q.id = d.person_id
      where i.district = ${of[0]} and i.id = ${of[1]}`
    const changed = await tx.rows`
      select c.no, c.what, c.reason, c.at, c.act_id as "actId", p.name as by, l.name as "leaves", j.name as "joins", d.approved, d.word, q.name as decider, d.act_id as "decidedActId"
      from supervision.inspection_change c join kernel.person p on p.id = c.person_id left join kernel.person l on l.id = c.leaves left join kernel.person j on j.id = c.joins
        left join supervision.inspection_change_decision d on d.district = c.district and d.inspection_id = c.inspection_id and d.no = c.no left join kernel.person q on q.id = d.person_id
      where c.district = ${of[0]} and c.inspection_id = ${of[1]} order by c.no`
    const names = await tx.rows<{ id: string; name: string }>`
      select id, name from kernel.person where id = any (${[...one.ever]}::uuid[])`
    const items = await tx.rows`
      select no, clause, wording, weight, scoring, most, pass from supervision.checklist_item where checklist_id = ${one.checklistId} order by no`
    const sheets = await tx.rows`
      select s.no, c.number, c.business from supervision.inspection_sheet s
        left join supervision.sheet_cases(${of[0]}, ${of[1]}::uuid) c on c.no = s.no where s.district = ${of[0]} and s.inspection_id = ${of[1]} order by s.no`
    const draw = await tx.maybe`
      select o.size, o.secret, w.checkpoint_size::int as checkpoint, w.root, w.act_id as "actId" from supervision.inspection_lot o
        left join supervision.inspection_draw w on w.district = o.district and w.inspection_id = o.inspection_id
      where o.district = ${of[0]} and o.inspection_id = ${of[1]}`
    const mine = await tx.rows`
      select distinct on (sheet, item) sheet, item, points, note, photos from supervision.inspection_score
      where district = ${of[0]} and inspection_id = ${of[1]} and person_id = ${actor.personId}::uuid order by sheet, item, no desc`
    return {
      ...one,
      ...plan,
      facts: undefined,
      team: one.team.map((member) => ({
        ...member,
        name: names.find((name) => name.id === member.personId)?.name ?? '',
        handedIn: one.handedIn.includes(member.personId),
      })),
      me: readersOf(one).includes(actor.personId ?? ''),
      items,
      sheets,
      draw,
      changed,
      mine,
      ...(await outcomeOf(tx, one.inspected, of)),
      availability: availability(
        [
          decideInspection,
          drawReview,
          replaceMember,
          cancelInspection,
          decideChange,
          saveScores,
          submitReading,
          ruleDifference,
          sendReport,
        ],
        one,
        actor,
        at,
      ),
    }
  },
})

/** Both readings, the total, and what was sent. Empty before both are in. */
async function outcomeOf(tx: Tx, inspected: string, [district, id]: readonly [string, string]) {
  const lines =
    await tx.rows<ReportLine>`select * from supervision.inspection_lines(${district}, ${id}::uuid)`
  const { total } = await tx.one<{ total: string | null }>`
    select supervision.inspection_total(${district}, ${id}::uuid)::text as total`
  const report = await tx.maybe`
    select r.total::text, r.word, r.at, r.act_id as "actId", p.name as "by" from supervision.inspection_report r join kernel.person p on p.id = r.person_id
    where r.district = ${inspected} and r.inspecting = ${district} and r.inspection_id = ${id}`
  const faults = await tx.rows<{ sheet: number; item: number; findingId: string; state: string }>`
    select f.sheet, f.item, f.finding_id as "findingId", k.state from supervision.inspection_fault f
      join kernel.finding k on k.district = f.district and k.id = f.finding_id
    where f.district = ${inspected} and f.inspecting = ${district} and f.inspection_id = ${id}`
  return {
    total,
    report,
    lines: lines.map((line) => ({
      ...line,
      fault: isFault(line),
      ...faults.find((fault) => fault.sheet === line.sheet && fault.item === line.item),
    })),
  }
}

/** What the office that was inspected sees once the report is there; null before, whatever there is. */
async function sentReport(tx: Tx, id: string) {
  const row = await tx.maybe<{ district: string; inspected: string; id: string }>`
    select r.inspecting as district, r.district as inspected, r.inspection_id as id, r.kind, r.year
    from supervision.inspection_report r where r.inspection_id = ${id}::uuid`
  if (!row) return null
  const sheets = await tx.rows`
    select no, number, business from supervision.sheet_cases(${row.district}, ${id}::uuid) order by no`
  return {
    ...row,
    reported: true,
    approved: true,
    received: true,
    team: [],
    items: [],
    mine: [],
    me: false,
    sheets,
    ...(await outcomeOf(tx, row.inspected, [row.district, row.id])),
    availability: {},
  }
}
