import { Type } from 'typebox'
import { act, type Ctx } from '../kernel/act.ts'
import { openFinding } from '../kernel/finding.ts'
import { constraintMeans } from '../kernel/perform.ts'
import { releaseWork } from '../kernel/work.ts'
import { Day, District, dayStart, literals, Note, PersonId, wrongFields } from './fields.ts'
import { absenceKinds, leavingReasons, refusePeople } from './rules.ts'
import { notOneself, personSubject, stillHere } from './subjects.ts'
import { absenceTable, keepImages, type Written } from './tables.ts'

constraintMeans('absence_once', () => refusePeople('absence_overlaps'))
constraintMeans('cover_within_leave', () => refusePeople('cover_outlives'))

/** Opens a finding for each range of blanks, seal or file that is still in a person's hands. */
export async function findKept(
  { tx, district, actor }: Ctx,
  personId: string,
  name: string,
): Promise<number> {
  const kept = await tx.rows<{ kind: string; edition: string; lo: number; hi: number }>`
    select kind, edition, lower(serials) as lo, upper(serials) as hi from kernel.kept_by(${personId}::uuid) order by kind, edition, lo`
  let opened = 0
  for (const { kind, edition, lo, hi } of kept) {
    const what = `${kind} ${edition}${lo}${hi - lo > 1 ? `–${hi - 1}` : ''}`
    const finding = await openFinding(
      tx,
      district,
      actor.personId ? `person:${actor.personId}` : 'service:detector',
      {
        kind: 'leaver_custody',
        clause: '6.3',
        severity: 'high',
        subject: `person:${personId}`,
        dedupeKey: `leaver_custody:${personId}:${kind}:${edition}:${lo}`,
        summary: {
          zh: `${name}已离开岗位，仍保管 ${what}，须立即清点移交。`,
          en: `${name} has left the post and still keeps ${what}: count it and hand it over at once.`,
        },
      },
    )
    if (finding) opened++
  }
  return opened
}

/**
 * Leaving (离职). One act ends account, sessions, factors, grants and posts, makes a finding of everything still kept, and
 * returns open work. With a day to come, grants and posts are bounded there at once and the rest is settled by itself then.
 */
export const leave = act({
  type: 'people.leave',
  title: { zh: '办理离职', en: 'Leaving' },
  grants: 'end',
  clauses: ['6.3'],
  duties: ['admin_system'],
  citywide: true,
  highValue: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: District,
      personId: PersonId,
      lastDay: Type.Optional(Day('最后工作日|Last day')),
      reason: literals(leavingReasons, '原因|Reason'),
      note: Type.Optional(Note),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ at: Type.String(), findings: Type.Integer() }),
  subject: personSubject,
  subjectId: (input) => input.personId,
  guards: [notOneself, (person) => (person.gone ? refusePeople('already_leaving') : null)],
  async handle(ctx, { personId, lastDay }, person) {
    const ends = lastDay ? dayStart(lastDay).add({ hours: 24 }) : ctx.at
    const at = Temporal.Instant.compare(ends, ctx.at) > 0 ? ends : ctx.at
    const { images } = await ctx.tx.one<{ images: Written[] }>`
      select people.end_person(${personId}::uuid, ${at.toString()}::timestamptz) as images`
    keepImages(ctx.tx, images)
    const now = Temporal.Instant.compare(at, ctx.at) <= 0
    if (now) await releaseWork(ctx.tx, personId, 'left')
    return { at: at.toString(), findings: now ? await findKept(ctx, personId, person.name) : 0 }
  },
})

/** What is due and nobody has to press: closes the account of who has left, ends the session of who is on leave, carries out moves. */
export const settle = act({
  type: 'people.settle',
  title: { zh: '到期办结离岗', en: 'Settle what is due' },
  clauses: ['6.3'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object({ district: District, personId: PersonId }, { additionalProperties: false }),
  result: Type.Object({ findings: Type.Integer() }),
  subject: personSubject,
  subjectId: (input) => input.personId,
  async handle(ctx, { personId }, person) {
    const { images } = await ctx.tx.one<{
      images: Written[]
    }>`select people.settle(${personId}::uuid) as images`
    keepImages(ctx.tx, images)
    const moved = images.some((one) => one.table === 'people.move')
    await releaseWork(ctx.tx, personId, person.gone ? 'left' : moved ? 'transferred' : 'absent')
    return { findings: person.gone || moved ? await findKept(ctx, personId, person.name) : 0 }
  },
})

/** Leave of absence (离岗): for its time nobody signs in as this person and no duty is held. */
export const startLeave = act({
  type: 'people.startLeave',
  title: { zh: '登记离岗', en: 'Record an absence' },
  clauses: ['6.3'],
  duties: ['admin_system', 'centre_lead', 'district_lead'],
  citywide: true,
  highValue: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: District,
      personId: PersonId,
      from: Day('首日|First day'),
      until: Day('末日|Last day'),
      kind: literals(absenceKinds, '种类|Kind'),
      note: Type.Optional(Note),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ absenceId: Type.String() }),
  subject: personSubject,
  subjectId: (input) => input.personId,
  guards: [notOneself, stillHere],
  problems: ({ from, until }, at) => {
    const today = at.toZonedDateTimeISO('Asia/Shanghai').toPlainDate().toString()
    const late = until < from || until < today
    return wrongFields(
      late
        ? [
            {
              path: 'until',
              message: {
                zh: '末日不能早于首日，也不能早于今天。',
                en: 'The last day is neither before the first nor in the past.',
              },
            },
          ]
        : [],
    )
  },
  async handle(ctx, { personId, from, until, kind, note }) {
    const began = dayStart(from)
    // What is past is not rewritten: an absence recorded late begins now.
    const start = Temporal.Instant.compare(began, ctx.at) > 0 ? began : ctx.at
    const [row] = await ctx.tx.put<{ id: string }>(absenceTable, {
      district: ctx.district,
      person_id: personId,
      during: `[${start},${dayStart(until).add({ hours: 24 })})`,
      kind,
      ...(note ? { note } : {}),
    })
    await ctx.tx.one`select people.leave_now(${personId}::uuid)`
    if (start === ctx.at) await releaseWork(ctx.tx, personId, 'absent')
    return { absenceId: row!.id }
  },
})

/** Calls somebody back from leave (销假): it ends now, or is withdrawn when it has not begun; whoever covers for them no longer does. */
export const recall = act({
  type: 'people.recall',
  title: { zh: '销假', en: 'End an absence' },
  clauses: ['6.3', '6.7'],
  grants: 'end',
  duties: ['admin_system', 'centre_lead', 'district_lead'],
  citywide: true,
  highValue: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    { district: District, personId: PersonId, absenceId: Type.String({ format: 'uuid' }) },
    { additionalProperties: false },
  ),
  result: Type.Object({ coversEnded: Type.Integer() }),
  subject: personSubject,
  subjectId: (input) => input.personId,
  guards: [notOneself],
  async handle({ tx, at, district }, { personId, absenceId }) {
    const absence = await tx.maybe<{ id: string; begun: boolean; over: boolean; since: string }>`
      select id, lower(during) <= kernel.now() as begun, upper(during) <= kernel.now() or withdrawn_at is not null as over, lower(during) as since
      from people.absence where district = ${district} and id = ${absenceId}::uuid and person_id = ${personId}::uuid`
    if (!absence || absence.over) return refusePeople('absence_over')
    const begunNow = absence.since === at.toString()
    const set =
      absence.begun && !begunNow ? { during: `[${absence.since},${at})` } : { withdrawn_at: at.toString() }
    await tx.change(absenceTable, { district, id: absenceId }, set)
    const { images } = await tx.one<{
      images: Written[]
    }>`select people.end_cover(${personId}::uuid) as images`
    keepImages(tx, images)
    return { coversEnded: images.length }
  },
})
