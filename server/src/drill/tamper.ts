import { cpus } from 'node:os'
import type { Outside, Problem } from '../evidence/verify.ts'
import type { Text } from '../kernel/refusal.ts'
import { type Attack, perform, sceneOf, sharedScene } from './attack.ts'
import { onActs } from './attacks/acts.ts'
import { onFiles } from './attacks/files.ts'
import { onCheckpoints, onLeaves } from './attacks/log.ts'
import { onOfficers } from './attacks/officers.ts'
import { onPeople } from './attacks/people.ts'
import { onRegister } from './attacks/register.ts'
import { onSupervision } from './attacks/supervision.ts'
import { onOldStates, onWholeLogs } from './attacks/whole.ts'
import { honestRuns } from './honest.ts'
import { type Copy, openScratch, rememberedNow, type Scratch } from './scratch.ts'
import { playSupervision } from './supervised.ts'
import { drawTargets, type Targets } from './targets.ts'
import { playCity, workOn } from './work.ts'

/** Every attack of the drill. */
export const catalogue: readonly Attack[] = [
  ...onActs,
  ...onLeaves,
  ...onCheckpoints,
  ...onWholeLogs,
  ...onOldStates,
  ...onRegister,
  ...onPeople,
  ...onOfficers,
  ...onSupervision,
  ...onFiles,
]

/** What became of one attack. */
export interface TamperCase {
  id: string
  title: Text
  found: boolean
  /** The first problem that verification names; null when it finds nothing. */
  firstBad: Problem | null
  /** How many problems it names. */
  problems: number
}

export interface TamperReport {
  total: number
  /** Attacks of which verification names first what was done. */
  found: number
  /** Problems named where only honest work was done. */
  falseAlarms: number
  cases: TamperCase[]
  /** Honest states that were verified, each with what was wrongly named. */
  clean: { id: string; title: Text; falseAlarms: Problem[] }[]
  seed: number
  ms: number
}

/**
 * Attacks copies of a scratch city as the database's superuser, one after the other, and asks verification of each
 * what is wrong with it. What is done by statements alone is taken back, so that the next begins where it began. Between
 * them it verifies states that only honest work has made.
 */
export async function drillTamper(
  { seed, attacks = catalogue }: { seed: number; attacks?: readonly Attack[] },
  say: (words: string) => unknown,
): Promise<TamperReport> {
  const started = performance.now()
  await using scratch = await openScratch()
  const { outside, outsideBefore } = await prepare(scratch, seed, say)
  const t = await targetsOf(scratch, seed)
  await using places = new Places(scratch)
  let done = 0
  const cases = await each(attacks, async (attack, worker) => {
    const result = await tryAttack({ scratch, t, outside }, attack, () => places.of(worker))
    say(
      `${String(++done).padStart(3)}/${attacks.length} ${result.found ? 'found  ' : 'MISSED '} ${attack.id}`,
    )
    return result
  })
  const clean = await each(honestRuns, async ({ id, title, from, run }) => {
    await using copy = await scratch.copyOf(from)
    await run(copy)
    const { problems } = await copy.verify(from === 'now' ? outside : outsideBefore)
    say(`    ${problems.length === 0 ? 'silent ' : 'ALARM  '} ${id}`)
    return { id, title, falseAlarms: problems }
  })
  return {
    total: cases.length,
    found: cases.filter((one) => one.found).length,
    falseAlarms: clean.reduce((sum, one) => sum + one.falseAlarms.length, 0),
    cases,
    clean,
    seed,
    ms: Math.round(performance.now() - started),
  }
}

/** Two states of a scratch city, kept as `before` and `now`, and what others remembered at each. */
async function prepare(
  scratch: Scratch,
  seed: number,
  say: (words: string) => unknown,
): Promise<{ outside: Outside; outsideBefore: Outside }> {
  const outsideBefore = await scratch.inWorld(async (world) => {
    await playCity(world, seed, say)
    await playSupervision(world)
    await world.sequencer.drain()
    return rememberedNow(world.outside)
  })
  await scratch.keep('before')
  const outside = await scratch.inWorld(async (world) => {
    await workOn(world, 6)
    return rememberedNow(world.outside)
  })
  await scratch.keep('now')
  return { outside, outsideBefore }
}

async function targetsOf(scratch: Scratch, seed: number): Promise<Targets> {
  await using copy = await scratch.copyOf('now')
  return await drawTargets(copy.admin, seed)
}

/** For each of those who work beside one another a copy of the city as it is now, on which nothing stays. */
class Places implements AsyncDisposable {
  readonly #scratch: Scratch
  readonly #copies = new Map<number, Copy>()

  constructor(scratch: Scratch) {
    this.#scratch = scratch
  }

  async of(worker: number): Promise<Copy> {
    const copy = this.#copies.get(worker) ?? (await this.#scratch.copyOf('now'))
    this.#copies.set(worker, copy)
    return copy
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const copy of this.#copies.values()) await copy[Symbol.asyncDispose]()
  }
}

interface Ground {
  scratch: Scratch
  t: Targets
  outside: Outside
}

async function tryAttack(ground: Ground, attack: Attack, place: () => Promise<Copy>): Promise<TamperCase> {
  const problems = attack.ownCopy
    ? await onOwnCopy(ground, attack)
    : await takenBack(ground, attack, await place())
  const { id, title, names } = attack
  return {
    id,
    title,
    found: problems[0]?.code === names,
    firstBad: problems[0] ?? null,
    problems: problems.length,
  }
}

async function onOwnCopy({ scratch, t, outside }: Ground, attack: Attack): Promise<Problem[]> {
  await using copy = await scratch.copyOf(attack.from)
  await perform(attack, sceneOf(copy, scratch, t))
  return (await copy.verify(outside)).problems
}

async function takenBack({ scratch, t, outside }: Ground, attack: Attack, place: Copy): Promise<Problem[]> {
  const deed = () => perform(attack, sharedScene(place, scratch, t, attack))
  return (await place.tried(deed, outside)).problems
}

/** Does the same with every item, on as many at a time as the machine has processors. Results in order. */
async function each<T, R>(items: readonly T[], work: (item: T, worker: number) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const queue = items.entries()
  const one = async (_: unknown, worker: number) => {
    for (const [i, item] of queue) results[i] = await work(item, worker)
  }
  await Promise.all(Array.from({ length: Math.max(2, cpus().length) }).map(one))
  return results
}
