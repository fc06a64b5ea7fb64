import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Figures } from './pictures.ts'

export interface Picture {
  /** Null where the store has no such file. */
  path: string | null
  media: string
  sha256: string
}

/** What was measured stays true of the same bytes: the last ones are kept. */
const known = new Map<string, Figures | null>()
const knownMax = 2000
/** A picture that takes longer than this is one that cannot be read. */
const patienceMs = 60_000

/** Measures pictures in a thread of its own, one after the other, so that nobody else waits. Null is one that cannot be read. */
export async function measurePictures(pictures: readonly Picture[]): Promise<(Figures | null)[]> {
  const wanted = pictures.filter((one) => one.path !== null && !known.has(one.sha256))
  if (wanted.length > 0) await measureAll(wanted)
  return pictures.map((one) => (one.path === null ? null : (known.get(one.sha256) ?? null)))
}

async function measureAll(pictures: readonly Picture[]): Promise<void> {
  let worker = newWorker()
  try {
    for (const { path, media, sha256 } of pictures) {
      worker.postMessage({ path, media })
      let figures: Figures | null = null
      try {
        ;[figures] = (await once(worker, 'message', { signal: AbortSignal.timeout(patienceMs) })) as [
          Figures | null,
        ]
      } catch {
        // It ran out of memory or time: the next one gets a thread of its own.
        await worker.terminate()
        worker = newWorker()
      }
      remember(sha256, figures)
    }
  } finally {
    await worker.terminate()
  }
}
const newWorker = (): Worker => new Worker(new URL('./picture-worker.ts', import.meta.url))

function remember(sha256: string, figures: Figures | null): void {
  const oldest = known.size >= knownMax ? known.keys().next().value : undefined
  if (oldest !== undefined) known.delete(oldest)
  known.set(sha256, figures)
}
