import type { Text } from '../i18n/texts.ts'

/** What is wrong with one field; `path` is dotted as in the input: `buyers.0.idNumber`. */
export interface FieldProblem {
  path: string
  message: Text
}

/** Why the server did not do something, in words a clerk understands. Mirrors `server/src/kernel/refusal.ts`. */
export interface Refusal {
  code: string
  clause: string | null
  message: Text
  fields?: FieldProblem[]
  data?: Record<string, string | number | boolean>
}

/** What came of an act. `actId` names the act in the evidence log, also when it was refused (where recorded). */
export type ActOutcome<R> =
  | { ok: true; actId: string; result: R }
  | { ok: false; refusal: Refusal; actId?: string | null }

/** Whether an act is possible now, and if not, why not: keyed by act type on every object the server sends. */
export type Availability = Record<string, { enabled: true } | { enabled: false; refusal: Refusal }>

/** One page of a list; `next` is the key to ask for the following page with. */
export interface Page<T> {
  items: T[]
  next: string | null
}

/** Who is signed in. */
export interface Session {
  person: { id: string; name: string; username: string }
  district: Text & { id: string }
  posts: Text[]
  duties: string[]
  demo: boolean
  session: { id: string; workstation: string; startedAt: string; expiresAt: string }
  /** Minutes without a key or a click after which the window locks itself. */
  idleMinutes: number
  /** Days until the password is too old, 0 when it is; null when it does not age. */
  passwordDays: number | null
  /** What has to be done before anything else is answered. */
  bar: 'factor_needed' | 'device_needed' | 'password_expired' | null
  /** What the holder of the account is told behind a sign-in; null under a bar. */
  notes: {
    failed: number
    newHere: boolean
    newElsewhere: { workstation: string; at: string }[]
    /** Passkeys and codes registered or ended since the sign-in before. */
    devices: { label: string; at: string; what: 'added' | 'ended' }[]
    /** When the password was changed, if since the sign-in before. */
    passwordAt: string | null
  } | null
}

/** A person of the demo city, to sign in as with one click. */
export interface DemoPerson {
  username: string
  name: string
  district: Text & { id: string }
  posts: Text[]
  password: string
}
