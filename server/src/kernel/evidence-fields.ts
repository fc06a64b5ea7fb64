import { hash } from 'node:crypto'
import { canonicalJson, commitmentWith, fieldsRootWith } from '@mingbu/tlog'
import { freshBytes } from '../platform/vault.ts'

/** One committed field of an act: its name, its exact bytes, and whether they are encrypted at rest. */
export interface EvidenceField {
  name: string
  value: Uint8Array
  sensitive?: boolean
}

/** What `kernel.close_act` needs of the fields: commitments, salts, and the Merkle root over the commitments in order. */
export interface Committed {
  commitments: Uint8Array[]
  salts: Uint8Array[]
  root: Uint8Array
}

/**
 * SHA-256 by the runtime's own implementation; the log package is told to use it. The runtime hands a short text over
 * in a third of the time it takes to make a buffer, and an array this small needs no memory outside its own heap.
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  const text = hash('sha256', bytes, 'latin1')
  const made = new Uint8Array(32)
  for (let i = 0; i < 32; i++) made[i] = text.charCodeAt(i)
  return made
}

/**
 * Commits to each field under a fresh 32-byte salt, or the one a prepared command was given for it, and computes the
 * root over the ordered commitments.
 */
export function commit(fields: readonly EvidenceField[], given?: ReadonlyMap<string, Uint8Array>): Committed {
  const salts = fields.map((field) => given?.get(field.name) ?? freshBytes(32))
  const commitments = fields.map((field, i) => commitmentWith(sha256, field.name, salts[i]!, field.value))
  return { commitments, salts, root: fieldsRootWith(sha256, commitments) }
}

/** Canonical bytes of a JSON value, for a field. */
export const canonicalBytes = (value: unknown): Uint8Array => Buffer.from(canonicalJson(value))
