import type { Subject } from '../../kernel/act.ts'
import { constraintMeans } from '../../kernel/perform.ts'
import type { Refusal } from '../../kernel/refusal.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { type Inspection, type InspectorFacts, refuseInspection } from './rules.ts'

/** What the database says for itself, in the words of the rule it is the other layer of. */
const meanings: Record<string, () => Refusal> = {
  checklist_version: () => refuseInspection('checklist_changed'),
  checklist_fixed: () => refuseInspection('checklist_fixed'),
  checklist_decided_once: () => refuseInspection('checklist_decided'),
  checklist_by_another: () => refuseInspection('checklist_own'),
  checklist_in_force: () => refuseInspection('checklist_not_in_force'),
  item_points: () => refuseInspection('item_points_wrong'),
  inspection_by_whom: () => refuseInspection('plan_by_whom'),
  inspection_decided_once: () => refuseInspection('plan_decided'),
  inspection_by_another: () => refuseInspection('plan_own'),
  two_readers: () => refuseInspection('team_of_two'),
  sheet_drawn: () => refuseInspection('nothing_drawn'),
  inspector_not_of_office: () => refuseInspection('inspector_not_of_office'),
  inspector_own_office: () => refuseInspection('inspector_own_office'),
  inspector_own_cases: () => refuseInspection('inspector_own_cases'),
  member_place: () => refuseInspection('member_place'),
  member_replaced_once: () => refuseInspection('member_place'),
  not_reader: () => refuseInspection('not_reader'),
  visit_not_begun: () => refuseInspection('not_approved'),
  reading_once: () => refuseInspection('reading_handed_in'),
  reading_whole: () => refuseInspection('reading_not_whole', { left: '…' }),
  member_by_third: () => refuseInspection('member_place'),
  change_numbered: () => refuseInspection('change_waits'),
  change_waits: () => refuseInspection('change_waits'),
  change_decided_once: () => refuseInspection('change_none'),
  change_by_another: () => refuseInspection('change_own'),
  change_approved_plan: () => refuseInspection('not_approved'),
  inspection_begun: () => refuseInspection('inspection_begun'),
  inspection_cancelled: () => refuseInspection('inspection_cancelled'),
  review_drawn_once: () => refuseInspection('review_drawn'),
  review_committed: () => refuseInspection('review_not_committed'),
  review_not_drawn: () => refuseInspection('review_not_drawn'),
  plan_days: () => refuseInspection('plan_days'),
  score_note: () => refuseInspection('fault_needs_note'),
  report_faults: () => refuseInspection('report_faults'),
  score_fits: () => refuseInspection('score_wrong', { most: '…' }),
  ruling_by_third: () => refuseInspection('ruling_by_third'),
  ruling_needed: () => refuseInspection('ruling_not_needed'),
  ruling_once: () => refuseInspection('ruling_not_needed'),
  inspection_unfinished: () => refuseInspection('inspection_unfinished'),
  report_once: () => refuseInspection('report_sent'),
  report_by_another: () => refuseInspection('report_own'),
  report_by_inspecting: () => refuseInspection('report_own'),
}
for (const [name, refusal] of Object.entries(meanings)) constraintMeans(name, refusal)

/** Facts about people who would inspect an office for a time. */
export async function inspectorFacts(
  tx: Tx,
  people: readonly string[],
  plan: { district: string; inspected: string; period: string },
): Promise<InspectorFacts[]> {
  return tx.rows<InspectorFacts>`
    select person_id as "personId", office, at_work as "atWork", worked_there as "workedThere", cases
    from supervision.inspector_facts(${people}::uuid[], ${plan.district}, ${plan.inspected}, ${plan.period}::daterange)`
}

type Row = Omit<Inspection, 'facts'> & { period: string }

/** An inspection with all that its rules look at; `sent` is as it is found where its report goes. */
async function load(tx: Tx, id: string, lock: boolean, sent: boolean): Promise<Inspection | null> {
  if (lock) await tx.one`select pg_advisory_xact_lock(hashtextextended(${`inspection ${id}`}, 0))`
  const row = await tx.maybe<Row>`
    select i.district, i.id, i.kind, i.inspected, i.checklist_id as "checklistId", lower(i.visit)::text as "visitFrom", (upper(i.visit) - 1)::text as "visitTo",
      i.period::text, i.person_id as "plannedBy", d.approved, kernel.day_of(kernel.now())::text as today,
      coalesce((select jsonb_agg(jsonb_build_object('personId', m.person_id, 'reader', m.reader) order by m.person_id) from supervision.inspection_member m
        where m.district = i.district and m.inspection_id = i.id and not exists (
          select from supervision.inspection_member n where n.district = m.district and n.inspection_id = m.inspection_id and n.replaces = m.person_id)), '[]') as team,
      array(select m.person_id::text from supervision.inspection_member m where m.district = i.district and m.inspection_id = i.id) as ever,
      array(select r.person_id::text from supervision.inspection_reading r where r.district = i.district and r.inspection_id = i.id) as "handedIn",
      array(select distinct h.person_id::text from supervision.inspection_sheet s join cases.case_handler h on h.district = s.inspected and h.case_id = s.case_id
        where s.district = i.district and s.inspection_id = i.id) as handlers,
      (select count(*)::int from supervision.inspection_sheet s join supervision.checklist_item t on t.district = i.list_owner and t.checklist_id = i.checklist_id
        where s.district = i.district and s.inspection_id = i.id and not exists (select from supervision.inspection_score c
          where c.district = i.district and c.inspection_id = i.id and c.sheet = s.no and c.item = t.no and c.person_id = kernel.act_person())) as left,
      exists (select from supervision.inspection_sheet s where s.district = i.district and s.inspection_id = i.id) as drawn,
      i.kind = 'case_review' and exists (select from supervision.review_seed(i.district, i.id)) as committed,
      supervision.inspection_cancelled(i.district, i.id) as cancelled, supervision.inspection_begun(i.district, i.id) as begun,
      (select count(*)::int from supervision.inspection_change c where c.district = i.district and c.inspection_id = i.id) as changes,
      (select jsonb_build_object('no', c.no, 'what', c.what, 'leaves', c.leaves, 'joins', c.joins, 'askedBy', c.person_id) from supervision.inspection_change c
        where c.district = i.district and c.inspection_id = i.id and not exists (select from supervision.inspection_change_decision e
          where e.district = c.district and e.inspection_id = c.inspection_id and e.no = c.no)) as waiting,
      case when supervision.readings_open(i.district, i.id) then
        (select count(*)::int from supervision.inspection_lines(i.district, i.id) l where l.differs and not l.ruled) end as undecided,
      exists (select from supervision.inspection_report r where r.district = i.inspected and r.inspecting = i.district and r.inspection_id = i.id) as reported
    from supervision.inspection i left join supervision.inspection_decision d on d.district = i.district and d.inspection_id = i.id
    where i.id = ${id}::uuid and case when ${sent} then i.inspected else i.district end = any (case when ${lock} or not kernel.may_read_all()
      then array[kernel.act_district()] else array[i.district, i.inspected] end)`
  if (!row) return null
  const { person } = await tx.one<{ person: string | null }>`select kernel.act_person() as person`
  const people = [
    ...new Set([
      ...row.ever,
      ...(row.waiting?.joins ? [row.waiting.joins] : []),
      ...(person ? [person] : []),
    ]),
  ]
  return { ...row, facts: await inspectorFacts(tx, people, row) }
}

export const inspectionSubject: Subject<Inspection> = {
  kind: 'inspection',
  load: (tx, id, lock) => load(tx, id, lock, false),
}
/** The same, found in the office it is about. */
export const reportedSubject: Subject<Inspection> = {
  kind: 'inspection',
  load: (tx, id, lock) => load(tx, id, lock, true),
}
