import { type CpuPart, cpuBetween, cpuTimes } from './cpu.ts'

/** What one measured stretch gave. */
export interface Stretch {
  /** Pieces of work done. */
  done: number
  /** How long it really took, in seconds. */
  seconds: number
  /** Milliseconds of each request, unsorted. */
  latencies: number[]
  /** What went wrong, one sentence each. Empty in a run that counts. */
  failures: string[]
  /** Processor time of one piece of work, by part; null where it cannot be told. */
  cpu: Record<CpuPart, number> | null
}

/** Figures of one way of working at one concurrency: pieces of work per second, milliseconds per request. */
export interface Figures {
  perSecond: number
  p50Ms: number
  p95Ms: number
  p99Ms: number
  /** Requests that did not succeed; anything but 0 makes the other figures worthless. */
  failed: number
  /** Microseconds of processor time of one piece of work, by part: medians. Null where they cannot be told. */
  cpuMicros: Record<CpuPart, number> | null
}

/** Does one piece of work. One that takes several requests returns the milliseconds of each. */
export type Worker = () => Promise<number[] | undefined>

/**
 * Runs every worker again and again for `seconds`. A worker does one piece of work each time; the last piece of
 * each is let finish and counts, and so does its time. A worker that fails does no more.
 */
export async function stretch(workers: Worker[], seconds: number): Promise<Stretch> {
  let done = 0
  const latencies: number[] = []
  const failures: string[] = []
  const before = cpuTimes()
  const start = performance.now()
  const end = start + seconds * 1000
  const loop = async (worker: Worker) => {
    for (let from = performance.now(); from < end; ) {
      let several: number[] | undefined
      try {
        several = await worker()
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error))
        return
      }
      const now = performance.now()
      latencies.push(...(several ?? [now - from]))
      done++
      from = now
    }
  }
  await Promise.all(workers.map(loop))
  const took = (performance.now() - start) / 1000
  const after = cpuTimes()
  const cpu = before && after ? cpuBetween(before, after, done) : null
  return { done, seconds: took, latencies, failures, cpu }
}

/** The middle value; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

/** The value below which a share `p` of all values lies, by nearest rank. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN
}

/** Figures of several stretches of one kind: the median of their rates, percentiles over all requests. */
export function figures(stretches: readonly Stretch[]): Figures {
  const latencies = stretches.flatMap((one) => one.latencies)
  return {
    perSecond: round(median(stretches.map((one) => one.done / one.seconds))),
    p50Ms: round(percentile(latencies, 0.5)),
    p95Ms: round(percentile(latencies, 0.95)),
    p99Ms: round(percentile(latencies, 0.99)),
    failed: stretches.reduce((sum, one) => sum + one.failures.length, 0),
    cpuMicros: medianCpu(stretches.flatMap(({ cpu }) => cpu ?? [])),
  }
}

function medianCpu(all: readonly Record<CpuPart, number>[]): Record<CpuPart, number> | null {
  if (all.length === 0) return null
  const names = Object.keys(all[0]!) as CpuPart[]
  const medians = names.map((part) => [part, Math.round(median(all.map((one) => one[part])))])
  return Object.fromEntries(medians) as Record<CpuPart, number>
}

/** Three significant digits are all such a measurement is good for; from 100 on whole numbers. */
export const round = (value: number): number =>
  value >= 100 ? Math.round(value) : Number(value.toPrecision(3))
