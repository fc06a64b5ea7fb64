import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Static, TObject, TSchema } from 'typebox'
import { arrayOf, type SqlValue, Tx, withWord } from '../platform/db/tx.ts'
import type { Vault } from '../platform/vault.ts'
import type { Act, Actor, ActorKind, AnyAct, Circumstances, Ctx, Deps, From, SessionBar } from './act.ts'
import { isRefusal } from './act.ts'
import {
  type Confirmation,
  type Confirmed,
  confirmCommand,
  isFailedTry,
  refuseUnconfirmed,
} from './confirm.ts'
import { dutyName } from './duty.ts'
import { canonicalBytes, commit, type EvidenceField } from './evidence-fields.ts'
import { storable } from './input.ts'
import { type Prepared, prepareCommand } from './prepare.ts'
import { type Refusal, refuseKernel } from './refusal.ts'

/** One request to act. */
export interface Request<I> {
  /** Session or service token; null for the anonymous. */
  token: Uint8Array | null
  /** Chosen by the client, once per intention: the same id never acts twice. */
  requestId: string
  input: I
  /** Nonce of the command prepared for this request, for acts that are confirmed. */
  nonce?: Uint8Array
  /** Confirms the prepared command. */
  confirmation?: Confirmation
  /** Where it came from, for the trace: address and workstation. Never personal data of applicants. */
  from?: From
}

/** What became of a request. A refusal carries the id of the act that recorded it. */
export type Outcome<R> =
  | { ok: true; actId: string; result: R; replayed: boolean }
  | { ok: false; actId: string | null; refusal: Refusal }

interface Opened {
  status:
    | 'ok'
    | 'replay'
    | 'not_signed_in'
    | SessionBar
    | 'wrong_actor'
    | 'no_duty'
    | 'wrong_district'
    | 'request_id_reused'
  act?: string
  actor?: string
  person?: string | null
  session?: string | null
  duties?: string[]
  home?: string
  district?: string
  /** Microseconds since the epoch. */
  at?: number
  outcome?: 'done' | 'refused'
  answer?: { result?: unknown; refusal?: Refusal }
}

/** A refusal on its way out of a transaction that must roll back. Caught in `perform`, nowhere else. */
class RefusedInside extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.code)
    this.refusal = refusal
  }
}

/** Constraint names of the whole house and the refusal each stands for. */
const constraintRefusals = new Map<string, () => Refusal>()

/** Says which refusal a database constraint stands for, wherever it is met. */
export function constraintMeans(constraint: string, refusal: () => Refusal): void {
  constraintRefusals.set(constraint, refusal)
}

constraintMeans('act_session_live', () => refuseKernel('session_over'))

/** Every constraint that has a refusal, for the test that each is refused in the database as well. */
export const mappedConstraints = (): string[] => [...constraintRefusals.keys()].sort()

/**
 * Performs acts: one person, one command, one transaction, one evidence leaf.
 *
 * The order never varies: the database finds the actor from the token and checks permission; the subject is
 * locked and read; the guards decide; the handler writes; the act, its salted values and its place in the
 * log's queue are written; all of it commits or nothing does. A refused attempt is recorded in a second
 * transaction under the same actor before the answer leaves.
 */
export class Kernel {
  readonly pool: pg.Pool
  readonly deps: Deps
  readonly vault: Vault
  /**
   * Off only in the bench that measures what evidence costs. Without it an act closes through a function that only
   * the bench's throwaway database has, so a real installation told so closes no act at all.
   */
  evidence = true
  /** Called when an act of this process waits for its log. */
  closed: () => void = () => {}

  constructor(pool: pg.Pool, vault: Vault, deps: Deps) {
    this.pool = pool
    this.vault = vault
    this.deps = deps
  }

  /** Performs `act` once, however often the same request arrives. Throws only for bugs and faults. */
  async perform<I extends TObject, R extends TSchema, S>(
    act: Act<I, R, S>,
    request: Request<Static<I>>,
  ): Promise<Outcome<Static<R>>> {
    const inputHash = this.vault.searchHash(hashableInput(act, request.input))
    const shape = act.check.problems(request.input)
    if (shape.length > 0) return this.#record(act, request, inputHash, invalid(shape))
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(act, request, inputHash)
      } catch (error) {
        if (error instanceof RefusedInside) return this.#record(act, request, inputHash, error.refusal)
        if (!(error instanceof pg.DatabaseError)) throw error
        // Another request under this id was committed meanwhile: opening again finds it. Only the anonymous, of whom
        // there is more than one, never find theirs.
        if (error.constraint === 'act_request' && attempt <= 3) continue
        if (error.constraint === 'act_request')
          return this.#record(act, request, inputHash, refuseKernel('request_id_reused'))
        const meant = error.constraint
          ? (act.constraints?.[error.constraint] ?? constraintRefusals.get(error.constraint))
          : undefined
        if (meant) return this.#record(act, request, inputHash, meant())
        if (isPassing(error) && attempt <= 3) continue
        if (isPassing(error)) return this.#record(act, request, inputHash, refuseKernel('busy'))
        throw error
      }
    }
  }

  async #attempt<I extends TObject, R extends TSchema, S>(
    act: Act<I, R, S>,
    request: Request<Static<I>>,
    inputHash: Uint8Array,
  ): Promise<Outcome<Static<R>>> {
    const client = await this.pool.connect()
    let broken: Error | undefined
    try {
      const opened = await openAct(client, 'open_act', act, request, inputHash)
      if (opened.status === 'replay' && act.read) {
        await client.query('rollback')
        return await this.#attempt(act, { ...request, requestId: randomUUID() }, inputHash)
      }
      if (opened.status === 'replay') {
        await client.query('rollback')
        return replayOf(opened)
      }
      if (opened.status !== 'ok')
        throw new RefusedInside(refusedAtDoor(act, opened.status, opened.duties ?? []))

      const tx = new Tx(client)
      const ctx: Ctx = {
        tx,
        actor: actorOf(opened),
        at: instantOf(opened.at!),
        actId: opened.act!,
        district: opened.district!,
        from: request.from ?? null,
        deps: this.deps,
      }
      const wrong = act.problems?.(request.input, ctx.at)
      if (wrong) throw new RefusedInside(wrong)
      const state = await loadSubject<S>(act, tx, request.input)
      const refusal = firstRefusal(act as AnyAct, state, {
        actor: ctx.actor,
        at: ctx.at,
        input: request.input,
      })
      if (refusal) throw new RefusedInside(refusal)
      const confirmed = await this.#confirm(act as AnyAct, request, ctx)
      const result = await act.handle(ctx, request.input, state)
      if (isRefusal(result)) throw new RefusedInside(result)

      const kept = keepable(act, result)
      const subject = act.created
        ? act.created(result)
        : act.subject
          ? { kind: act.subject.kind, id: act.subjectId!(request.input) }
          : null
      const fields = this.evidence
        ? [
            ...commonFields(act, request, opened, subject, { inputHash, clause: act.clauses[0] ?? null }),
            ...(confirmed?.fields ?? []),
            { name: 'result', value: canonicalBytes(kept) },
          ]
        : []
      if (this.evidence)
        for (const { field, image } of tx.images) fields.push({ name: field, value: Buffer.from(image) })
      await this.#close(client, {
        outcome: 'done',
        refusal: null,
        clause: act.clauses[0] ?? null,
        subject,
        answer: { result: act.read ? null : kept },
        fields,
        ...(confirmed ? { salts: confirmed.taken.salts } : {}),
      })
      return { ok: true, actId: ctx.actId, result, replayed: false }
    } catch (error) {
      await client.query('rollback').catch((failure: Error) => {
        broken = failure
      })
      throw error
    } finally {
      client.release(broken)
    }
  }

  /** What a person confirmed of an act of high value. Other acts, and services, confirm nothing. */
  async #confirm(act: AnyAct, request: Request<unknown>, { tx, actor, at }: Ctx): Promise<Confirmed | null> {
    if (!act.highValue || actor.personId === null) return null
    const { nonce, confirmation } = request
    const confirmed = nonce
      ? await confirmCommand(
          tx,
          { act, nonce, confirmation },
          { at, vault: this.vault, origin: this.deps.origin },
        )
      : refuseUnconfirmed(act)
    if (isRefusal(confirmed)) throw new RefusedInside(confirmed)
    return confirmed
  }

  /**
   * Prepares an act that is to be confirmed: checks the input's form, and writes down the exact command under a nonce
   * that the act then names within five minutes. Nothing else happens; the act's own guards decide when it comes.
   */
  async prepare<I extends TObject, R extends TSchema, S>(
    act: Act<I, R, S>,
    request: Request<Static<I>>,
  ): Promise<{ ok: true; prepared: Prepared } | { ok: false; refusal: Refusal }> {
    const shape = act.check.problems(request.input)
    if (shape.length > 0) return { ok: false, refusal: invalid(shape) }
    const inputHash = this.vault.searchHash(hashableInput(act, request.input))
    const subject = act.subject ? subjectIfNamed(act, request.input) : null
    const client = await this.pool.connect()
    try {
      const made = await prepareCommand(
        client,
        act,
        request,
        inputHash,
        subject,
        inputFields(act, request.input),
      )
      return typeof made === 'string'
        ? { ok: false, refusal: refusedAtDoor(act, made, []) }
        : { ok: true, prepared: made }
    } finally {
      client.release()
    }
  }

  /** Writes the attempt down, refused, and gives the answer. A person without a session is recorded as anonymous. */
  async #record<R>(
    act: AnyAct,
    request: Request<unknown>,
    inputHash: Uint8Array,
    refusal: Refusal,
  ): Promise<Outcome<R>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#recordOnce(act, request, inputHash, refusal)
      } catch (error) {
        const again =
          error instanceof pg.DatabaseError && (error.constraint === 'act_request' || isPassing(error))
        if (!again || attempt > 3) throw error
      }
    }
  }

  async #recordOnce<R>(
    act: AnyAct,
    request: Request<unknown>,
    inputHash: Uint8Array,
    refusal: Refusal,
  ): Promise<Outcome<R>> {
    const client = await this.pool.connect()
    let broken: Error | undefined
    try {
      const opened = await openAct(client, 'open_refusal', act, request, inputHash)
      // A double click: the other request went through while this one waited for its turn and was then refused.
      if (opened.status === 'replay') {
        await client.query('rollback')
        return act.read
          ? this.#recordOnce(act, { ...request, requestId: randomUUID() }, inputHash, refusal)
          : replayOf(opened)
      }
      const tx = new Tx(client)
      const told =
        refusal.code === 'no_duty' ? await moreTelling(act, tx, opened, request.input, refusal) : refusal
      await act.onRefused?.(tx, request.input, told, request.from ?? null)
      if (act.highValue && isFailedTry(told) && opened.person)
        await tx.one`select kernel.count_wrong_confirmation()`
      const subject = act.subject ? subjectIfNamed(act, request.input) : null
      const fields = [
        ...commonFields(act, request, opened, subject, { inputHash }),
        { name: 'refusal', value: canonicalBytes({ code: told.code, clause: told.clause }) },
      ]
      await this.#close(client, {
        outcome: 'refused',
        refusal: told.code,
        clause: told.clause,
        subject,
        answer: { refusal: told },
        fields,
      })
      return { ok: false, actId: opened.act!, refusal: told }
    } catch (error) {
      await client.query('rollback').catch((failure: Error) => {
        broken = failure
      })
      throw error
    } finally {
      client.release(broken)
    }
  }

  async #close(client: pg.PoolClient, what: Closing): Promise<void> {
    if (!this.evidence) return closeWithoutEvidence(client, what)
    const { commitments, salts, root } = commit(what.fields, what.salts)
    const sealed = what.fields.map((field) => field.sensitive === true)
    const values = what.fields.map((field, i) => (sealed[i] ? this.vault.seal(field.value) : field.value))
    await withWord(
      client,
      'commit',
      'select kernel.close_act($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)',
      [
        ...heading(what),
        arrayOf(
          'text',
          what.fields.map((field) => Buffer.from(field.name)),
        ),
        arrayOf('bytea', commitments),
        arrayOf('bytea', salts),
        arrayOf('bytea', values),
        arrayOf(
          'boolean',
          sealed.map((is) => Uint8Array.of(is ? 1 : 0)),
        ),
        root,
      ],
    )
    this.closed()
  }

  /**
   * Runs `look` in a transaction bound to the person behind `token`, for lists of one's own work. Nothing can be written.
   * A barred session is refused unless `despite` names its bar.
   */
  async read<T>(
    token: Uint8Array | null,
    look: (ctx: ReadCtx) => Promise<T>,
    despite: readonly SessionBar[] = [],
  ): Promise<T | Refusal> {
    const client = await this.pool.connect()
    let broken: Error | undefined
    try {
      const opened = await opening(client, 'select kernel.open_read($1, $2) as opened', [token, despite])
      if (opened.status !== 'ok') {
        // A token that came from a foreign device has just ended its session.
        await client.query('commit')
        return refuseKernel(opened.status as 'not_signed_in' | SessionBar)
      }
      const answer = await look({
        tx: new Tx(client),
        actor: actorOf(opened),
        at: instantOf(opened.at!),
        district: opened.district!,
        deps: this.deps,
      })
      await client.query('commit')
      return answer
    } catch (error) {
      await client.query('rollback').catch((failure: Error) => {
        broken = failure
      })
      throw error
    } finally {
      client.release(broken)
    }
  }

  /** Runs `look` as nobody: only what the public may see is visible. */
  async readPublic<T>(look: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await this.pool.connect()
    try {
      return await look(new Tx(client))
    } finally {
      client.release()
    }
  }
}

/** What a query may use. */
export interface ReadCtx {
  tx: Tx
  actor: Actor
  at: Temporal.Instant
  district: string
  deps: Deps
}

interface Closing {
  outcome: 'done' | 'refused'
  refusal: string | null
  clause: string | null
  subject: { kind: string; id: string } | null
  answer: { result?: unknown; refusal?: Refusal }
  fields: EvidenceField[]
  /** Salts given to fields when the command was prepared. */
  salts?: ReadonlyMap<string, Uint8Array>
}

/** Serialization failure, deadlock, lock timeout: the same request may succeed a moment later. */
const isPassing = (error: pg.DatabaseError): boolean => ['40001', '40P01', '55P03'].includes(error.code ?? '')

const heading = (what: Closing): SqlValue[] => [
  what.outcome,
  what.refusal,
  what.clause,
  what.subject?.kind ?? null,
  what.subject?.id ?? null,
  JSON.stringify(what.answer),
]

async function closeWithoutEvidence(client: pg.PoolClient, what: Closing): Promise<void> {
  await withWord(
    client,
    'commit',
    'select kernel.close_act_without_evidence($1, $2, $3, $4, $5, $6)',
    heading(what),
  )
}

async function openAct(
  client: pg.PoolClient,
  open: 'open_act' | 'open_refusal',
  act: AnyAct,
  request: Request<unknown>,
  inputHash: Uint8Array,
): Promise<Opened> {
  const district =
    act.districtOf && open === 'open_act' ? String(act.districtOf(request.input as never)) : null
  return opening(client, `select kernel.${open}($1, $2, $3, $4, $5) as opened`, [
    request.token,
    act.type,
    district,
    request.requestId,
    inputHash,
  ])
}

async function opening(client: pg.PoolClient, text: string, values: SqlValue[]): Promise<Opened> {
  return (await withWord(client, 'begin', text, values))!.opened as Opened
}

function actorOf(opened: Opened): Actor {
  return {
    kind: (opened.actor ?? 'anonymous').split(':')[0] as ActorKind,
    personId: opened.person ?? null,
    sessionId: opened.session ?? null,
    homeDistrict: opened.home ?? 'city',
    duties: opened.duties ?? [],
  }
}

const instantOf = (micros: number): Temporal.Instant =>
  Temporal.Instant.fromEpochNanoseconds(BigInt(micros) * 1000n)

function refusedAtDoor(
  act: AnyAct,
  status: Exclude<Opened['status'], 'ok' | 'replay'>,
  _held: string[],
): Refusal {
  const refusal = (lang: 'zh' | 'en') =>
    refuseKernel(status, {
      act: act.title[lang],
      duty: act.duties.map((duty: string) => dutyName(duty)[lang]).join(lang === 'zh' ? '、' : ', '),
    })
  return { ...refusal('zh'), message: { zh: refusal('zh').message.zh, en: refusal('en').message.en } }
}

/** The answer a request has already had. */
const replayOf = <R>(opened: Opened): Outcome<R> =>
  opened.outcome === 'done'
    ? { ok: true, actId: opened.act!, result: opened.answer!.result as R, replayed: true }
    : { ok: false, actId: opened.act!, refusal: opened.answer!.refusal! }

/**
 * Of two reasons the one that says more: who lacks the duty but also handled the same case is told of clause 6.2,
 * because holding the duty as well would not help.
 */
async function moreTelling(
  act: AnyAct,
  tx: Tx,
  opened: Opened,
  input: unknown,
  refusal: Refusal,
): Promise<Refusal> {
  if (!act.subject || !opened.person || opened.at === undefined || !subjectIfNamed(act, input)) return refusal
  const state = await act.subject.load(tx, String(act.subjectId!(input)), false)
  const other =
    state === null
      ? null
      : firstRefusal(act, state, { actor: actorOf(opened), at: instantOf(opened.at), input })
  return other?.code === 'same_person' ? other : refusal
}

/** A refusal that lists what is wrong with which field. */
export function invalid(fields: Refusal['fields'] & object): Refusal {
  return refuseKernel('invalid_input', { count: fields.length }, { fields })
}

async function loadSubject<S>(act: AnyAct, tx: Tx, input: unknown): Promise<S> {
  if (!act.subject) return null as S
  const id = String(act.subjectId!(input))
  const state = (await act.subject.load(tx, id, true)) as S | null
  if (state === null) throw new RefusedInside(refuseKernel('not_found'))
  return state
}

/** The first refusal of an act's guards in their declared order, or null. The screen asks it too, with `input` null. */
export function firstRefusal<S, I>(
  act: Pick<AnyAct, 'guards'>,
  state: S,
  circumstances: Circumstances<I>,
): Refusal | null {
  for (const guard of act.guards ?? []) {
    const refusal = guard(state, circumstances) as Refusal | null
    if (refusal) return refusal
  }
  return null
}

/**
 * Says of each act whether this actor could perform it on this subject now, and if not, why: the screen
 * disables the button with that reason. The same duties and guards decide as when the act arrives.
 */
export function availability<S>(
  acts: readonly AnyAct[],
  state: S,
  actor: Actor,
  at: Temporal.Instant,
): Record<string, { enabled: true } | { enabled: false; refusal: Refusal }> {
  const answers: Record<string, { enabled: true } | { enabled: false; refusal: Refusal }> = {}
  for (const act of acts) {
    const lacksDuty = act.duties.length > 0 && !act.duties.some((duty: string) => actor.duties.includes(duty))
    const guarded = firstRefusal(act, state, { actor, at, input: null })
    const refusal = lacksDuty && guarded?.code !== 'same_person' ? refusedAtDoor(act, 'no_duty', []) : guarded
    answers[act.type] = refusal ? { enabled: false, refusal } : { enabled: true }
  }
  return answers
}

/** What of a result may be stored: everything but secrets, and for reads only what was returned to whom. */
function keepable(act: AnyAct, result: unknown): unknown {
  if (act.read) return act.seen ? act.seen(result) : {}
  if (!act.secretResult?.length || typeof result !== 'object' || result === null) return result ?? null
  return Object.fromEntries(Object.entries(result).filter(([key]) => !act.secretResult!.includes(key)))
}

function commonFields(
  act: AnyAct,
  request: Request<unknown>,
  opened: Opened,
  subject: { kind: string; id: string } | null,
  asked: { inputHash: Uint8Array; clause?: string | null },
): EvidenceField[] {
  const { inputHash, ...clause } = asked
  const fields: EvidenceField[] = [
    {
      name: 'actor',
      value: canonicalBytes({ actor: opened.actor ?? 'anonymous', session: opened.session ?? null }),
    },
    {
      name: 'request',
      value: canonicalBytes({
        id: request.requestId,
        from: request.from ?? null,
        input: Buffer.from(inputHash).toString('hex'),
        ...clause,
      }),
      sensitive: true,
    },
  ]
  if (subject) fields.push({ name: 'subject', value: canonicalBytes(subject) })
  return [...fields, ...inputFields(act, request.input)].slice(0, 64)
}

/** The input of an act, one field each, without what must never be kept. */
function inputFields(act: AnyAct, given: unknown): EvidenceField[] {
  const fields: EvidenceField[] = []
  const input = typeof given === 'object' && given !== null ? given : { value: given }
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || name.length > 100 || act.secretInput?.includes(name)) continue
    fields.push({
      name: `in.${storable(name)}`,
      value: inputBytes(value),
      sensitive: act.sensitive.has(name),
    })
  }
  return fields
}

/** Input as it came may be anything; what canonical JSON refuses is kept as its plain JSON text. */
function inputBytes(value: unknown): Uint8Array {
  try {
    return canonicalBytes(value)
  } catch {
    return Buffer.from(String(JSON.stringify(value)).slice(0, 4096))
  }
}

/** The input as one text, without what must never be kept, so that a repeated request id can be told from a reused one. */
function hashableInput(act: AnyAct, input: unknown): string {
  const kept =
    typeof input === 'object' && input !== null
      ? Object.fromEntries(Object.entries(input).filter(([key]) => !act.secretInput?.includes(key)))
      : input
  return JSON.stringify(kept, sortedKeys) ?? 'null'
}

function sortedKeys(_key: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value
}

function subjectIfNamed(act: AnyAct, input: unknown): { kind: string; id: string } | null {
  try {
    const id = act.subjectId!(input)
    return act.subject && typeof id === 'string' && id.length <= 100
      ? { kind: act.subject.kind, id: storable(id) }
      : null
  } catch {
    return null
  }
}
