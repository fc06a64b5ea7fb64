import type pg from 'pg'
import type { World } from '../app/world.ts'
import type { AnyAct } from '../kernel/act.ts'
import type { Outcome } from '../kernel/perform.ts'
import { CustodyModel, type Kind, type Player, type Step } from './custody-model.ts'
import { requestOf, StepDraws } from './custody-steps.ts'
import { Draws } from './draws.ts'

/** Someone of the walk who is signed in. */
export interface Walker extends Player {
  token: Buffer
}

export interface WalkReport {
  steps: number
  done: number
  refused: number
  /** Refusals by code, so that one sees that something was tried. */
  refusals: Record<string, number>
  /** Where ledger and model do not agree, in words; at most twenty. */
  problems: string[]
  mismatches: number
}

interface Walk {
  world: Pick<World, 'kernel' | 'pools'>
  district: string
  walkers: ReadonlyMap<string, Walker>
  /** Does an act as one of them, confirmed where it must be. */
  perform(who: string, act: AnyAct, input: unknown): Promise<Outcome<Record<string, unknown>>>
  /** A picture uploaded in the office. */
  picture: string
  /** Cases whose certificate has been printed and not issued. */
  cases: readonly string[]
  seed: number
  steps: number
}

const books: readonly [Kind, string][] = [
  ['certificate', ''],
  ['certificate', 'D'],
  ['proof', ''],
  ['proof', 'D'],
]

/**
 * A random history of blanks by many people, several of them at the same moment, against a plain model. After every few
 * acts each place's sum is held against the model, from the holdings and from the lines; at the end every serial is, and
 * sums of moments that have passed.
 */
export async function walkCustody(walk: Walk): Promise<WalkReport> {
  const { world, walkers, seed, steps, district } = walk
  const report: WalkReport = { steps: 0, done: 0, refused: 0, refusals: {}, problems: [], mismatches: 0 }
  const wrong = (problem: string) => {
    report.mismatches++
    if (report.problems.length < 20) report.problems.push(`step ${report.steps}: ${problem}`)
  }
  const model = await standing(walk)
  const draws = new Draws(seed)
  const next = new StepDraws(draws, walkers)
  const past: { at: string; sums: Map<string, number> }[] = []
  while (report.steps < steps) {
    const size = Math.min(steps - report.steps, 1 + Math.floor(draws.between(0, 4)))
    const batch = Array.from({ length: size }, () => next.draw(model))
    const answers = await Promise.all(batch.map((step) => attempt(walk, step)))
    report.steps += size
    await judge(walk, model, batch, answers, report, wrong)
    const sums = model.balance()
    await compare(walk, sums, wrong)
    if (draws.next() < 0.05) past.push({ at: await now(world.pools.auditor), sums })
  }
  for (const { at, sums } of past.slice(-20)) await comparePast(walk, at, sums, wrong)
  await compareEverySerial(world.pools.auditor, district, model, wrong)
  return report
}

/** The model of an office as it stands, so that the walk may begin anywhere. */
async function standing({ world, walkers, district, cases }: Walk): Promise<CustodyModel> {
  const model = new CustodyModel(walkers)
  const { rows } = await world.pools.auditor.query<{
    kind: Kind
    edition: string
    lo: number
    hi: number
    place: string
  }>(
    `select kind, edition, lower(serials) as lo, upper(serials) as hi, place from kernel.custody_holding
     where district = $1 and kind in ('certificate', 'proof')`,
    [district],
  )
  for (const { kind, edition, lo, hi, place } of rows)
    for (let serial = lo; serial < hi; serial++) model.where.set(`${kind}/${edition}/${serial}`, place)
  // Numbers are allotted once in the whole city.
  const allotted = await world.pools.auditor.query<{ kind: Kind; edition: string; lo: number; hi: number }>(
    `select kind, edition, lower(serials) as lo, upper(serials) as hi from kernel.serial_range where kind in ('certificate', 'proof')`,
  )
  for (const { kind, edition, lo, hi } of allotted.rows)
    for (let serial = lo; serial < hi; serial++) model.allotted.add(`${kind}/${edition}/${serial}`)
  for (const id of cases) {
    const found = await world.pools.auditor.query<{ id: string; serial: number }>(
      `select id, blank_serial as serial from register.certificate where case_id = $1`,
      [id],
    )
    const one = found.rows[0]!
    const place = `certificate:${one.id}`
    const on = [...model.where].find(([, there]) => there === place)?.[0] ?? null
    model.cases.set(id, { place, on })
  }
  return model
}

interface Answer {
  outcome: Outcome<Record<string, unknown>>
  seq: number
  made: Record<string, unknown>
}

async function attempt({ world, district, perform, picture }: Walk, step: Step): Promise<Answer> {
  const { act, input } = requestOf(step, district, picture)
  const outcome = await perform(step.who, act, input)
  const { rows } = await world.pools.auditor.query<{ seq: number }>(
    `select seq from kernel.act where id = $1`,
    [outcome.actId],
  )
  const made: Record<string, unknown> = outcome.ok ? { ...outcome.result } : {}
  if (outcome.ok && step.act === 'recount')
    made.differences = (
      await world.pools.auditor.query(
        `select id, side, lower(serials) as "from", upper(serials) as "to" from custody.difference where count_id = $1 order by id`,
        [step.count],
      )
    ).rows
  return { outcome, seq: rows[0]!.seq, made }
}

/**
 * Plays what was done into the model in the order of the log. What was done must be allowed there, with the same answer;
 * what was refused must have been refused at one of the moments between.
 */
async function judge(
  { walkers }: Walk,
  model: CustodyModel,
  batch: readonly Step[],
  answers: readonly Answer[],
  report: WalkReport,
  wrong: (problem: string) => void,
): Promise<void> {
  const done = batch
    .map((step, i) => ({ step, ...answers[i]! }))
    .filter(({ outcome }) => outcome.ok)
    .sort((a, b) => a.seq - b.seq)
  const moments = [model.copy()]
  for (const { step, made } of done) {
    report.done++
    const allowed = model.apply(step, made)
    if (allowed === false) wrong(`done, and should have been refused: ${JSON.stringify(step)}`)
    else if (typeof allowed === 'object')
      for (const [name, value] of Object.entries(allowed))
        if (made[name] !== value)
          wrong(
            `${name} is ${JSON.stringify(made[name])}, should be ${JSON.stringify(value)}: ${JSON.stringify(step)}`,
          )
    moments.push(model.copy())
  }
  for (const [i, step] of batch.entries()) {
    const { outcome } = answers[i]!
    if (outcome.ok) continue
    report.refused++
    const { code } = outcome.refusal
    report.refusals[code] = (report.refusals[code] ?? 0) + 1
    if (moments.every((moment) => moment.copy().apply(step) !== false))
      wrong(
        `refused (${code}), and should have been done by ${walkers.get(step.who)!.id}: ${JSON.stringify(step)}`,
      )
  }
}

/** Sums of today by place, from the holdings and once more from the lines. */
async function compare(
  { world, district }: Walk,
  sums: Map<string, number>,
  wrong: (problem: string) => void,
) {
  const { rows } = await world.pools.auditor.query<{ name: string; held: number; told: number }>(
    `select coalesce(h.name, l.name) as name, coalesce(h.n, 0)::int8 as held, coalesce(l.n, 0)::int8 as told from
       (select kind || '/' || edition || '/' || place as name, sum(upper(serials) - lower(serials)) as n from kernel.custody_holding
        where district = $1 and kind in ('certificate', 'proof') group by 1) h
       full join (select name, sum(n) as n from (
         select kind || '/' || edition || '/' || to_place as name, upper(serials) - lower(serials) as n from kernel.custody_line where district = $1 and kind in ('certificate', 'proof')
         union all
         select kind || '/' || edition || '/' || from_place, lower(serials) - upper(serials) from kernel.custody_line
         where district = $1 and kind in ('certificate', 'proof') and from_place is not null) b group by name having sum(n) <> 0) l on h.name = l.name`,
    [district],
  )
  const seen = new Set<string>()
  for (const { name, held, told } of rows) {
    seen.add(name)
    const expected = sums.get(name) ?? 0
    if (held !== expected || told !== expected)
      wrong(`${name}: ${held} held, ${told} by the lines, should be ${expected}`)
  }
  for (const [name, count] of sums) if (!seen.has(name)) wrong(`${name}: nothing, should be ${count}`)
}

const now = async (pool: pg.Pool): Promise<string> =>
  (
    await pool.query<{ at: string }>(
      `select to_char(kernel.now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`,
    )
  ).rows[0]!.at

/** The books of a moment that has passed, as the product itself tells them. */
async function comparePast(
  { world, walkers, district }: Walk,
  at: string,
  sums: Map<string, number>,
  wrong: (problem: string) => void,
) {
  const someone = [...walkers.values()].find((one) => !one.city)!
  for (const [kind, edition] of books) {
    const told = await world.kernel.read(
      someone.token,
      ({ tx }) =>
        tx.rows<{
          place: string
          count: number
        }>`select place, count from kernel.custody_balance(${kind}, ${edition}, ${at}::timestamptz)`,
    )
    if (!Array.isArray(told)) return wrong(`the books of ${district} at ${at} are not shown: ${told.code}`)
    const prefix = `${kind}/${edition}/`
    const expected = new Map([...sums].filter(([name]) => name.startsWith(prefix)))
    for (const { place, count } of told) {
      if (expected.get(prefix + place) !== count)
        wrong(`${prefix}${place} at ${at}: ${count}, should be ${expected.get(prefix + place) ?? 0}`)
      expected.delete(prefix + place)
    }
    // What is being counted is told to nobody, of no moment.
    const { rows: counted } = await world.pools.auditor.query<{ name: string }>(
      `select kind || '/' || edition || '/' || place as name from custody.count where district = $1 and state in ('counting', 'recounting')`,
      [district],
    )
    for (const { name } of counted) expected.delete(name)
    for (const [name, count] of expected) wrong(`${name} at ${at}: nothing, should be ${count}`)
  }
}

async function compareEverySerial(
  pool: pg.Pool,
  district: string,
  model: CustodyModel,
  wrong: (problem: string) => void,
) {
  const { rows } = await pool.query<{ name: string; place: string }>(
    `select h.kind || '/' || h.edition || '/' || s as name, h.place from kernel.custody_holding h, generate_series(lower(h.serials), upper(h.serials) - 1) s
     where h.district = $1 and h.kind in ('certificate', 'proof')`,
    [district],
  )
  const left = new Map(model.where)
  for (const { name, place } of rows) {
    if (left.get(name) !== place)
      wrong(`${name} lies at ${place}, should be at ${left.get(name) ?? 'no place'}`)
    left.delete(name)
  }
  for (const [name, place] of left) wrong(`${name} lies nowhere, should be at ${place}`)
}
