import { Type } from 'typebox'
import { dueState, findObligation, type Obligation, type Subject } from '../../kernel/obligation.ts'
import { availability } from '../../kernel/perform.ts'
import { query } from '../../kernel/query.ts'
import type { Text } from '../../kernel/refusal.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { officeDate } from '../../values/calendar.ts'
import { decideExemption } from './acts.ts'
import { computeOffice, dutiesOf, type Judging } from './engine.ts'
import { dueListDuties } from './rules.ts'

const Items = Type.Array(Type.Unknown())

/** A duty of one subject and period, as the database has it. */
export interface DutyLine {
  id: string
  district: string
  kind: string
  subject: string
  name: string | null
  from: string
  to: string
  dueAt: string
  doneBy: string | null
  doneAt: string | null
  lapsed: 'leave' | 'left' | 'exempt' | 'withdrawn' | null
}

const both = (word: string) => ({ zh: word, en: word })
type Names = Map<string, Text>
/** Names of subjects that neither a person nor the id gives, by duty and subject. */
export async function namesOf(tx: Tx, lines: readonly DutyLine[]): Promise<Names> {
  const names: Names = new Map()
  for (const [kind, some] of Map.groupBy(lines, (one) => one.kind)) {
    const read = findObligation(kind)?.namesOf
    if (!read) continue
    for (const [id, name] of await read(tx, [...new Set(some.map((one) => one.subject))]))
      names.set(`${kind} ${id}`, name)
  }
  return names
}
/** The duty in words, with its state. */
export const shown = (line: DutyLine, at: Temporal.Instant, names: Names) => {
  const duty = findObligation(line.kind)
  const state = dueState(
    {
      dueAt: Temporal.Instant.from(line.dueAt),
      doneAt: line.doneAt ? Temporal.Instant.from(line.doneAt) : null,
      lapsed: line.lapsed,
    },
    at,
    duty?.remindDays,
  )
  const name = line.name
    ? both(line.name)
    : (names.get(`${line.kind} ${line.subject}`) ?? duty?.nameOf?.(line.subject) ?? both(line.subject))
  return {
    ...line,
    name,
    title: duty?.title ?? { zh: line.kind, en: line.kind },
    clause: duty?.clause ?? '',
    state,
  }
}

/** The day on which a duty can last be done in time: one due as a day ends falls on that day and not on the next. */
export const dayDue = (dueAt: Temporal.Instant): string =>
  officeDate(dueAt.subtract({ microseconds: 1 })).toString()

/** What a person owes: what names them, what falls to the holders of a duty they hold, and what falls to who holds a post. */
export const mine = (
  duty: Obligation,
  subject: Subject,
  actor: { personId: string | null; duties: readonly string[] },
): boolean =>
  duty.owedBy
    ? duty.owedBy.some((one) => actor.duties.includes(one))
    : (subject.person ?? subject.id) === actor.personId ||
      (subject.owners?.some((one) => one === actor.personId) ?? false)

/** 我的职责: what one owes and when, what one did lately, and what falls in the next three months. */
export const myDuties = query({
  path: 'duties/mine',
  title: { zh: '我的职责', en: 'My duties' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({ on: Type.Optional(Type.String({ title: '到期日|Due on', format: 'date' })) }),
  result: Type.Object({ open: Items, past: Items, ahead: Items, rules: Items, exemptions: Items }),
  async run({ tx, actor, district, at, deps }, { on }) {
    const held = dutiesOf(deps)
      .filter((one) => one.owedBy?.some((duty) => actor.duties.includes(duty)))
      .map((one) => one.kind)
    const computed = await computeOffice(tx, district, at, deps, {
      ahead: 92,
      only: (duty, one) => mine(duty, one, actor),
    })
    const own = computed.flatMap(({ duty, subjects }) => (duty.owedBy ? [] : subjects.map((one) => one.id)))
    const rows = await tx.rows<DutyLine>`
      select * from (
        select o.id, o.district, o.kind, o.subject, p.name, lower(o.period)::text as "from", upper(o.period)::text as "to", o.due_at as "dueAt",
          o.done_by as "doneBy", o.done_at as "doneAt", o.lapsed,
          row_number() over (partition by o.done_at is null and o.lapsed is null order by o.due_at desc) as place
        from kernel.obligation o left join kernel.person p on p.id::text = o.subject
        where o.district = ${district} and (o.subject = ${actor.personId} or o.subject = any (${own}::text[]) or o.kind = any (${held}::text[])) and o.lapsed is distinct from 'withdrawn'
          and (${on ?? null}::date is null or kernel.day_of(o.due_at - interval '1 microsecond') = ${on ?? null}::date)) x
      where x."doneAt" is null and x.lapsed is null or x.place <= 30 order by x."dueAt", x.id`
    const names = await namesOf(tx, rows)
    const lines = rows.map((row) => shown(row, at, names))
    const open = lines.filter((one) => ['pending', 'soon', 'overdue'].includes(one.state))
    const now = at.toZonedDateTimeISO('Asia/Shanghai').toPlainDate()
    const ahead = computed.flatMap(({ duty, subjects, dues }) =>
      dues
        .filter((due) => due.lapsed === null && Temporal.PlainDate.compare(due.from, now) > 0)
        .filter((due) => on === undefined || dayDue(due.dueAt) === on)
        .slice(0, 100)
        .map((due) => ({
          kind: duty.kind,
          clause: duty.clause,
          title: duty.title,
          subject: subjects.find((one) => one.id === due.subject)!.name,
          from: due.from.toString(),
          dueAt: due.dueAt.toString(),
        })),
    )
    return {
      open,
      past: lines.filter((one) => !open.includes(one)).toReversed(),
      ahead: ahead.sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1)).slice(0, 100),
      rules: computed
        .filter(({ subjects }) => subjects.length > 0)
        .map(({ duty, subjects }) => ({
          kind: duty.kind,
          clause: duty.clause,
          title: duty.title,
          exemptible: duty.exemptible,
          subjects: subjects.map(({ id, name }) => ({ id, name })),
        })),
      exemptions: await exemptionsOf(tx, district === 'city' ? null : district, actor.personId),
    }
  },
})

interface ExemptionLine {
  id: string
  district: string
  kind: string
  subject: string
  name: string | null
  from: string
  to: string
  reason: string
  askedById: string
  askedBy: string
  at: string
  actId: string
  approved: boolean | null
  word: string | null
  decidedBy: string | null
  decidedActId: string | null
}
async function exemptionsOf(tx: Tx, office: string | null, person: string | null): Promise<object[]> {
  const rows = await tx.rows<ExemptionLine>`
    select e.id, e.district, e.kind, e.subject, s.name, lower(e.period)::text as "from", (upper(e.period) - 1)::text as "to", e.reason,
      e.person_id as "askedById", p.name as "askedBy", e.at, e.act_id as "actId", d.approved, d.word, q.name as "decidedBy", d.act_id as "decidedActId"
    from supervision.exemption e join kernel.person p on p.id = e.person_id left join kernel.person s on s.id::text = e.subject
      left join supervision.exemption_decision d on d.district = e.district and d.exemption_id = e.id left join kernel.person q on q.id = d.person_id
    where (${office}::text is null or e.district = ${office}) and (${person}::text is null or e.person_id::text = ${person} or e.subject = ${person})
    order by d.approved is not null, e.id desc limit 100`
  return rows.map((row) => ({
    ...row,
    name: row.name ? both(row.name) : (findObligation(row.kind)?.nameOf?.(row.subject) ?? both(row.subject)),
    title: findObligation(row.kind)?.title ?? { zh: row.kind, en: row.kind },
  }))
}

const kindsOf = (deps: Judging) => dutiesOf(deps).map(({ kind, title, clause }) => ({ kind, title, clause }))
const nothing = (deps: Judging) => ({
  items: [],
  next: null,
  counts: [],
  kinds: kindsOf(deps),
  people: [],
  exemptions: [],
})

/** 定期职责台账: what is owed in the office, the overdue first; for the bureau that of every office, or of one. */
export const dueList = query({
  path: 'duties',
  title: { zh: '定期职责', en: 'Periodic duties' },
  access: 'signed_in',
  duties: dueListDuties,
  params: Type.Object({
    kind: Type.Optional(Type.String({ title: '职责|Duty', maxLength: 60 })),
    district: Type.Optional(Type.String({ title: '登记机构|Office', maxLength: 20 })),
    person: Type.Optional(Type.String({ title: '人员|Person', format: 'uuid' })),
    /** Due on that day. */
    on: Type.Optional(Type.String({ title: '到期日|Due on', format: 'date' })),
    show: Type.Optional(Type.Union([Type.Literal('open'), Type.Literal('overdue'), Type.Literal('all')])),
    after: Type.Optional(Type.String({ pattern: '^[0-9T:.Z+-]{10,40}/[0-9a-f-]{36}$' })),
  }),
  result: Type.Object({
    items: Items,
    next: Type.Union([Type.String(), Type.Null()]),
    counts: Items,
    kinds: Items,
    people: Items,
    exemptions: Items,
  }),
  async run(
    { tx, actor, district: home, at, deps },
    { kind, district: asked, person, on, show = 'open', after },
  ) {
    const [afterAt = null, afterId = null] = after?.split('/') ?? []
    // Null is every office. Of another office than one's own there is nothing to see, unless one is of the bureau.
    const office = home === 'city' ? (asked ?? null) : home
    if (asked !== undefined && office !== asked) return nothing(deps)
    const rows = await tx.rows<DutyLine>`
      select o.id, o.district, o.kind, o.subject, p.name, lower(o.period)::text as "from", upper(o.period)::text as "to", o.due_at as "dueAt",
        o.done_by as "doneBy", o.done_at as "doneAt", o.lapsed
      from kernel.obligation o left join kernel.person p on p.id::text = o.subject
      where (${office}::text is null or o.district = ${office}) and (${kind ?? null}::text is null or o.kind = ${kind ?? null})
        and (${person ?? null}::text is null or split_part(o.subject, ':', 1) = ${person ?? null})
        and (${on ?? null}::date is null or kernel.day_of(o.due_at - interval '1 microsecond') = ${on ?? null}::date)
        and (${show} = 'all' or (o.done_by is null and o.lapsed is null)) and (${show} <> 'overdue' or o.due_at < kernel.now())
        and o.lapsed is distinct from 'withdrawn'
        and (${afterAt}::timestamptz is null or (o.due_at, o.id) > (${afterAt}::timestamptz, ${afterId}::uuid))
      order by o.due_at, o.id limit 51`
    const names = await namesOf(tx, rows)
    const items = rows.slice(0, 50).map((row) => shown(row, at, names))
    const counts = await tx.rows<{ kind: string; open: number; overdue: number; done: number }>`
      select kind, count(*) filter (where done_by is null and lapsed is null and due_at >= kernel.now())::int as open,
        count(*) filter (where done_by is null and lapsed is null and due_at < kernel.now())::int as overdue, count(*) filter (where done_by is not null)::int as done
      from kernel.obligation
      where (${office}::text is null or district = ${office}) and (${person ?? null}::text is null or split_part(subject, ':', 1) = ${person ?? null})
      group by kind order by kind`
    // Whose duties one may look at alone. Of the whole city that is nobody's list: an office is chosen first.
    const people = await tx.rows<{ id: string; name: string }>`
      select p.id, p.name from kernel.person p
      where (p.id::text = ${person ?? null} or ${office}::text is not null) and exists (
        select from kernel.obligation o where (${office}::text is null or o.district = ${office}) and split_part(o.subject, ':', 1) = p.id::text)
      order by p.name, p.id limit 500`
    const exemptions = (await exemptionsOf(tx, office, null)) as ExemptionLine[]
    return {
      items,
      next: rows.length > 50 ? `${items.at(-1)!.dueAt}/${items.at(-1)!.id}` : null,
      counts: counts.map((one) => ({
        ...one,
        title: findObligation(one.kind)?.title ?? { zh: one.kind, en: one.kind },
      })),
      kinds: kindsOf(deps),
      people,
      exemptions: exemptions.map((one) => ({
        ...one,
        availability: availability(
          [decideExemption],
          {
            district: one.district,
            id: one.id,
            subject: one.subject,
            askedBy: one.askedById,
            decided: one.approved !== null,
          },
          actor,
          at,
        ),
      })),
    }
  },
})
