import { availableParallelism, cpus } from 'node:os'
import { type ActsRun, measureActs } from './acts.ts'
import { openInstallation } from './installation.ts'
import { round } from './measure.ts'

/** How a bench is run. */
export interface BenchOptions {
  /** Seconds each way of working is measured at each concurrency, after its warm-up. */
  seconds: number
  say: (words: string) => unknown
  /** How many work at the same time, run by run; the headline is the run of 8. */
  concurrencies?: readonly number[]
}

/** The machine a bench ran on. */
export interface Machine {
  cores: number
  cpu: string
  node: string
  postgres: string
}

/** The headline is the run with 8 at a time; `runs` holds every figure. */
export interface BenchResult {
  what: 'acts' | 'case'
  /** Acts (or cases) per second through HTTP, evidence on. */
  perSecond: number
  /** Milliseconds per act. */
  p50Ms: number
  p95Ms: number
  p99Ms: number
  /** The same rows and commits by the bare driver, per second. */
  floorPerSecond: number
  ratioToFloor: number
  /** Share of the throughput that evidence takes: 0.1 is 10 %. */
  evidenceCost: number
  /** Requests that failed, in all runs. */
  failed: number
  machine: Machine
  runs: object[]
  /** The same for people to read. */
  table: string
}

/** Measures one act, or whole cases, through HTTP beside the SQL floor, in a throwaway installation of its own. */
export async function bench(what: 'acts' | 'case', { seconds, say, concurrencies = [1, 8, 32] }: BenchOptions): Promise<BenchResult> {
  const installation = await openInstallation(say)
  try {
    const version = await installation.world.pools.auditor.query<{ server_version: string }>('show server_version')
    const machine = { cores: availableParallelism(), cpu: cpus()[0]?.model ?? 'unknown', node: process.version, postgres: version.rows[0]!.server_version }
    const runs = await measureActs(installation, concurrencies, seconds, say)
    return actsResult(runs, machine, seconds)
  } finally {
    await installation.close()
  }
}

const cost = (run: { product: { perSecond: number }; withoutEvidence: { perSecond: number } }): number => Number((1 - run.product.perSecond / run.withoutEvidence.perSecond).toFixed(3))
const ratio = (a: number, b: number): number => Number((a / b).toFixed(3))

function actsResult(runs: ActsRun[], machine: Machine, seconds: number): BenchResult {
  const headline = runs.find((run) => run.concurrency === 8) ?? runs[0]!
  const { failed: _, ...product } = headline.product
  const detailed = runs.map((run) => ({ ...run, ratioToFloor: ratio(run.product.perSecond, run.floor.perSecond), evidenceCost: cost(run) }))
  return {
    what: 'acts',
    ...product,
    floorPerSecond: headline.floor.perSecond,
    ratioToFloor: ratio(headline.product.perSecond, headline.floor.perSecond),
    evidenceCost: cost(headline),
    failed: runs.flatMap((run) => [run.product, run.withoutEvidence, run.floor, run.floorStepwise]).reduce((sum, one) => sum + one.failed, 0),
    machine,
    runs: detailed,
    table: actsTable(detailed, machine, seconds),
  }
}

function actsTable(runs: (ActsRun & { ratioToFloor: number; evidenceCost: number })[], machine: Machine, seconds: number): string {
  const cell = (value: string | number) => String(value).padStart(10)
  const line = (at: string | number, way: string, one: ActsRun['product']) =>
    `${String(at).padStart(4)}  ${way.padEnd(26)}${cell(one.perSecond)}${cell(one.p50Ms)}${cell(one.p95Ms)}${cell(one.p99Ms)}${cell(one.failed)}`
  return [
    `Acts (file.store), ${seconds} s each, on ${machine.cores} × ${machine.cpu}, Node ${machine.node}, PostgreSQL ${machine.postgres}`,
    `  at  way                       ${['per s', 'p50 ms', 'p95 ms', 'p99 ms', 'failed'].map((head) => head.padStart(10)).join('')}`,
    ...runs.flatMap((run) => [
      line(run.concurrency, 'HTTP, evidence on', run.product),
      line('', 'HTTP, evidence off', run.withoutEvidence),
      line('', 'SQL floor, one statement', run.floor),
      line('', 'SQL floor, step by step', run.floorStepwise),
      `      ${round(run.ratioToFloor * 100)} % of the floor (${round((run.product.perSecond / run.floorStepwise.perSecond) * 100)} % of it step by step); evidence costs ${round(run.evidenceCost * 100)} %`,
    ]),
  ].join('\n')
}
