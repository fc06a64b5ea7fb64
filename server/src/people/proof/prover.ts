import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { Static } from 'typebox'
import type { Kernel } from '../../kernel/perform.ts'
import { fullBounds, type Proof } from '../../kernel/proof/prove.ts'
import type { Bounds } from '../../kernel/proof/work.ts'
import { endProof, type KeptProof } from './acts.ts'

declare module '../../kernel/act.ts' {
  interface Deps {
    /** Proofs of the duty table, made beside everything else. */
    proofs: Prover
  }
}

type Kept = Static<typeof KeptProof>

/** A proof under way: models and rules gone through, of how many. */
export interface Proving {
  runId: string
  done: number
  total: number
}

/** What the worker says: how far it has come, and at last what it found. */
export type Said = { done: number; total: number } | { proof: Kept }

interface ProverOptions {
  kernel: () => Kernel
  /** Token of the service that records results. */
  token: Uint8Array
}

/** Makes proofs, one at a time, on a thread of its own: a proof counts for many seconds and nobody should wait for it. */
export class Prover {
  readonly #options: ProverOptions
  #running: Proving | null = null
  #worker: Worker | null = null
  #work: Promise<void> = Promise.resolve()
  /** How far work is walked; tests, which hold the page against the proof and not the proof itself, walk less far. */
  bounds: readonly Bounds[] = fullBounds
  /** Why the last proof did not end or could not be recorded; null when it could. */
  fault: string | null = null

  constructor(options: ProverOptions) {
    this.#options = options
  }

  get running(): Proving | null {
    return this.#running
  }

  begin(runId: string, district: string): void {
    this.#running = { runId, done: 0, total: 0 }
    this.fault = null
    this.#work = this.#run(runId, district)
      .catch((error: unknown) => {
        this.fault = error instanceof Error ? error.message : String(error)
      })
      .finally(() => {
        this.#running = null
        this.#worker = null
      })
  }

  /** Waits for what is under way. */
  async idle(): Promise<void> {
    await this.#work
  }

  async stop(): Promise<void> {
    await this.#worker?.terminate()
    await this.#work
  }

  async #run(runId: string, district: string): Promise<void> {
    const proof = await this.#prove(runId)
    const { kernel, token } = this.#options
    const recorded = await kernel().perform(endProof, {
      token,
      requestId: randomUUID(),
      input: { district, runId, proof },
    })
    if (!recorded.ok) throw new Error(recorded.refusal.message.en)
  }

  #prove(runId: string): Promise<Kept> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: this.bounds })
      this.#worker = worker
      worker.on('message', (said: Said) => {
        if ('proof' in said) resolve(said.proof)
        else this.#running = { runId, ...said }
      })
      worker.on('error', reject)
      worker.on('exit', () => reject(new Error('the proof was stopped before its end')))
    })
  }
}

/** A proof as it is recorded and shown: without what only its models need. */
export function shownProof({
  models,
  mutants,
  violations,
  unreachable,
  ...figures
}: Proof): Omit<Kept, 'table' | 'ms'> {
  const { states, transitions, dutySets, rules, mutantsKilled, ok } = figures
  return {
    states,
    transitions,
    dutySets,
    rules,
    mutantsKilled,
    ok,
    violations,
    unreachable,
    models: models.map((one) => ({ model: one.model, states: one.states, transitions: one.transitions })),
    mutants: mutants.map(({ name, clause, killed, wrong, path }) => ({
      name,
      clause: String(clause),
      killed,
      ...(wrong ? { wrong } : {}),
      path,
    })),
  }
}
