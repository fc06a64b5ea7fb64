import { type Static, Type } from 'typebox'
import { declaredActs } from '../kernel/act.ts'
import { invalid, type ReadCtx } from '../kernel/perform.ts'
import { query } from '../kernel/query.ts'
import { type Refusal, refuseKernel } from '../kernel/refusal.ts'
import { accountDuties, caseDuties, evidenceDuties, lookerDuties } from '../people/duties.ts'
import type { Tx } from '../platform/db/tx.ts'
import { normaliseCertificateNumber } from '../values/certificateNumber.ts'
import { ActLine, actLines, caseNumbers, type FoundAct, Nullable, TextPair } from './lines.ts'

/** Kinds of thing that have a life of their own in the log. */
export const thingKinds = ['unit', 'case', 'certificate', 'serial', 'file', 'archive', 'person'] as const
const Kind = Type.Union(thingKinds.map((kind) => Type.Literal(kind)))

/** What acts may be asked for; `evidence.find_acts` says what each means. */
interface Wanted {
  district?: string | undefined
  things?: [kind: string, id: string][]
  persons?: string[]
  types?: string[] | undefined
  withoutLooks?: string[]
  outcome?: string | undefined
  from?: string | undefined
  until?: string | undefined
  oldest?: boolean
}

const pageSize = 50
/** Key of the last line of a page: its time and its place in the queue. */
const Key = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT[\\d:.]{8,15}Z~\\d{1,15}$' })

/** One page of acts and the key of the next. Cost: one range read per source of `evidence.find_acts`, however deep the page. */
export async function findActs(
  tx: Tx,
  wanted: Wanted,
  key?: string,
): Promise<{ rows: FoundAct[]; next: string | null }> {
  const [at, seq] = key?.split('~') ?? []
  const asked = JSON.stringify({ ...wanted, ...(at ? { at, seq: Number(seq) } : {}) })
  const rows = await tx.rows<FoundAct>`select * from evidence.find_acts(${asked}::jsonb, ${pageSize + 1})`
  const shown = rows.slice(0, pageSize)
  const last = shown.at(-1)
  return { rows: shown, next: rows.length > pageSize ? `${last!.at}~${last!.seq}` : null }
}

/** The ways a number may have been typed: as it is, without spaces in capitals, and with the brackets of a certificate number. */
const spellings = (typed: string): string[] => [
  ...new Set([typed.trim(), typed.replace(/\s+/g, '').toUpperCase(), normaliseCertificateNumber(typed)]),
]

/** Things a typed number stands for; none when the office knows no such thing. */
async function findThings(tx: Tx, typed: string): Promise<[kind: string, id: string][]> {
  const found = await tx.rows<{ kind: string; id: string }>`
    select distinct t.kind, t.id from unnest(${spellings(typed)}::text[]) s (text), evidence.find_things(s.text) t`
  return found.map(({ kind, id }) => [kind, id])
}

/** A day, or a minute of it, in the office's own time. */
const Moment = (title: string) =>
  Type.String({ title, pattern: '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2})?$', maxLength: 16 })

/** First instant of `text`, or the first after it when `past`; null when the calendar has no such day or minute. */
function instantOf(text: string, past = false): string | null {
  try {
    const day = text.length === 10
    const moment = Temporal.PlainDateTime.from(text, { overflow: 'reject' })
    const reached = past ? moment.add(day ? { days: 1 } : { minutes: 1 }) : moment
    return reached.toZonedDateTime('Asia/Shanghai').toInstant().toString()
  } catch {
    return null
  }
}

function span(from: string | undefined, to: string | undefined): { from?: string; until?: string } | Refusal {
  const begins = from === undefined ? undefined : instantOf(from)
  const ends = to === undefined ? undefined : instantOf(to, true)
  const wrong = [
    ...(begins === null ? ['from'] : []),
    ...(ends === null || (begins && ends && begins >= ends) ? ['to'] : []),
  ]
  if (wrong.length > 0) {
    const message = {
      zh: '没有这个时间，或者止早于起',
      en: 'There is no such time, or it ends before it begins',
    }
    return invalid(wrong.map((path) => ({ path, message })))
  }
  return { ...(begins ? { from: begins } : {}), ...(ends ? { until: ends } : {}) }
}

/**
 * Acts of one's own office, newest first: by thing, person, kind, outcome and time. No field values, only what was
 * done. The city bureau reads every office; a thing is looked for in all of them, whatever office is chosen.
 */
export const actSearch = query({
  path: 'acts',
  title: { zh: '行为记录', en: 'Acts' },
  access: 'signed_in',
  duties: evidenceDuties,
  params: Type.Object({
    thing: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    person: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    type: Type.Optional(Type.String({ maxLength: 60 })),
    outcome: Type.Optional(Type.Union([Type.Literal('done'), Type.Literal('refused')])),
    from: Type.Optional(Moment('起|From')),
    to: Type.Optional(Moment('止|To')),
    district: Type.Optional(Type.String({ maxLength: 20 })),
    before: Type.Optional(Key),
  }),
  result: Type.Object({
    items: Type.Array(ActLine),
    next: Nullable(Type.String()),
    things: Type.Array(Type.Object({ kind: Kind, id: Type.String() })),
    unknown: Nullable(Type.Union([Type.Literal('thing'), Type.Literal('person')])),
  }),
  async run(ctx, { thing, person, type, outcome, from, to, district, before }) {
    const time = span(from, to)
    if ('code' in time) return time
    const nothing = { items: [], next: null, things: [] }
    const things = thing === undefined ? null : await findThings(ctx.tx, thing)
    const lives = things?.filter(([kind, id]) => mayFollow(ctx, kind, id))
    if (lives?.length === 0) return { ...nothing, unknown: 'thing' as const }
    const persons = person === undefined ? null : await findPersons(ctx.tx, person)
    if (persons?.length === 0) return { ...nothing, unknown: 'person' as const }
    const { rows, next } = await findActs(
      ctx.tx,
      {
        district,
        ...(lives ? { things: lives } : {}),
        ...(persons ? { persons } : {}),
        types: type === undefined ? undefined : [type],
        outcome,
        ...time,
      },
      before,
    )
    return {
      items: await actLines(ctx.tx, rows),
      next,
      things: (lives ?? []).map(([kind, id]) => ({ kind: kind as Static<typeof Kind>, id })),
      unknown: null,
    }
  },
})

async function findPersons(tx: Tx, called: string): Promise<string[]> {
  const { found } = await tx.one<{
    found: string[]
  }>`select evidence.find_persons(${called.trim()}) as found`
  return found
}

/** A colleague's account is followed by those who supervise, and by the colleague. */
const mayFollow = ({ actor }: Pick<ReadCtx, 'actor'>, kind: string, id: string): boolean =>
  kind !== 'person' || actor.personId === id || actor.duties.some((duty) => accountDuties.includes(duty))

const Thing = {
  kind: Kind,
  id: Type.String({ minLength: 1, maxLength: 100 }),
}
const Numbered = Type.Object({ number: Nullable(Type.String()), state: Type.String() })

/** What may be said of a thing beside its acts: numbers, states, and the things it hangs together with. */
export const thingFacts = query({
  path: 'things/:kind/:id',
  title: { zh: '事物概况', en: 'A thing' },
  access: 'signed_in',
  duties: [...new Set([...evidenceDuties, ...caseDuties])],
  params: Type.Object(Thing),
  result: Type.Object(
    {
      district: Type.String(),
      cases: Type.Optional(Type.Array(Type.Intersect([Numbered, Type.Object({ id: Type.String() })]))),
      certificates: Type.Optional(
        Type.Array(Type.Intersect([Numbered, Type.Object({ serial: Nullable(Type.Integer()) })])),
      ),
    },
    { additionalProperties: true },
  ),
  async run(ctx, { kind, id }) {
    if (!mayFollow(ctx, kind, id)) return refuseKernel('not_found')
    const { facts } = await ctx.tx.one<{
      facts: { district: string } | null
    }>`select evidence.thing_facts(${kind}, ${id}) as facts`
    return facts ?? refuseKernel('not_found')
  },
})

/** Types of act that only look. */
const lookTypes = (): string[] =>
  declaredActs()
    .filter((one) => one.read)
    .map((one) => one.type)

/**
 * Everything that ever happened to a thing, done and refused, its looks too unless left out: who, when, from where,
 * and the place of each in the log.
 */
export const life = query({
  path: 'things/:kind/:id/acts',
  title: { zh: '事物的一生', en: 'A thing’s whole life' },
  access: 'signed_in',
  duties: [...new Set([...evidenceDuties, ...caseDuties])],
  params: Type.Object({
    ...Thing,
    order: Type.Optional(Type.Union([Type.Literal('newest'), Type.Literal('oldest')])),
    looks: Type.Optional(Type.Union([Type.Literal('with'), Type.Literal('without')])),
    after: Type.Optional(Key),
  }),
  result: Type.Object({
    items: Type.Array(Type.Intersect([ActLine, Type.Object({ from: Nullable(Type.String()) })])),
    next: Nullable(Type.String()),
  }),
  async run(ctx, { kind, id, order = 'oldest', looks = 'with', after }) {
    if (!mayFollow(ctx, kind, id)) return refuseKernel('not_found')
    const { rows, next } = await findActs(
      ctx.tx,
      {
        things: [[kind, id]],
        oldest: order === 'oldest',
        ...(looks === 'without' ? { withoutLooks: lookTypes() } : {}),
      },
      after,
    )
    const lines = await actLines(ctx.tx, rows)
    return { items: rows.map((row, i) => ({ ...lines[i]!, from: whence(ctx, row) })), next }
  },
})

/** Workstation and address a request came from, as recorded; null where neither was. */
function whence({ deps }: Pick<ReadCtx, 'deps'>, { request, sealed }: FoundAct): string | null {
  if (!request) return null
  const { from } = JSON.parse((sealed ? deps.vault.open(request) : request).toString()) as {
    from: { address: string; workstation: string } | null
  }
  return from ? [from.workstation, from.address].filter(Boolean).join(' · ') || null : null
}

const caseOf = (id: string | null, numbers: ReadonlyMap<string, string | null>) =>
  id !== null && numbers.has(id) ? { id, number: numbers.get(id) ?? null } : null

const unitLooks = [
  'register.view',
  'register.print',
  'register.holders',
  'register.holdings',
  'register.ownLooks',
]

/** Who looked at the register page of a unit, or asked about somebody it names, and why; those who were refused too. */
export const looks = query({
  path: 'units/:code/looks',
  title: { zh: '谁看过本单元', en: 'Who looked at a unit' },
  access: 'signed_in',
  duties: lookerDuties,
  params: Type.Object({
    code: Type.String({ minLength: 28, maxLength: 28 }),
    before: Type.Optional(Key),
  }),
  result: Type.Object({
    items: Type.Array(
      Type.Intersect([
        ActLine,
        Type.Object({
          from: Nullable(Type.String()),
          posts: Type.Array(TextPair),
          purpose: Nullable(Type.String()),
          basis: Nullable(Type.String()),
          case: Nullable(Type.Object({ id: Type.String(), number: Nullable(Type.String()) })),
        }),
      ]),
    ),
    next: Nullable(Type.String()),
  }),
  async run(ctx, { code, before }) {
    const { rows, next } = await findActs(ctx.tx, { things: [['unit', code]], types: unitLooks }, before)
    const posts = await ctx.tx.rows<{ posts: { zh: string; en: string }[] | null }>`
      select people.posts_at(u.person, u.at) as posts
      from unnest(${rows.map((row) => row.person_id)}::uuid[], ${rows.map((row) => row.at)}::timestamptz[]) with ordinality u (person, at, no)
      order by u.no`
    const numbers = await caseNumbers(
      ctx.tx,
      rows,
      rows.map((row) => said(row.for_case)),
    )
    const lines = await actLines(ctx.tx, rows)
    const items = rows.map((row, i) => ({
      ...lines[i]!,
      from: whence(ctx, row),
      posts: posts[i]!.posts ?? [],
      purpose: said(row.purpose),
      basis: said(row.basis),
      case: caseOf(said(row.for_case), numbers),
    }))
    return { items, next }
  },
})

/** A committed text, out of its JSON; null when it was none: the input of a refused act may be anything. */
function said(json: string | null): string | null {
  try {
    const value: unknown = JSON.parse(json ?? 'null')
    return typeof value === 'string' ? value : null
  } catch {
    return null
  }
}
