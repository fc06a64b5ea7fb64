import {
  checkField,
  checkInclusion,
  decodeLeaf,
  fromBase64,
  fromHex,
  fromUtf8,
  leafHash,
  openCheckpoint,
  parsePolicy,
  parseProofFile,
  type Sha256,
  utf8,
} from '@mingbu/tlog'
import {
  allot,
  type Candidate,
  countStrata,
  type Drawn,
  draw,
  frameHash,
  inOrder,
  type Stratum,
  seedOf,
} from './draw.ts'

export const sampleFormat = 'mingbu-sample/1'

/** An opened field of the planning act, and the path by which it belongs to the act's leaf. */
export interface PlanField {
  name: string
  no: number
  /** Hex. */
  salt: string
  /** The image of the row, as it was committed. */
  value: string
  /** Base64. */
  path: string[]
}

/** A sampling as one file: what was planned and committed, what it was drawn from, the value that decided, and the sample. */
export interface SampleFile {
  format: typeof sampleFormat
  district: string
  sampling: string
  plan: {
    /** The leaf's bytes, base64. */
    entry: string
    /** The rows of plan and frame. */
    fields: PlanField[]
    /** Inclusion of that leaf in the first checkpoint that was published over it (c2sp.org/tlog-proof). */
    proof: string
    /** Whose signatures are needed (C2SP tlog-policy). */
    policy: string
  }
  /** Candidates by stratum. */
  frame: Record<string, string[]>
  value: string
  seed: string
  sample: Drawn[]
}

/** What is checked, in this order. */
export const redrawSteps = ['plan', 'log', 'quorum', 'before', 'frame', 'strata', 'seed', 'sample'] as const
export type RedrawStep = (typeof redrawSteps)[number]

/** What the plan said, of its own committed row. */
export interface PlanFacts {
  source: string
  strataBy: string
  fromDay: string
  toDay: string
  size: number
  valueName: string
  valueRule: string
  valueOn: string
  at: string
}

export interface RedrawReport {
  ok: boolean
  /** `null`: it cannot be told from this file (no witness put a time under the checkpoint). */
  steps: { step: RedrawStep; ok: boolean | null; differs: string[] }[]
  /** Null when the plan cannot be read. */
  plan: PlanFacts | null
  candidates: number
  sample: Drawn[]
  seed: string
  witnesses: string[]
  /** When the first witness signed, ISO; null when none did. */
  witnessedAt: string | null
}

/** The file cannot be read: which part of it. */
export class UnreadableSample extends Error {
  readonly part: string
  constructor(part: string) {
    super(`not a sample file: ${part}`)
    this.part = part
  }
}

/**
 * Draws a sample again from its file, without database, network or trust in who made it: the plan belongs to its leaf, the
 * leaf to a signed checkpoint, the frame to the hash in the plan; strata, seed and sample follow by arithmetic.
 * @throws UnreadableSample when the text is no such file.
 */
export async function redraw(text: string, sha256: Sha256): Promise<RedrawReport> {
  const file = readSample(text)
  const steps: RedrawReport['steps'] = []
  const say = (step: RedrawStep, ok: boolean | null, differs: string[] = []) => {
    steps.push({ step, ok, differs })
  }
  const plan = attempt(() => planOf(file, sha256))
  say('plan', plan !== null && plan.wrong.length === 0, plan?.wrong ?? ['plan'])
  const opened = await openedOf(file, sha256)
  say('log', opened !== null, opened ? [] : ['plan.proof'])
  say('quorum', opened?.quorum ?? false, opened?.quorum ? [] : ['plan.policy'])
  const first = opened && opened.times.length > 0 ? Math.min(...opened.times) : null
  const opensAt = plan ? Date.parse(`${plan.facts.valueOn}T00:00:00+08:00`) / 1000 : Number.NaN
  const before = first === null ? (opened ? null : false) : first < opensAt
  say('before', before, before === false ? ['plan.proof'] : [])

  const frame = Object.entries(file.frame).flatMap(([stratum, ids]) =>
    ids.map((id): Candidate => ({ id, stratum })),
  )
  frame.sort(inOrder)
  const hash = attempt(() => frameHash(frame, sha256))
  say('frame', hash !== null && hash === plan?.hash, hash === plan?.hash ? [] : ['frame'])
  const strata = attempt(() => allot(countStrata(frame), plan!.facts.size))
  const sameStrata =
    strata !== null && plan !== null && JSON.stringify(strata) === JSON.stringify(plan.strata)
  say('strata', sameStrata, sameStrata ? [] : ['frame.strata'])
  const seed = attempt(() => seedOf(leafHash(fromBase64(file.plan.entry), sha256), file.value, sha256)) ?? ''
  say('seed', seed === file.seed, seed === file.seed ? [] : ['seed'])
  const drawn = (strata && attempt(() => draw(frame, strata, seed, sha256))) ?? []
  const unlike = differing(file.sample, drawn)
  say('sample', drawn.length > 0 && unlike.length === 0, unlike)
  return {
    ok: steps.every((one) => one.ok !== false),
    steps,
    plan: plan?.facts ?? null,
    candidates: frame.length,
    sample: drawn,
    seed,
    witnesses: opened?.witnesses ?? [],
    witnessedAt: first === null ? null : new Date(first * 1000).toISOString(),
  }
}

function attempt<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}

interface Plan {
  facts: PlanFacts
  hash: string
  strata: Stratum[]
  wrong: string[]
}

/** The plan as its leaf commits to it, with what of the file does not agree with that. @throws Error when it cannot be read. */
function planOf({ district, sampling, plan }: SampleFile, sha256: Sha256): Plan {
  const leaf = decodeLeaf(fromBase64(plan.entry))
  const wrong: string[] = []
  if (leaf.type !== 'sampling.plan' || leaf.outcome !== 'done') wrong.push('plan.entry')
  if (leaf.district !== district) wrong.push('district')
  const field = (name: string): Record<string, unknown> => {
    const at = plan.fields.findIndex((one) => one.name === name)
    const one = plan.fields[at]
    if (!one) throw new UnreadableSample('plan.fields')
    const opens = checkField(
      {
        name,
        no: one.no,
        n: leaf.n,
        salt: fromHex(one.salt),
        value: utf8(one.value),
        path: one.path.map(fromBase64),
        root: fromHex(leaf.fields),
      },
      sha256,
    )
    if (!opens) wrong.push(`plan.fields.${at}`)
    return JSON.parse(one.value) as Record<string, unknown>
  }
  if (plan.fields.length !== 2) wrong.push('plan.fields')
  const planned = field(`row:supervision.sampling:${sampling}`)
  const frame = field(`row:supervision.sampling_frame:${sampling}`)
  if (planned.district !== district) wrong.push('district')
  const word = (name: string) => String(planned[name])
  return {
    wrong,
    hash: String(frame.hash),
    strata: (frame.strata as Stratum[]).map(({ stratum, candidates, take }) => ({
      stratum,
      candidates,
      take,
    })),
    facts: {
      source: word('source'),
      strataBy: word('strata_by'),
      fromDay: word('from_day'),
      toDay: word('to_day'),
      size: Number(planned.size),
      valueName: word('value_name'),
      valueRule: word('value_rule'),
      valueOn: word('value_on'),
      at: word('at'),
    },
  }
}

/** The checkpoint over the plan's leaf, opened under the policy; null when either does not hold. */
async function openedOf({ plan }: SampleFile, sha256: Sha256) {
  try {
    const { index, proof, checkpoint } = parseProofFile(plan.proof)
    const opened = await openCheckpoint(checkpoint, parsePolicy(plan.policy))
    const { size, root } = opened.checkpoint
    const leaf = leafHash(fromBase64(plan.entry), sha256)
    if (!checkInclusion({ leaf, index, size, proof, root }, sha256)) return null
    return {
      quorum: opened.quorum,
      witnesses: opened.cosignatures.map(({ witness }) => witness),
      times: opened.cosignatures.map(({ time }) => time),
    }
  } catch {
    return null
  }
}

const lineOf = ({ stratum, rank, id }: Drawn): string => `${stratum} ${rank} ${id}`
/** Lines that only one of the two samples has. */
function differing(said: readonly Drawn[], drawn: readonly Drawn[]): string[] {
  const [a, b] = [new Set(said.map(lineOf)), new Set(drawn.map(lineOf))]
  const unlike = [...[...a].filter((line) => !b.has(line)), ...[...b].filter((line) => !a.has(line))]
  return said.length === drawn.length || unlike.length > 0 ? unlike : ['sample']
}

/** Reads a file strictly: every part in its form, and nothing beside. @throws UnreadableSample naming the part. */
export function readSample(text: string): SampleFile {
  let value: unknown
  try {
    value = JSON.parse(fromUtf8(utf8(text)))
  } catch {
    throw new UnreadableSample('JSON')
  }
  const top = record(value, '', [
    'format',
    'district',
    'sampling',
    'plan',
    'frame',
    'value',
    'seed',
    'sample',
  ])
  if (top.format !== sampleFormat) throw new UnreadableSample('format')
  const plan = record(top.plan, 'plan', ['entry', 'fields', 'proof', 'policy'])
  return {
    format: sampleFormat,
    district: textOf(top.district, 'district', /^[a-z]{2,20}$/),
    sampling: textOf(top.sampling, 'sampling', uuid),
    plan: {
      entry: textOf(plan.entry, 'plan.entry'),
      fields: list(plan.fields, 'plan.fields').map((one, i) => {
        const at = `plan.fields.${i}`
        const field = record(one, at, ['name', 'no', 'salt', 'value', 'path'])
        return {
          name: textOf(field.name, `${at}.name`),
          no: whole(field.no, `${at}.no`),
          salt: textOf(field.salt, `${at}.salt`, /^[0-9a-f]{64}$/),
          value: textOf(field.value, `${at}.value`),
          path: list(field.path, `${at}.path`).map((hash, n) => textOf(hash, `${at}.path.${n}`)),
        }
      }),
      proof: textOf(plan.proof, 'plan.proof'),
      policy: textOf(plan.policy, 'plan.policy'),
    },
    frame: Object.fromEntries(
      Object.entries(record(top.frame, 'frame')).map(([stratum, ids]) => [
        stratum,
        list(ids, `frame.${stratum}`).map((id, i) => textOf(id, `frame.${stratum}.${i}`, uuid)),
      ]),
    ),
    value: textOf(top.value, 'value'),
    seed: textOf(top.seed, 'seed', /^[0-9a-f]{64}$/),
    sample: list(top.sample, 'sample').map((one, i) => {
      const at = `sample.${i}`
      const drawn = record(one, at, ['id', 'stratum', 'rank'])
      return {
        id: textOf(drawn.id, `${at}.id`, uuid),
        stratum: textOf(drawn.stratum, `${at}.stratum`),
        rank: whole(drawn.rank, `${at}.rank`),
      }
    }),
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function record(value: unknown, part: string, names?: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UnreadableSample(part || 'JSON')
  const found = value as Record<string, unknown>
  const dot = part ? `${part}.` : ''
  for (const name of names ?? []) if (!Object.hasOwn(found, name)) throw new UnreadableSample(`${dot}${name}`)
  const strange = names && Object.keys(found).find((name) => !names.includes(name))
  if (strange !== undefined) throw new UnreadableSample(`${dot}${strange}`)
  return found
}
function list(value: unknown, part: string): unknown[] {
  if (!Array.isArray(value)) throw new UnreadableSample(part)
  return value
}
function textOf(value: unknown, part: string, form = /^/): string {
  if (typeof value !== 'string' || !form.test(value)) throw new UnreadableSample(part)
  return value
}
function whole(value: unknown, part: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new UnreadableSample(part)
  return value as number
}
