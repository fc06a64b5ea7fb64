import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  decodeEntryBundle,
  encodeEntryBundle,
  leafHash,
  type Policy,
  parseCheckpoint,
  parseNote,
  parsePolicy,
  partialWidth,
  quorumMet,
  tilePath,
  tileWidth,
} from '@mingbu/tlog'
import { type Held, put } from './sample.ts'

/** One way to tamper with what an outsider holds, and how it must be found. */
export interface Tampering {
  name: string
  /** Code of a finding of checklog. */
  found: 'entries' | 'malformed' | 'origin' | 'proof' | 'quorum' | 'root' | 'signature' | 'tile'
  /** True when the checkpoint itself is touched, so that its signatures or their number no longer hold. */
  inCheckpoint: boolean
  apply: (held: Held) => void
}

const edit = (path: string, change: (text: string) => string) => {
  const before = readFileSync(path, 'utf8')
  const after = change(before)
  if (after === before) throw new Error(`${path} was to be changed and was not`)
  put(path, after)
}
const checkpointOf = (held: Held) => join(held.log, 'checkpoint')
const sizeOf = (held: Held) => parseCheckpoint(parseNote(readFileSync(checkpointOf(held), 'utf8')).text).size

/** Bundle or tile that holds leaf `index`. */
function pathOf(held: Held, level: 0 | 'entries', index: number): string {
  const size = sizeOf(held)
  const at = Math.floor(index / tileWidth)
  const width = at < Math.floor(size / tileWidth) ? tileWidth : partialWidth(0, size)
  return join(held.log, tilePath({ level, index: at, width }))
}

/** Changes the entries of the bundle that holds leaf `index`. */
function rebundle(held: Held, index: number, change: (entries: Uint8Array[]) => Uint8Array[]): void {
  const path = pathOf(held, 'entries', index)
  const count = Math.min(tileWidth, sizeOf(held) - index + (index % tileWidth))
  put(path, encodeEntryBundle(change(decodeEntryBundle(readFileSync(path), count))))
}

const flipped = (bytes: Uint8Array, at: number): Uint8Array => {
  const changed = Uint8Array.from(bytes)
  changed[at]! ^= 1
  return changed
}

/** An entry that begins its bundle and lies in a tile that many subtrees share: 25,600 of 70,000, or the last such. */
const sharedEntry = (held: Held) => Math.min(25_600, Math.floor((sizeOf(held) - 1) / tileWidth) * tileWidth)

function changeEntry(held: Held): Uint8Array {
  let changed = new Uint8Array()
  rebundle(held, sharedEntry(held), ([first, ...rest]) => {
    changed = Uint8Array.from(flipped(first!, first!.length - 1))
    return [changed, ...rest]
  })
  return changed
}

/** Changes one base64 character of a signature line, so that the line is well-formed and its signature is another. */
const changeSignature = (line: string) => {
  const [dash, name, blob] = line.split(' ') as [string, string, string]
  const bytes = Buffer.from(blob, 'base64')
  return `${dash} ${name} ${Buffer.from(flipped(bytes, bytes.length - 20)).toString('base64')}`
}
const onLine = (text: string, no: number, change: (line: string) => string | null) =>
  text
    .split('\n')
    .flatMap((line, i) => (i === no ? (change(line) ?? []) : [line]))
    .join('\n')

const policyOf = (held: Held) => parsePolicy(readFileSync(held.policy, 'utf8'))

/** The note, or what ends in one, without as many of its last cosignatures as leave no quorum. */
function withoutQuorum(text: string, policy: Policy): string {
  const lines = text.trimEnd().split('\n')
  const signed = () =>
    new Set(
      policy.witnesses
        .filter(({ verifier }) => lines.some((one) => one.startsWith(`— ${verifier.name} `)))
        .map(({ name }) => name),
    )
  while (quorumMet(policy, signed())) lines.pop()
  return `${lines.join('\n')}\n`
}

/** Lines of a checkpoint: origin, size, root, none, the log's, then the cosignatures. */
const line = { origin: 0, size: 1, root: 2, log: 4, cosignature: 5 } as const

/** Every way of tampering the foreign verifiers are held against. Each is done to a fresh copy. */
export const tamperings: readonly Tampering[] = [
  {
    name: 'an entry changed by one bit',
    found: 'root',
    inCheckpoint: false,
    apply: (held) => void changeEntry(held),
  },
  {
    name: 'an entry and its hash in a shared tile rewritten to agree',
    found: 'root',
    inCheckpoint: false,
    apply(held) {
      const entry = changeEntry(held)
      const path = pathOf(held, 0, sharedEntry(held))
      const tile = readFileSync(path)
      tile.set(leafHash(entry))
      put(path, tile)
    },
  },
  {
    name: 'two entries in each other’s place',
    found: 'root',
    inCheckpoint: false,
    apply: (held) => rebundle(held, 0, ([a, b, ...rest]) => [b!, a!, ...rest]),
  },
  {
    name: 'an entry taken out of its bundle',
    found: 'entries',
    inCheckpoint: false,
    apply: (held) => rebundle(held, 0, ([_, ...rest]) => rest),
  },
  {
    name: 'an entry put in',
    found: 'entries',
    inCheckpoint: false,
    apply: (held) => rebundle(held, 0, (entries) => [entries[0]!, ...entries]),
  },
  {
    name: 'the last bundle gone',
    found: 'entries',
    inCheckpoint: false,
    apply: (held) => rmSync(pathOf(held, 'entries', sizeOf(held) - 1)),
  },
  {
    name: 'a hash in a tile changed',
    found: 'tile',
    inCheckpoint: false,
    apply(held) {
      const path = pathOf(held, 0, sizeOf(held) - 1)
      put(path, flipped(readFileSync(path), 31))
    },
  },
  {
    name: 'a tile gone',
    found: 'tile',
    inCheckpoint: false,
    apply: (held) => rmSync(pathOf(held, 0, sizeOf(held) - 1)),
  },
  {
    name: 'a tile of more entries than were signed',
    found: 'tile',
    inCheckpoint: false,
    apply: (held) => put(join(held.log, 'tile/0/x999/000'), new Uint8Array(tileWidth * 32)),
  },
  {
    name: 'cosignatures taken away until they are no quorum',
    found: 'quorum',
    inCheckpoint: true,
    apply: (held) => edit(checkpointOf(held), (text) => withoutQuorum(text, policyOf(held))),
  },
  {
    name: 'a cosignature changed',
    found: 'signature',
    inCheckpoint: true,
    apply: (held) => edit(checkpointOf(held), (text) => onLine(text, line.cosignature, changeSignature)),
  },
  {
    name: 'the time of a cosignature changed',
    found: 'signature',
    inCheckpoint: true,
    apply: (held) =>
      edit(checkpointOf(held), (text) =>
        onLine(text, line.cosignature, (one) => {
          const [dash, name, blob] = one.split(' ') as [string, string, string]
          return `${dash} ${name} ${Buffer.from(flipped(Buffer.from(blob, 'base64'), 11)).toString('base64')}`
        }),
      ),
  },
  {
    name: 'the log’s own signature changed',
    found: 'signature',
    inCheckpoint: true,
    apply: (held) => edit(checkpointOf(held), (text) => onLine(text, line.log, changeSignature)),
  },
  {
    name: 'the log’s own signature taken away',
    found: 'signature',
    inCheckpoint: true,
    apply: (held) => edit(checkpointOf(held), (text) => onLine(text, line.log, () => null)),
  },
  {
    name: 'another root',
    found: 'signature',
    inCheckpoint: true,
    apply: (held) =>
      edit(checkpointOf(held), (text) =>
        onLine(text, line.root, (root) =>
          Buffer.from(flipped(Buffer.from(root, 'base64'), 0)).toString('base64'),
        ),
      ),
  },
  {
    name: 'a smaller size',
    found: 'signature',
    inCheckpoint: true,
    apply: (held) =>
      edit(checkpointOf(held), (text) => onLine(text, line.size, (size) => String(Number(size) - 1))),
  },
  {
    name: 'a size with a zero before it',
    found: 'malformed',
    inCheckpoint: true,
    apply: (held) => edit(checkpointOf(held), (text) => onLine(text, line.size, (size) => `0${size}`)),
  },
  {
    name: 'another origin',
    found: 'origin',
    inCheckpoint: true,
    apply: (held) => edit(checkpointOf(held), (text) => onLine(text, line.origin, (name) => `${name}2`)),
  },
  {
    name: 'a proof with another hash',
    found: 'proof',
    inCheckpoint: false,
    apply: (held) =>
      edit(held.proof, (text) =>
        onLine(text, 2, (hash) => Buffer.from(flipped(Buffer.from(hash, 'base64'), 0)).toString('base64')),
      ),
  },
  {
    name: 'a proof of another place',
    found: 'proof',
    inCheckpoint: false,
    apply: (held) =>
      edit(held.proof, (text) => onLine(text, 1, (index) => `index ${Number(index.slice(6)) ^ 1}`)),
  },
  {
    name: 'a proof whose checkpoint lost its quorum',
    found: 'quorum',
    inCheckpoint: false,
    apply: (held) => edit(held.proof, (text) => onLine(text, text.split('\n').length - 2, () => null)),
  },
  {
    name: 'a proof shown for another entry',
    found: 'proof',
    inCheckpoint: false,
    apply: (held) => put(held.entry, flipped(readFileSync(held.entry), 0)),
  },
  {
    name: 'an older checkpoint of another root',
    found: 'signature',
    inCheckpoint: false,
    apply: (held) =>
      edit(held.old, (text) =>
        onLine(text, line.root, (root) =>
          Buffer.from(flipped(Buffer.from(root, 'base64'), 0)).toString('base64'),
        ),
      ),
  },
]
