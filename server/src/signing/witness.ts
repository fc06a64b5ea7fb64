import { createHash, sign } from 'node:crypto'
import {
  type Fault,
  formatLine,
  formatVkey,
  judgeAddCheckpoint,
  noteType,
  parseAddCheckpoint,
  parseVkey,
  signerFromSeed,
  uint64,
  utf8,
  type Verifier,
  type WitnessVerdict,
} from '@mingbu/tlog'
import { faultText } from '../values/logFaults.ts'
import { ed25519FromSeed } from './keys.ts'
import type { TreeMemory } from './memory.ts'

/** What a witness answers: HTTP status, body and content type (C2SP tlog-witness). */
export interface WitnessAnswer {
  status: number
  body: string
  contentType: string
}

export interface WitnessOptions {
  /** Name of its key. */
  name: string
  seed: Uint8Array
  /** Verifier keys of the logs it watches; several of one origin while a log changes its key. */
  logs: readonly string[]
  memory: TreeMemory
  /** POSIX time in seconds. */
  now?: () => number
}

const plain = 'text/plain; charset=utf-8'

/** What a refusal says to whoever reads it, in both languages; 409 says the size and nothing else. */
function refusal({
  status,
  body,
  contentType,
  fault,
}: Extract<WitnessVerdict, { fault: Fault }>): WitnessAnswer {
  if (status === 409) return { status, body, contentType }
  const { zh, en } = faultText(fault)
  return { status, body: `${zh}\n${en}\n`, contentType: plain }
}

/** Hex SHA-256 of a log's origin: its place under a witness's address. */
export const originHash = (origin: string): string => createHash('sha256').update(origin).digest('hex')

/**
 * One witness of its neighbours' logs. It puts its name under a checkpoint only when the tree begins with the
 * largest it has seen of that log; that tree is on its disk before the line is given out.
 */
export class Witness {
  readonly name: string
  readonly #seed: Uint8Array
  readonly #logs: Map<string, Verifier[]>
  readonly #memory: TreeMemory
  readonly #now: () => number
  #verifier: Promise<Verifier> | null = null

  constructor({ name, seed, logs, memory, now = () => Math.floor(Date.now() / 1000) }: WitnessOptions) {
    this.name = name
    this.#seed = seed
    this.#logs = Map.groupBy(logs.map(parseVkey), (verifier) => verifier.name)
    this.#memory = memory
    this.#now = now
  }

  async vkey(): Promise<string> {
    return formatVkey(await this.#ownVerifier())
  }

  /** `POST add-checkpoint`: the answer of the standard's table, whatever the body holds. */
  async addCheckpoint(body: Uint8Array): Promise<WitnessAnswer> {
    const judged = await judgeAddCheckpoint(body, {
      log: (origin) => this.#logs.get(origin) ?? null,
      stored: (origin) => this.#memory.get(origin),
    })
    if (judged.status !== 200) return refusal(judged)
    const { origin, old, checkpoint, text } = judged
    const { note } = parseAddCheckpoint(body)
    const line = await this.#cosign(text)
    const before = this.#memory.get(origin)
    const { size, root } = checkpoint
    const moved =
      (before?.size ?? 0) === old && this.#memory.advance(origin, before, { size, root, note: note + line })
    if (moved) return { status: 200, body: line, contentType: plain }
    return { status: 409, body: `${this.#memory.get(origin)?.size ?? 0}\n`, contentType: 'text/x.tlog.size' }
  }

  /** The last checkpoint it put its name to of the log with this origin hash, with its line; null when there is none. */
  latest(hash: string): string | null {
    const origin = this.#memory.origins().find((one) => originHash(one) === hash)
    return origin === undefined ? null : this.#memory.get(origin)!.note
  }

  async #cosign(text: string): Promise<string> {
    const seconds = this.#now()
    const message = utf8(`cosignature/v1\ntime ${seconds}\n${text}`)
    const signature = sign(null, message, ed25519FromSeed(this.#seed))
    return formatLine(await this.#ownVerifier(), Buffer.concat([uint64(seconds), signature]))
  }

  #ownVerifier(): Promise<Verifier> {
    this.#verifier ??= signerFromSeed(this.name, this.#seed, noteType.cosignatureV1).then(
      ({ verifier }) => verifier,
    )
    return this.#verifier
  }
}
