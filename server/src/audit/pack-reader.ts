import { fromUtf8, type Sha256 } from '@mingbu/tlog'
import type { Text } from '../kernel/refusal.ts'
import { whyText } from '../values/logFaults.ts'
import type { CheckBundle } from './check-bundle.ts'

/** The files of a pack, wherever they lie. */
export interface PackFiles {
  /** Paths with forward slashes, from the pack's top. */
  names(): readonly string[]
  /** Null when there is no such file. */
  read(name: string): Promise<Uint8Array | null>
}

export interface VerifyOptions {
  /** Policies from elsewhere. A log that none of them names does not verify. Without any, the pack's own are believed. */
  policies?: readonly string[]
  /** Signed checkpoints that somebody kept from before: the logs must go on from each of theirs. */
  kept?: readonly string[]
  sha256: Sha256
  /** Checks the entries of large logs elsewhere, such as on threads. Without it all is done here. */
  elsewhere?: CheckBundle
  /** Called now and then; what it returns is waited for, so that a page may draw. */
  progress?: (at: { step: string; done: number; of: number }) => void | Promise<void>
}

/** Why a part of a pack cannot be read, in both languages. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
  readonly text: Text

  constructor(text: Text) {
    super(text.en)
    this.text = text
  }
}

/** @throws Error when there is no such file or it is no text. */
export async function textOf(files: PackFiles, name: string): Promise<string> {
  const bytes = await files.read(name)
  if (bytes === null) throw new Unreadable({ zh: `缺少 ${name}`, en: `${name} is missing` })
  return fromUtf8(bytes)
}

/** Why something was not read, in both languages. */
export const words = (error: unknown): Text => (error instanceof Unreadable ? error.text : whyText(error))

/** Where a pack begins among these paths: it may lie in a folder of its own. Null when there is none. */
export function packTop(paths: readonly string[]): string | null {
  const inTop = /^((?:[^/]+\/)*?)(?:SHA256SUMS|logs\/[^/]+\/checkpoint)$/
  const tops = paths.flatMap((path) => inTop.exec(path)?.[1] ?? [])
  return tops.sort((a, b) => a.length - b.length)[0] ?? null
}

/** Signed notes that stand one after another with a blank line between. @throws Error when they do not. */
export function splitNotes(text: string): string[] {
  const parts = text.replace(/\n$/, '').split('\n\n')
  if (parts.length % 2 !== 0)
    throw new Unreadable({ zh: '不是一串签名文本', en: 'not a sequence of signed notes' })
  return Array.from({ length: parts.length / 2 }, (_, i) => `${parts[2 * i]}\n\n${parts[2 * i + 1]}\n`)
}
