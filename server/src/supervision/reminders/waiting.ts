import { dueState, findObligation } from '../../kernel/obligation.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { rectifyDuties } from '../rectification/rules.ts'
import type { Waiting } from './rules.ts'

/** Whose list it is, and what they may do. */
export interface Reminded {
  id: string
  duties: readonly string[]
}

/** Days before its day from which a finding's step is spoken of as soon due. */
const soonDays = 3
const order = { overdue: 0, soon: 1, waiting: 2 } as const

/**
 * 待办提醒: what waits for a person now, the overdue first: duties from the day they remind of themselves, steps of findings that are theirs,
 * steps that any leader or inspector may take and they are not barred from, requests for more time, and things to sign for.
 */
export async function waitingFor(
  tx: Tx,
  district: string,
  person: Reminded,
  at: Temporal.Instant,
  open?: readonly OpenDuty[],
): Promise<Waiting[]> {
  const lines = [
    ...dutiesOf(open ?? (await openDuties(tx, district)), person, at),
    ...(await stepsOf(tx, district, person)),
    ...(await offersTo(tx, district, person)),
  ]
  return lines.sort(
    (a, b) =>
      order[a.state] - order[b.state] ||
      (a.dueAt ?? '9').localeCompare(b.dueAt ?? '9') ||
      a.kind.localeCompare(b.kind),
  )
}

/** A duty nobody has done yet. */
export interface OpenDuty {
  kind: string
  subject: string
  name: string | null
  dueAt: string
}

/** What an office's people still owe: the same for everybody of it, so whoever asks for many reads it once. */
export const openDuties = (tx: Tx, district: string): Promise<OpenDuty[]> =>
  tx.rows<OpenDuty>`
    select o.kind, o.subject, p.name, o.due_at as "dueAt" from kernel.obligation o left join kernel.person p on p.id::text = o.subject
    where o.district = ${district} and o.done_by is null and o.lapsed is null order by o.due_at, o.id`

/** Which of an office's open duties a person is reminded of now. Pure. */
function dutiesOf(open: readonly OpenDuty[], person: Reminded, at: Temporal.Instant): Waiting[] {
  return open.flatMap(({ kind, subject, name, dueAt }): Waiting[] => {
    const duty = findObligation(kind)
    const theirs = duty?.owedBy
      ? duty.owedBy.some((one) => person.duties.includes(one))
      : subject === person.id
    if (!duty || !theirs) return []
    const due = { dueAt: Temporal.Instant.from(dueAt), doneAt: null, lapsed: null }
    const state = dueState(due, at, duty.remindDays)
    if (state !== 'soon' && state !== 'overdue') return []
    const of = name ?? duty.nameOf?.(subject)
    const both = typeof of === 'string' ? { zh: of, en: of } : of
    const about =
      !both || subject === person.id
        ? duty.title
        : { zh: `${duty.title.zh} · ${both.zh}`, en: `${duty.title.en} · ${both.en}` }
    return [{ kind: 'duty', about, count: 1, dueAt, state, path: '/my-duties' }]
  })
}

interface Step {
  step: 'plan' | 'fix' | 'notice' | 'reassign' | 'check' | 'close' | 'extension'
  id: string | null
  zh: string | null
  en: string | null
  n: number
  due: string | null
  state: Waiting['state']
}

async function stepsOf(tx: Tx, district: string, { id: me, duties }: Reminded): Promise<Waiting[]> {
  const leads = rectifyDuties.some((one) => duties.includes(one))
  const rows = await tx.rows<Step>`
    select case f.state when 'noticed' then 'plan' else 'fix' end as step, f.id::text, f.summary_zh as zh, f.summary_en as en, 1 as n, f.due_on::text as due,
      case when f.due_on < kernel.day_of(kernel.now()) then 'overdue' when f.due_on <= kernel.day_of(kernel.now()) + ${soonDays}::int then 'soon' else 'waiting' end as state
    from kernel.finding f where f.district = ${district} and f.owner_id = ${me}::uuid and f.state in ('noticed', 'planned')
    union all
    select w.step, null, null, null, count(*)::int, null, 'waiting' from (
      select case f.state when 'open' then 'notice' when 'fixed' then 'check' else 'close' end as step
      from kernel.finding f
      where ${leads} and (${district} = 'city' or f.district = ${district}) and f.state in ('open', 'fixed', 'verified')
        and f.subject <> 'person:' || ${me}::text and f.owner_id is distinct from ${me}::uuid
        and (f.state <> 'fixed' or f.opened_by <> 'person:' || ${me}::text)
      union all
      select 'reassign' from kernel.finding f join kernel.person o on o.id = f.owner_id
      where ${leads} and (${district} = 'city' or f.district = ${district}) and f.state in ('noticed', 'planned')
        and f.subject <> 'person:' || ${me}::text and (o.active_to <= kernel.now() or o.district <> f.district)
      union all
      select 'extension' from supervision.extension e join kernel.finding f on f.district = e.district and f.id = e.finding_id
      where ${leads} and (${district} = 'city' or e.district = ${district}) and e.person_id <> ${me}::uuid and f.state in ('noticed', 'planned')
        and not exists (select from supervision.extension_decision d where d.district = e.district and d.extension_id = e.id)) w
    group by w.step`
  return rows.map(({ step, id, zh, en, n, due, state }) => ({
    kind: step,
    about: zh && en ? { zh, en } : null,
    count: n,
    dueAt: due,
    state,
    path: id ? `/findings/${id}` : '/findings',
  }))
}

async function offersTo(tx: Tx, district: string, { id }: Reminded): Promise<Waiting[]> {
  const { n } = await tx.one<{ n: number }>`
    select count(*)::int as n from kernel.custody_offer where district = ${district} and state = 'offered' and to_place = 'person:' || ${id}::text`
  if (n === 0) return []
  return [{ kind: 'offer', about: null, count: n, dueAt: null, state: 'waiting', path: '/custody' }]
}
