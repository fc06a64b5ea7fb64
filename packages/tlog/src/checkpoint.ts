import { fromBase64, toBase64 } from './bytes.ts'
import { checkSize } from './merkle.ts'
import { NoteError } from './note.ts'

/** What a log signs: its identity, how many leaves, and their root. */
export interface Checkpoint {
  origin: string
  size: number
  root: Uint8Array
  /** Further lines; nobody audits them, so there should be none. */
  extensions: string[]
}

/**
 * The text of a checkpoint (C2SP tlog-checkpoint).
 * @throws RangeError when it could not be read back: a size that is none, a root of other than 32 bytes, an empty or broken line.
 */
export function formatCheckpoint({
  origin,
  size,
  root,
  extensions = [],
}: Omit<Checkpoint, 'extensions'> & { extensions?: string[] }): string {
  checkSize(size)
  if (root.length !== 32) throw new RangeError('a root has 32 bytes')
  if ([origin, ...extensions].some((line) => line === '' || line.includes('\n')))
    throw new RangeError('a checkpoint line is neither empty nor broken')
  return `${[origin, size, toBase64(root), ...extensions].join('\n')}\n`
}

/** Reads the text of a checkpoint. @throws NoteError when it is malformed. */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n')
  const [origin, sizeText, rootText] = lines
  if (lines.length < 4 || lines.at(-1) !== '' || !origin || lines.slice(0, -1).some((line) => line === ''))
    throw new NoteError('checkpoint_malformed')
  if (!/^(0|[1-9]\d*)$/.test(sizeText!)) throw new NoteError('checkpoint_size_malformed')
  const size = Number(sizeText)
  if (!Number.isSafeInteger(size)) throw new NoteError('checkpoint_size_large')
  let root: Uint8Array
  try {
    root = fromBase64(rootText!)
  } catch {
    throw new NoteError('checkpoint_root_malformed')
  }
  if (root.length !== 32) throw new NoteError('checkpoint_root_malformed')
  return { origin, size, root, extensions: lines.slice(3, -1) }
}
