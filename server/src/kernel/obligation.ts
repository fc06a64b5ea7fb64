import { type Tx, table } from '../platform/db/tx.ts'
import type { NewFinding } from './finding.ts'
import type { ClauseId, Text } from './refusal.ts'

export const obligationTable = table('kernel.obligation', ['id'])

/** A time somebody or something stands (holds a post, exists, is away); `to` is null while it lasts. */
export interface Span {
  from: Temporal.Instant
  to: Temporal.Instant | null
}

/** Who or what owes a duty: a person, an office, a seal, a store; named by its id, so that a new name changes nothing. */
export interface Subject {
  id: string
  name: Text
  /** When it stands under the duty. Two posts that overlap owe once. */
  spans: readonly Span[]
  /** Whose duty it is, where the id names a thing of theirs: their leave and who covers for them count. */
  person?: string
  /** Who owes it now, where neither the id nor a duty says so: the holders of a post. */
  owners?: readonly string[]
  /** Leave. Days away do not count, and a duty does not fall due meanwhile. */
  away?: readonly Span[]
  /** Who acts in its place, and when (代岗). */
  covers?: readonly (Span & { by: string })[]
  /** Where the office sets how often, oldest first: a period has the pace that was in force as it began. For `{ days }` only. */
  paces?: readonly Pace[]
  /** Released from it, and since when: what was overdue before stays so. */
  exempt?: readonly Exemption[]
}

/** Another number of days than the declared one, and since when; null is from the beginning. */
export interface Pace {
  days: number
  since: Temporal.Instant | null
}

/** 免除: a subject does not owe the periods that begin between two days. */
export interface Exemption {
  from: Temporal.PlainDate
  to: Temporal.PlainDate
  approvedAt: Temporal.Instant
}

/** Something done that may satisfy a duty: the act and the office it was logged in, and the subject or the person whose it is. */
export interface Done {
  id: string
  at: Temporal.Instant
  of: string
  district: string
}

/** How often a duty falls: each period of the calendar, so many days after it was last done, or once, so many days after the subject began to stand. */
export type Every = 'day' | 'month' | 'quarter' | 'half_year' | 'year' | { days: number; once?: true }

/** A periodic duty (定期职责), declared once: who owes it, how often, and what counts as done. */
export interface Obligation {
  kind: string
  clause: ClauseId
  title: Text
  every: Every
  /** When a calendar period is due: as it ends, or at the close of business of its last working day. */
  due: 'end' | 'close'
  /** Working days after that in which it is still in time. */
  graceDays: number
  /** Days before it is due from which one is reminded. */
  remindDays: number
  /** Part of the working days of a period somebody must have stood and been present to owe it; 0: any one. For joiners and movers. */
  leastShare: number
  /** What is done by who covers for the subject counts. */
  substitutes: boolean
  /** Duties whose holders do it, when the subject is no person. */
  owedBy?: readonly string[]
  /** What it is when nobody did it in time. */
  overdue: {
    kind: string
    severity: NewFinding['severity']
    subject: (id: string) => string
    say: (name: Text, due: Due) => Text
  }
  /** Working days after which the office that let it lie becomes a finding as well; null: never. */
  escalateDays: number | null
  /** A demo is tried out at any hour and has no closing time. */
  inDemo: boolean
  /** Name of a subject that is no person, by its id. */
  nameOf?: (id: string) => Text
  /** Names of such subjects, where only the database knows them. */
  namesOf?: (tx: Tx, ids: readonly string[]) => Promise<Map<string, Text>>
  /** Somebody may be released from it. What a bar of its own enforces is not on this list. */
  exemptible: boolean
  subjects(tx: Tx, district: string): Promise<Subject[]>
  done(tx: Tx, district: string): Promise<Done[]>
}

/** Why a duty that fell is not owed after all. */
export type Lapse = 'leave' | 'left' | 'exempt' | 'withdrawn'

/** One duty of one subject for one period. Days are of the zone Asia/Shanghai; `to` is the first day after the period. */
export interface Due {
  subject: string
  from: Temporal.PlainDate
  to: Temporal.PlainDate
  /** After this instant it is overdue; grace and leave are in it. */
  dueAt: Temporal.Instant
  doneBy: string | null
  doneIn: string | null
  doneAt: Temporal.Instant | null
  lapsed: Lapse | null
}

export type DueState = 'done' | 'done_late' | 'pending' | 'soon' | 'overdue' | 'lapsed'

/** How one duty stands at a moment. */
export function dueState(
  due: Pick<Due, 'dueAt' | 'doneAt' | 'lapsed'>,
  at: Temporal.Instant,
  remindDays = 0,
): DueState {
  if (due.lapsed) return 'lapsed'
  if (due.doneAt) return due.doneAt.epochMilliseconds <= due.dueAt.epochMilliseconds ? 'done' : 'done_late'
  const left = due.dueAt.epochMilliseconds - at.epochMilliseconds
  if (left < 0) return 'overdue'
  return remindDays > 0 && left <= remindDays * 86_400_000 ? 'soon' : 'pending'
}

const declared = new Map<string, Obligation>()

/** Declares a periodic duty. The one engine computes it, finds it overdue and shows it to who owes it. */
export function obligation(declaration: Obligation): Obligation {
  if (declared.has(declaration.kind)) throw new Error(`obligation ${declaration.kind} is declared twice`)
  declared.set(declaration.kind, declaration)
  return declaration
}

/** Every declared duty, by kind. */
export const declaredObligations = (): Obligation[] =>
  [...declared.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1))

export const findObligation = (kind: string): Obligation | undefined => declared.get(kind)
