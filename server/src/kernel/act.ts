import type { Static, TObject, TSchema } from 'typebox'
import type { Tx } from '../platform/db/tx.ts'
import { InputCheck, sensitiveFields } from './input.ts'
import type { ClauseId, Refusal, RefusalCatalog, Text } from './refusal.ts'

/** Who may perform an act (design, settled 4). A non-person is never a handler or approver of a case. */
export type ActorKind = 'person' | 'partner' | 'service' | 'anonymous'

/**
 * What can keep a session from opening anything (6.3): the window was locked, a second factor is still to come, or the
 * password is older than a quarter. The codes of the refusals are the same.
 */
export type SessionBar = 'session_locked' | 'factor_needed' | 'device_needed' | 'password_expired'

/** The one who acts, as the database found them from the session token. */
export interface Actor {
  kind: ActorKind
  /** Person id; null for services and the anonymous. */
  personId: string | null
  sessionId: string | null
  /** Office the actor belongs to. */
  homeDistrict: string
  /** Duties held at this moment. */
  duties: readonly string[]
}

/** What a guard may know besides the subject: who, when, and the input once it is known. */
export interface Circumstances<I> {
  actor: Actor
  /** Time of the act by the installation's clock. */
  at: Temporal.Instant
  /** Null while the screen only asks whether the act would be possible. */
  input: I | null
}

/**
 * A rule that stands before an act. Pure: it sees the locked subject and the circumstances, nothing else.
 * Guards run in the declared order and the first refusal is the answer, so the order is public.
 */
export type Guard<S, I> = (state: S, circumstances: Circumstances<I>) => Refusal | null

/** The kind of thing an act is about, and how to read (and lock) one. Shared by all acts of a capability. */
export interface Subject<S> {
  kind: string
  /** Reads everything guards need; with `lock`, nothing read can change before the transaction ends. Null when not visible. */
  load(tx: Tx, id: string, lock: boolean): Promise<S | null>
}

/** What a handler may use: the open transaction, the actor, the time, the act's id and the services of the house. */
export interface Ctx {
  tx: Tx
  actor: Actor
  at: Temporal.Instant
  actId: string
  /** District the act belongs to. */
  district: string
  /** Where the request came from; null where nobody said. */
  from: From | null
  deps: Deps
}

/** Address and workstation of a request, as its trace keeps them. */
export interface From {
  address: string
  workstation: string
}

/** Services of the house handed to handlers; each platform part adds its own by declaration merging. */
// biome-ignore lint/suspicious/noEmptyInterface: platform parts extend it
export interface Deps {}

/** One act, declared once. Everything else about it is derived: see `kernel/README.md`. */
export interface ActDeclaration<I extends TObject = TObject, R extends TSchema = TSchema, S = unknown> {
  /** `capability.verb`, for ever: it stands in the leaves. */
  type: string
  title: Text
  /** Clauses whose controls count this act. */
  clauses: readonly ClauseId[]
  /** Who may perform it. Default: persons. */
  actors?: readonly ActorKind[]
  /** One of these duties is needed; empty means any signed-in person. */
  duties: readonly string[]
  /** Bars of a session under which it may be performed all the same; by default under none. */
  despite?: readonly SessionBar[]
  /** A person of the city bureau may perform it in any district (`districtOf` then says in which). */
  citywide?: boolean
  districtOf?: (input: Static<I>) => string
  /** TypeBox schema of the input; property titles are "zh|en". */
  input: I
  /** TypeBox schema of the result. */
  result: R
  /** What it is about; omitted for acts that create their subject. */
  subject?: Subject<S>
  subjectId?: (input: Static<I>) => string
  /** Kind and id of the subject an act created, from its result. */
  created?: (result: Static<R>) => { kind: string; id: string }
  guards?: readonly Guard<S, Static<I>>[]
  /** Rules of the input alone that a schema cannot say (checksums, date order, shares). Pure. */
  problems?: (input: Static<I>, at: Temporal.Instant) => Refusal | null
  /** Writes. From here the act succeeds, or refuses what only the database could know. */
  handle(ctx: Ctx, input: Static<I>, state: S): Promise<Static<R> | Refusal>
  /** Refusals that constraints of the database stand for, by constraint name. */
  constraints?: Record<string, () => Refusal>
  /** Its refusals, for the documentation and the proof that each has a test. */
  refusals?: RefusalCatalog
  /** Runs in the transaction that records a refusal (counting failed sign-ins). */
  onRefused?: (tx: Tx, input: Static<I>, refusal: Refusal, from: From | null) => Promise<void>
  /** Its place in the duty-separation proof. */
  move?: string
  /** What it may do with duties (6.7): write grants, grant what was asked for and approved, grant for a time, or only end them. Default: nothing. */
  grants?: 'write' | 'request' | 'temporary' | 'end'
  /** Asks for a fresh confirmation of the canonical command bytes (design, settled 10). */
  highValue?: boolean
  /** Years for which what such acts recorded is kept; afterwards it may be erased. Without it: for ever. */
  keptYears?: number
  /** Looks without changing: the reply is still sent only after the act is committed. */
  read?: boolean
  /** For reads: what is committed instead of the result (ids returned, counts), never the data itself. */
  seen?: (result: Static<R>) => unknown
  /** Result fields that must leave once and never be stored: tokens. */
  secretResult?: readonly string[]
  /** Input fields that must not even be committed: passwords. */
  secretInput?: readonly string[]
}

/** A declared act with what the kernel derives from it. */
export interface Act<I extends TObject = TObject, R extends TSchema = TSchema, S = unknown>
  extends ActDeclaration<I, R, S> {
  check: InputCheck
  sensitive: ReadonlySet<string>
  actors: readonly ActorKind[]
}

/** Any act, for the places that handle all of them. */
// biome-ignore lint/suspicious/noExplicitAny: the registry holds acts of every shape; each is checked where declared
export type AnyAct = Act<any, any, any>

const acts = new Map<string, AnyAct>()

/** Declares an act and puts it into the registry from which routes, OpenAPI, permissions and proofs are made. */
export function act<I extends TObject, R extends TSchema, S>(
  declaration: ActDeclaration<I, R, S>,
): Act<I, R, S> {
  if (!/^[a-z]+\.[a-zA-Z]+$/.test(declaration.type))
    throw new Error(`act type ${declaration.type} must be capability.verb`)
  if (acts.has(declaration.type)) throw new Error(`act ${declaration.type} is declared twice`)
  if (declaration.subject && !declaration.subjectId)
    throw new Error(`act ${declaration.type} names a subject but not its id`)
  const made: Act<I, R, S> = {
    ...declaration,
    actors: declaration.actors ?? ['person'],
    check: new InputCheck(declaration.input),
    sensitive: sensitiveFields(declaration.input),
  }
  acts.set(made.type, made as AnyAct)
  return made
}

/** Every declared act, by type. */
export function declaredActs(): AnyAct[] {
  return [...acts.values()].sort((a, b) => (a.type < b.type ? -1 : 1))
}

/** The declared act of a type, or null. */
export function findAct(type: string): AnyAct | null {
  return acts.get(type) ?? null
}

/** True for the refusal a handler or guard returned, in contrast to its result. */
export function isRefusal(value: unknown): value is Refusal {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    'status' in value &&
    'message' in value &&
    'clause' in value
  )
}
