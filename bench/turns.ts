import type { Installation } from './installation.ts'
import { type Figures, figures, type Stretch, stretch, type Worker } from './measure.ts'

/** Stretches each way of working is measured in, turn about, so that a busy moment of the machine hits all alike. */
const turns = 3

/**
 * Measures several ways of working in turn, each for `seconds` in all, after one turn that is thrown away. The way
 * named `withoutEvidence` finds the server without evidence, every other one with.
 */
export async function takeTurns<Way extends string>(
  installation: Installation,
  ways: Record<Way, readonly Worker[]>,
  concurrency: number,
  seconds: number,
  say: (words: string) => unknown,
): Promise<Record<Way, Figures>> {
  const names = Object.keys(ways) as Way[]
  const measured = new Map<Way, Stretch[]>(names.map((way) => [way, []]))
  try {
    for (let turn = 0; turn <= turns; turn++) {
      if (turn === 1) await analyze(installation)
      for (const way of names) {
        await installation.setEvidence(way !== 'withoutEvidence')
        const one = await stretch(
          ways[way].slice(0, concurrency),
          turn === 0 ? Math.min(1, seconds / turns) : seconds / turns,
        )
        for (const failure of one.failures) say(`${way}: ${failure}`)
        if (turn > 0 || one.failures.length > 0) measured.get(way)!.push(one)
      }
    }
  } finally {
    await installation.setEvidence(true)
  }
  return Object.fromEntries(names.map((way) => [way, figures(measured.get(way)!)])) as Record<Way, Figures>
}

/**
 * Does now what autovacuum does within a minute: the warm-up grew tables from nothing, and statements planned for
 * empty ones would go on reading them from end to end.
 */
async function analyze({ world }: Installation): Promise<void> {
  const admin = await world.admin()
  try {
    await admin.query('analyze')
  } finally {
    await admin.end()
  }
}
