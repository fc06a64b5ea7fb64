import { readdirSync, readFileSync } from 'node:fs'

/** Processor time each part of the installation has used since it started, in microseconds. */
export type CpuTimes = ReadonlyMap<number, { part: CpuPart; micros: number }>

/** Who works while an act is done. The bench's client is not of the product. */
export type CpuPart = 'acts' | 'sequencer' | 'database' | 'server' | 'signing' | 'client'

/** Of a process, by its command line. */
const parts: [RegExp, CpuPart][] = [
  [/^postgres: mingbu_app /, 'acts'],
  [/^postgres: mingbu_sequencer /, 'sequencer'],
  [/postgres/, 'database'],
  [/bench\/server\.ts/, 'server'],
  [/mingbu\.ts (signer|witness) /, 'signing'],
]

/** Length of a tick in which Linux tells processor time: a hundredth of a second, on every architecture Node runs on. */
const tickMicros = 10_000

/**
 * Reads what this process and all that come from it have used. Rates say what a machine reaches with all that runs
 * on it; these say what the work costs, and depend far less on who else works there.
 * Null where there is no `/proc`.
 */
export function cpuTimes(): CpuTimes | null {
  try {
    return readTimes()
  } catch {
    return null
  }
}

function readTimes(): CpuTimes {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)))
  const ours = new Set([process.pid])
  for (let grown = 0; grown < ours.size; ) {
    grown = ours.size
    for (const { pid, parent } of processes) if (ours.has(parent)) ours.add(pid)
  }
  return new Map(
    processes
      .filter(({ pid }) => ours.has(pid))
      .map(({ pid, command, micros }) => {
        const part = pid === process.pid ? 'client' : parts.find(([pattern]) => pattern.test(command))?.[1]
        return [pid, { part: part ?? 'client', micros }]
      }),
  )
}

/** None when it has ended meanwhile. */
function readProcess(pid: number): { pid: number; parent: number; command: string; micros: number }[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    const micros = (Number(fields[11]) + Number(fields[12])) * tickMicros
    return [{ pid, parent: Number(fields[1]), command, micros }]
  } catch {
    return []
  }
}

/** What each part used between two looks, for one of `done` pieces of work. A process that ended meanwhile is left out. */
export function cpuBetween(before: CpuTimes, after: CpuTimes, done: number): Record<CpuPart, number> {
  const used = { acts: 0, sequencer: 0, database: 0, server: 0, signing: 0, client: 0 }
  for (const [pid, { part, micros }] of after) used[part] += micros - (before.get(pid)?.micros ?? 0)
  for (const part of Object.keys(used) as CpuPart[]) used[part] = Math.round(used[part] / Math.max(1, done))
  return used
}

/** What the product used in all. */
export const cpuOfProduct = ({ client: _, ...product }: Record<CpuPart, number>): number =>
  Object.values(product).reduce((sum, micros) => sum + micros, 0)
