import { availableParallelism, cpus } from 'node:os'
import { measureActs } from './acts.ts'
import { measureCases } from './cases.ts'
import { cpuOfProduct } from './cpu.ts'
import { openInstallation } from './installation.ts'
import type { Figures } from './measure.ts'

/** How a bench is run. */
export interface BenchOptions {
  /** Seconds each way of working is measured at each concurrency, after its warm-up. */
  seconds: number
  say: (words: string) => unknown
  /** How many work at the same time, run by run; the headline is the run of 8. */
  concurrencies?: readonly number[]
  /** A data folder with a demo city, which is used up; without it one is made. */
  seeded?: string
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
  /** Share of the product's processor time of an act (or case) that evidence takes; null where it cannot be told. */
  evidenceCpuCost: number | null
  /** Requests that failed, in all runs. */
  failed: number
  machine: Machine
  runs: object[]
  /** Of the case bench: acts in the case the floor repeats. */
  actsPerCase?: number
  /** The same for people to read. */
  table: string
}

/** Measures one act, or whole cases, through HTTP beside the SQL floor, in a throwaway installation of its own. */
export async function bench(
  what: 'acts' | 'case',
  { seconds, say, concurrencies = [1, 8, 32], seeded }: BenchOptions,
): Promise<BenchResult> {
  const installation = await openInstallation(say, seeded)
  try {
    const version = await installation.world.pools.auditor.query<{ server_version: string }>(
      'show server_version',
    )
    const machine = {
      cores: availableParallelism(),
      cpu: cpus()[0]?.model ?? 'unknown',
      node: process.version,
      postgres: version.rows[0]!.server_version,
    }
    if (what === 'acts') {
      const title = `Acts (file.store), ${seconds} s each way`
      return result(what, title, await measureActs(installation, concurrencies, seconds, say), machine)
    }
    const { runs, actsPerCase } = await measureCases(installation, concurrencies, seconds, say)
    const title = `Whole sales of ${actsPerCase} acts by seven people, ${seconds} s each way; ms are of one act`
    return { ...result(what, title, runs, machine), actsPerCase }
  } finally {
    await installation.close()
  }
}

/** What every run has, whatever it measured. */
interface Run {
  concurrency: number
  product: Figures
  withoutEvidence: Figures
  floor: Figures
  floorStepwise?: Figures
}

const share = (value: number): number => Number(value.toFixed(3))

function result(
  what: BenchResult['what'],
  title: string,
  measured: readonly Run[],
  machine: Machine,
): BenchResult {
  const runs = measured.map((run) => ({
    ...run,
    ratioToFloor: share(run.product.perSecond / run.floor.perSecond),
    evidenceCost: share(1 - run.product.perSecond / run.withoutEvidence.perSecond),
    evidenceCpuCost: cpuCost(run),
  }))
  const { product, floor, ratioToFloor, evidenceCost, evidenceCpuCost } =
    runs.find((run) => run.concurrency === 8) ?? runs[0]!
  const { perSecond, p50Ms, p95Ms, p99Ms } = product
  const failed = runs
    .flatMap((run) => [run.product, run.withoutEvidence, run.floor, run.floorStepwise])
    .reduce((sum, one) => sum + (one?.failed ?? 0), 0)
  const table = tableOf(
    `${title}, on ${machine.cores} × ${machine.cpu}, Node ${machine.node}, PostgreSQL ${machine.postgres}`,
    runs,
  )
  return {
    what,
    perSecond,
    p50Ms,
    p95Ms,
    p99Ms,
    floorPerSecond: floor.perSecond,
    ratioToFloor,
    evidenceCost,
    evidenceCpuCost,
    failed,
    machine,
    runs,
    table,
  }
}

function cpuCost({ product, withoutEvidence }: Run): number | null {
  if (!product.cpuMicros || !withoutEvidence.cpuMicros) return null
  return share(1 - cpuOfProduct(withoutEvidence.cpuMicros) / cpuOfProduct(product.cpuMicros))
}

/** `processor µs: server 500, acts 900, …` of one way of working. */
const cpuLine = (way: string, { cpuMicros }: Figures): string[] =>
  cpuMicros
    ? [
        `      processor µs, ${way}: ${cpuOfProduct(cpuMicros)} (${Object.entries(cpuMicros)
          .map(([part, micros]) => `${part} ${micros}`)
          .join(', ')})`,
      ]
    : []

function tableOf(
  title: string,
  runs: readonly (Run & { ratioToFloor: number; evidenceCost: number; evidenceCpuCost: number | null })[],
): string {
  const cells = (values: readonly (string | number)[]) =>
    values.map((value) => String(value).padStart(10)).join('')
  const line = (at: string | number, way: string, one: Figures) =>
    `${String(at).padStart(4)}  ${way.padEnd(26)}${cells([one.perSecond, one.p50Ms, one.p95Ms, one.p99Ms, one.failed])}`
  return [
    title,
    `  at  ${'way'.padEnd(26)}${cells(['per s', 'p50 ms', 'p95 ms', 'p99 ms', 'failed'])}`,
    ...runs.flatMap((run) => [
      line(run.concurrency, 'HTTP, evidence on', run.product),
      line('', 'HTTP, evidence off', run.withoutEvidence),
      line('', 'SQL floor', run.floor),
      ...(run.floorStepwise ? [line('', 'SQL, step by step', run.floorStepwise)] : []),
      `      ${(run.ratioToFloor * 100).toFixed(1)} % of the floor; evidence costs ${(run.evidenceCost * 100).toFixed(1)} %, of processor time ${run.evidenceCpuCost === null ? '–' : (run.evidenceCpuCost * 100).toFixed(1)} %`,
      ...cpuLine('on', run.product),
      ...cpuLine('off', run.withoutEvidence),
    ]),
  ].join('\n')
}
