import { Type } from 'typebox'
import { act, type Subject } from '../../kernel/act.ts'
import type { Refusal } from '../../kernel/refusal.ts'
import type { Tx } from '../../platform/db/tx.ts'
import type { WorkingCalendar } from '../../values/calendar.ts'
import { officeDate } from '../../values/calendar.ts'
import { words } from './acts.ts'
import { appealDays, namingDeciders, refuseRectification } from './rules.ts'
import { atField } from './subject.ts'
import { appealDecisionTable, appealTable, namingDecisionTable, namingTable } from './tables.ts'

/** Findings of an office about one person, or under the responsibility of one, or of the office itself. */
export const concerns = (subject: string) => {
  const [kind, id] = subject.split(':')
  return { person: kind === 'person' ? id! : null, office: kind === 'office' ? id! : null }
}

/**
 * How many of these findings bear a naming: about that person or office, and with a red card, or of a kind that came more
 * than once within a year.
 */
async function bearing(
  tx: Tx,
  district: string,
  subject: string,
  findings: readonly string[],
): Promise<number> {
  const { person, office } = concerns(subject)
  const { n } = await tx.one<{ n: number }>`
    select count(*)::int as n from kernel.finding f
    where f.district = ${district} and f.id = any (${findings}::uuid[])
      and (${office}::text = f.district or f.subject = 'person:' || ${person}::text or f.owner_id = ${person}::uuid)
      and (exists (select from supervision.card c where c.district = f.district and c.finding_id = f.id and c.card = 'red')
        or exists (select from kernel.finding g where g.district = f.district and g.kind = f.kind and g.id <> f.id
          and (${office}::text = g.district or g.subject = f.subject or g.owner_id = f.owner_id)
          and g.opened_at between f.opened_at - interval '1 year' and f.opened_at + interval '1 year'))`
  return n
}

const office = Type.String({ title: '登记机构|Office', maxLength: 20 })
const ofNaming = { district: office, namingId: Type.String({ title: '通报|Naming', format: 'uuid' }) }

/** 提议通报: a person or an office, with the findings it rests on. */
export const proposeNaming = act({
  type: 'naming.propose',
  title: { zh: '提议点名通报', en: 'Propose to name somebody' },
  clauses: ['7.4'],
  duties: ['inspection'],
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: office,
      subject: Type.String({
        title: '通报对象|Who is named',
        pattern: '^(person:[0-9a-f-]{36}|office:[a-z_]{2,20})$',
      }),
      findings: Type.Array(Type.String({ format: 'uuid' }), {
        title: '依据的问题|Findings',
        minItems: 1,
        maxItems: 50,
        uniqueItems: true,
      }),
      reason: words('理由|Reason', 1000),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ namingId: Type.String() }),
  created: (result) => ({ kind: 'naming', id: result.namingId }),
  async handle({ tx, district, actor }, input) {
    if (input.subject === `person:${actor.personId}`)
      return atField('subject', refuseRectification('naming_own'))
    if ((await bearing(tx, district, input.subject, input.findings)) < input.findings.length)
      return atField('findings', refuseRectification('naming_rests'))
    await tx.one`select pg_advisory_xact_lock(hashtextextended(${`naming ${district} ${input.subject}`}, 0))`
    const waits = await tx.maybe`
      select 1 from supervision.naming n where n.district = ${district} and n.subject = ${input.subject}
        and not exists (select from supervision.naming_decision d where d.district = n.district and d.naming_id = n.id)`
    if (waits) return atField('subject', refuseRectification('naming_stands_already'))
    const [made] = await tx.put<{ id: string }>(namingTable, {
      district,
      subject: input.subject,
      findings: input.findings,
      reason: input.reason.trim(),
    })
    return { namingId: made!.id }
  },
})

/** A naming with all that its rules look at. */
export interface Naming {
  district: string
  id: string
  subject: string
  proposedBy: string
  decidedBy: string | null
  approved: boolean | null
  decidedAt: string | null
  appealedBy: string | null
  stands: boolean | null
}
export const namingSubject: Subject<Naming> = {
  kind: 'naming',
  async load(tx, id, lock) {
    if (lock) await tx.one`select pg_advisory_xact_lock(hashtextextended(${`naming ${id}`}, 0))`
    return tx.maybe<Naming>`
      select n.district, n.id, n.subject, n.person_id as "proposedBy", d.person_id as "decidedBy", d.approved, d.at as "decidedAt",
        a.person_id as "appealedBy", e.stands
      from supervision.naming n
        left join supervision.naming_decision d on d.district = n.district and d.naming_id = n.id
        left join supervision.appeal a on a.district = n.district and a.naming_id = n.id
        left join supervision.appeal_decision e on e.district = n.district and e.naming_id = n.id
      where n.district = kernel.act_district() and n.id = ${id}::uuid`
  },
}

/** Why this person may not decide on a naming; null means they may. Pure. */
export function decideNamingRefusal(naming: Naming, personId: string | null): Refusal | null {
  if (naming.approved !== null) return refuseRectification('naming_decided')
  return personId === naming.proposedBy || naming.subject === `person:${personId}`
    ? refuseRectification('naming_own')
    : null
}

/** 决定通报: by a leader who neither proposed it nor is named. */
export const decideNaming = act({
  type: 'naming.decide',
  title: { zh: '决定点名通报', en: 'Decide on a naming' },
  clauses: ['7.4'],
  duties: namingDeciders,
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    { ...ofNaming, approved: Type.Boolean({ title: '同意|Approve' }), word: words('意见|Word', 500) },
    { additionalProperties: false },
  ),
  result: Type.Object({ approved: Type.Boolean() }),
  subject: namingSubject,
  subjectId: (input) => input.namingId,
  guards: [(naming, { actor }) => decideNamingRefusal(naming, actor.personId)],
  async handle({ tx }, input, naming) {
    await tx.put(namingDecisionTable, {
      district: naming.district,
      naming_id: naming.id,
      subject: naming.subject,
      proposed_by: naming.proposedBy,
      approved: input.approved,
      word: input.word.trim(),
    })
    return { approved: input.approved }
  },
  constraints: {
    naming_decided_once: () => refuseRectification('naming_decided'),
    naming_by_another: () => refuseRectification('naming_own'),
  },
})

/** The last day on which a naming may be appealed; null while working days are not published. */
export function appealUntil(
  naming: Pick<Naming, 'decidedAt'>,
  calendar: WorkingCalendar,
): Temporal.PlainDate | null {
  const counted = calendar.addWorkingDays(officeDate(Temporal.Instant.from(naming.decidedAt!)), appealDays)
  return 'date' in counted ? counted.date : null
}

/** 申诉: by who is named, or a leader of the office that is; once, within ten working days. */
export const appealNaming = act({
  type: 'naming.appeal',
  title: { zh: '对通报申诉', en: 'Appeal against a naming' },
  clauses: ['7.4'],
  duties: [],
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    { ...ofNaming, grounds: words('申诉理由|Grounds', 1000) },
    { additionalProperties: false },
  ),
  result: Type.Object({ namingId: Type.String() }),
  subject: namingSubject,
  subjectId: (input) => input.namingId,
  guards: [
    (naming, { actor }) => {
      if (naming.approved !== true) return refuseRectification('not_named')
      if (naming.appealedBy !== null) return refuseRectification('appeal_made')
      const { person } = concerns(naming.subject)
      const leads = ['centre_lead', 'district_lead'].some((one) => actor.duties.includes(one))
      const mine =
        person === null ? leads && actor.homeDistrict === naming.district : person === actor.personId
      return mine ? null : refuseRectification('appeal_not_yours')
    },
  ],
  async handle({ tx, at, deps }, input, naming) {
    const last = appealUntil(naming, deps.calendar)
    if (last && Temporal.PlainDate.compare(officeDate(at), last) > 0)
      return refuseRectification('appeal_late', { due: last.toString() })
    await tx.put(appealTable, {
      district: naming.district,
      naming_id: naming.id,
      grounds: input.grounds.trim(),
    })
    return { namingId: naming.id }
  },
  constraints: { appeal_once: () => refuseRectification('appeal_made') },
})

/** Why this person may not decide on an appeal; null means they may. Pure. */
export function decideAppealRefusal(naming: Naming, personId: string | null): Refusal | null {
  if (naming.appealedBy === null || naming.stands !== null) return refuseRectification('appeal_none')
  const part = [naming.proposedBy, naming.decidedBy, naming.appealedBy]
  return part.includes(personId) || naming.subject === `person:${personId}`
    ? refuseRectification('appeal_fourth')
    : null
}

/** 决定申诉: by a fourth person; a naming that does not stand leaves the list, and stays in the record. */
export const decideAppeal = act({
  type: 'naming.decideAppeal',
  title: { zh: '决定申诉', en: 'Decide on an appeal' },
  clauses: ['7.4'],
  duties: namingDeciders,
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      ...ofNaming,
      stands: Type.Boolean({ title: '维持通报|The naming stands' }),
      word: words('意见|Word', 500),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ stands: Type.Boolean() }),
  subject: namingSubject,
  subjectId: (input) => input.namingId,
  guards: [(naming, { actor }) => decideAppealRefusal(naming, actor.personId)],
  async handle({ tx }, input, naming) {
    await tx.put(appealDecisionTable, {
      district: naming.district,
      naming_id: naming.id,
      proposed_by: naming.proposedBy,
      decided_by: naming.decidedBy,
      appealed_by: naming.appealedBy,
      stands: input.stands,
      word: input.word.trim(),
    })
    return { stands: input.stands }
  },
  constraints: {
    appeal_decided_once: () => refuseRectification('appeal_none'),
    appeal_by_a_fourth: () => refuseRectification('appeal_fourth'),
  },
})
