import type pg from 'pg'
import type { Tx } from '../platform/db/tx.ts'
import type { AnyAct, SessionBar } from './act.ts'
import { commit, type EvidenceField, sha256 } from './evidence-fields.ts'

/** What an officer is shown and confirms: the exact bytes of the command, and what a key signs of them. */
export interface Prepared {
  /** Named by the act that carries the command out. Hex. */
  nonce: string
  /** Canonical JSON of type, person, district, subject, commitments to the input, request id and nonce. */
  command: Uint8Array
  /** SHA-256 of `command`: the challenge a passkey signs. Hex. */
  challenge: string
  expiresAt: Temporal.Instant
  /** What the person can confirm with. */
  confirmBy: ConfirmBy
}

export interface ConfirmBy {
  /** Credentials, as a browser is told them. */
  passkeys: { id: string; transports: string[] }[]
  /** Whether one-time codes are registered, and how many confirmations by them are left. */
  totp: boolean
  totpLeft: number
}

/** A command that was prepared for the act now open, with the salts its input was committed under. */
export interface TakenCommand {
  command: Uint8Array
  salts: ReadonlyMap<string, Uint8Array>
  /** Seconds for which the account is still locked after failed tries; 0 when it is not. */
  lockedSeconds: number
  /** The passkey asked for, or every secret of one-time codes. */
  factors: TakenFactor[]
}

/** A live factor of whoever acts. A passkey has a key (COSE) and a relying party, one-time codes a sealed secret. */
export interface TakenFactor {
  id: string
  key: Uint8Array | null
  rpId: string | null
  sealed: Uint8Array | null
  /** Last counter of the passkey, or last step of a code. */
  counter: number
}

type Answer =
  | { status: 'not_signed_in' | 'wrong_actor' | 'no_duty' | SessionBar }
  | ({ status: 'ok'; nonce: string; command: string; expires: number } & ConfirmBy)

/** Writes the command down. The fields are those of the input, as the act will commit to them. */
export async function prepareCommand(
  client: pg.PoolClient,
  act: AnyAct,
  request: { token: Uint8Array | null; requestId: string },
  inputHash: Uint8Array,
  subject: { kind: string; id: string } | null,
  fields: readonly EvidenceField[],
): Promise<Prepared | Exclude<Answer['status'], 'ok'>> {
  const { commitments, salts } = commit(fields)
  const bytes = (one: Uint8Array) => Buffer.from(one)
  const { rows } = await client.query<{ answer: Answer }>(
    'select kernel.prepare_act($1, $2, $3, $4, $5, $6, $7, $8, $9) as answer',
    [
      request.token && bytes(request.token),
      act.type,
      request.requestId,
      bytes(inputHash),
      subject?.kind ?? null,
      subject?.id ?? null,
      fields.map((field) => field.name),
      commitments.map(bytes),
      salts.map(bytes),
    ],
  )
  const { answer } = rows[0]!
  if (answer.status !== 'ok') return answer.status
  const command = Buffer.from(answer.command, 'base64')
  return {
    nonce: answer.nonce,
    command,
    challenge: Buffer.from(sha256(command)).toString('hex'),
    expiresAt: Temporal.Instant.fromEpochNanoseconds(BigInt(answer.expires) * 1000n),
    confirmBy: { passkeys: answer.passkeys, totp: answer.totp, totpLeft: answer.totpLeft },
  }
}

/**
 * Takes the command prepared under a nonce for exactly this act; null when there is none, or it is used or too old.
 * With a credential it brings that passkey of whoever acts, without one the secrets of their codes.
 */
export async function takeCommand(
  tx: Tx,
  nonce: Uint8Array,
  credential: Uint8Array | null,
): Promise<TakenCommand | null> {
  const { taken } = await tx.one<{ taken: Taken | null }>`
    select kernel.take_prepared(${nonce}, ${credential}) as taken`
  if (!taken) return null
  const bytes = (hex: string | null) => (hex === null ? null : Buffer.from(hex, 'hex'))
  return {
    command: Buffer.from(taken.command, 'base64'),
    salts: new Map(taken.names.map((name, i) => [name, Buffer.from(taken.salts![i]!, 'hex')])),
    lockedSeconds: taken.lockedSeconds ?? 0,
    factors: taken.factors.map((one) => ({ ...one, key: bytes(one.key), sealed: bytes(one.sealed) })),
  }
}

interface Taken {
  command: string
  names: string[]
  salts: string[] | null
  lockedSeconds: number | null
  factors: { id: string; key: string | null; rpId: string | null; sealed: string | null; counter: number }[]
}
