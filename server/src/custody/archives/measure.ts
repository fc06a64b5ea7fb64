import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Measured } from './scan-faults.ts'

export interface Scan {
  /** Null where the store has no such file. */
  path: string | null
  media: string
  sha256: string
}

/** What was measured stays true of the same bytes: the last ones are kept. */
const known = new Map<string, Measured>()
const knownMax = 2000
/** A scan that takes longer than this is one that cannot be read; after so long no other is begun: a transaction waits for it. */
const patience = { withinMs: 30_000, budgetMs: 20_000 }

/**
 * Measures scans in a thread of its own, one after the other, so that nobody else waits. When the time is up the answer has the
 * first of them only, one at least: what is left is asked for again.
 */
export async function measureScans(
  scans: readonly Scan[],
  limits: Partial<typeof patience> = {},
): Promise<Measured[]> {
  const wanted = scans.filter((one) => one.path !== null && !known.has(one.sha256))
  if (wanted.length > 0) await measureAll(wanted, { ...patience, ...limits })
  const answers = scans.map((one): Measured | undefined =>
    one.path === null ? { fault: 'missing' } : known.get(one.sha256),
  )
  const left = answers.indexOf(undefined)
  return (left < 0 ? answers : answers.slice(0, left)) as Measured[]
}

async function measureAll(scans: readonly Scan[], { withinMs, budgetMs }: typeof patience): Promise<void> {
  const until = performance.now() + budgetMs
  let worker = newWorker()
  try {
    for (const [i, { path, media, sha256 }] of scans.entries()) {
      if (i > 0 && performance.now() >= until) return
      worker.postMessage({ path, media })
      let measured: Measured
      try {
        ;[measured] = (await once(worker, 'message', { signal: AbortSignal.timeout(withinMs) })) as [Measured]
      } catch (error) {
        // It ran out of memory or time: the next one gets a thread of its own.
        measured = { fault: (error as Error).name === 'AbortError' ? 'too_long' : 'too_large' }
        await worker.terminate()
        worker = newWorker()
      }
      remember(sha256, measured)
    }
  } finally {
    await worker.terminate()
  }
}
const newWorker = (): Worker =>
  new Worker(new URL('./picture-worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  })

function remember(sha256: string, measured: Measured): void {
  const oldest = known.size >= knownMax ? known.keys().next().value : undefined
  if (oldest !== undefined) known.delete(oldest)
  known.set(sha256, measured)
}
