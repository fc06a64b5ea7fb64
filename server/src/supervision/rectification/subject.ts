import type { Subject } from '../../kernel/act.ts'
import type { Refusal, refuser } from '../../kernel/refusal.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { officeDate, type WorkingCalendar } from '../../values/calendar.ts'
import { type Finding, refuseRectification } from './rules.ts'

/** A finding with all that its rules look at; who only looks may be of the bureau, which sees those of every office. */
export const findingSubject: Subject<Finding> = {
  kind: 'finding',
  async load(tx, id, lock) {
    // Locked first, then read: only who performs an act may lock.
    if (lock)
      await tx.maybe`select 1 from kernel.finding f where f.id = ${id}::uuid and f.district = kernel.act_district() for update`
    return tx.maybe<Finding>`
      select f.district, f.id, f.kind, f.state, f.subject, f.opened_by as "openedBy", f.owner_id as responsible, f.fixed_by as "fixedBy", f.due_on::text as "dueOn",
        (select max(s.at) from kernel.finding_step s where s.district = f.district and s.finding_id = f.id and s.state = 'closed') as "closedAt",
        (select count(*)::int from kernel.finding_step s where s.district = f.district and s.finding_id = f.id) as steps,
        (select count(*)::int from supervision.plan s where s.district = f.district and s.finding_id = f.id) as plans,
        (select count(*)::int from supervision.fix s where s.district = f.district and s.finding_id = f.id) as fixes,
        exists (select from supervision.extension e where e.district = f.district and e.finding_id = f.id
          and not exists (select from supervision.extension_decision d where d.district = e.district and d.extension_id = e.id)) as "extensionWaits",
        exists (select from supervision.effect e where e.district = f.district and e.finding_id = f.id) as "effectDone"
      from kernel.finding f where f.id = ${id}::uuid and (f.district = kernel.act_district() or (${!lock} and kernel.may_read_all()))`
  },
}

/** The refusal beside the field it is about. */
export const atField = (path: string, refusal: ReturnType<ReturnType<typeof refuser>>): Refusal => ({
  ...refusal,
  fields: [{ path, message: refusal.message }],
})

/** Days ahead that a deadline may lie. */
export const daysAhead = 180

/** Why a day is no deadline: not after today, no working day, or too far; a make-up workday is a working day. */
export function deadlineProblem(
  path: string,
  text: string,
  at: Temporal.Instant,
  calendar: WorkingCalendar,
): Refusal | null {
  const wrong = () => atField(path, refuseRectification('day_wrong', { most: daysAhead }))
  let day: Temporal.PlainDate
  try {
    day = Temporal.PlainDate.from(text, { overflow: 'reject' })
  } catch {
    return wrong()
  }
  const today = officeDate(at)
  if (Temporal.PlainDate.compare(day, today) <= 0 || today.until(day).total('days') > daysAhead)
    return wrong()
  const working = calendar.isWorkingDay(day)
  if (typeof working !== 'boolean')
    return atField(path, refuseRectification('day_unknown', { year: String(day.year) }))
  return working ? null : wrong()
}

/** The first file of a list that nobody uploaded, by its place; -1 when all are known. */
export async function unknownFile(tx: Tx, files: readonly string[]): Promise<number> {
  const known = await tx.rows<{
    file: string
  }>`select distinct file from cases.upload where file = any (${files}::text[])`
  const names = new Set(known.map((one) => one.file))
  return files.findIndex((file) => !names.has(file))
}
