import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Draws } from './draws.ts'
import { Installation } from './installation.ts'
import { Load, type Op } from './load.ts'

/** What can be killed. The sequencer and the publisher die with the server. */
export const victims = ['server', 'postgres', 'backend', 'signer', 'witness'] as const
export type Victim = (typeof victims)[number]

export interface CrashOptions {
  kills: number
  seed: number
  say: (words: string) => unknown
}

/** What was left after all kills. Everything but the first two and the figures by victim must be zero or true. */
export interface CrashReport {
  ok: boolean
  /** Processes that were really killed. */
  kills: number
  /** Acts whose answer reached the one who asked. */
  acknowledged: number
  /** Acknowledged, but not in the database or in no log. */
  lost: number
  /** Done more than once for one request, or twice in a log. */
  duplicated: number
  /** Pairs in one log: answered before the other was asked for, and yet behind it. */
  reordered: number
  /** Answers that were neither done nor a refusal we know: a crash must not look like a decision. */
  wrongAnswers: number
  /** Times the server ended although nobody killed it: losing a connection is no reason to. */
  ownEnds: number
  /** Full verification afterwards, quorums and witnesses included. */
  verified: boolean
  problems: string[]
  byVictim: Record<Victim, number>
  seconds: number
}

/**
 * Puts a scratch city under load, kills its processes one after another at moments a seed decides, brings back what
 * does not come back by itself, and holds what is left against the promise: an act that was answered is there, once,
 * in order, and everything verifies.
 */
export async function drillCrash({ kills, seed, say }: CrashOptions): Promise<CrashReport> {
  const started = performance.now()
  const dataDir = mkdtempSync(join(tmpdir(), 'mingbu-crash-'))
  const installation = new Installation(dataDir)
  const load = new Load(installation)
  const draws = new Draws(seed)
  const byVictim = Object.fromEntries(victims.map((victim) => [victim, 0])) as Record<Victim, number>
  try {
    say('Seeding a scratch city …')
    await installation.seed()
    await installation.start()
    await load.start()
    let done = 0
    // A victim that does not come up in time is none; another is drawn for it.
    for (let drawn = 1; done < kills && drawn <= 2 * kills; drawn++) {
      await wait(draws.between(50, 600))
      const victim = draws.one(victims)
      if (await installation.kill(victim, draws)) {
        byVictim[victim]++
        done++
        say(`kill ${done} of ${kills}: ${victim}; ${load.acknowledged.length} acts answered`)
      } else say(`no ${victim} to kill; ${load.acknowledged.length} acts answered`)
      await installation.bringBack()
    }
    await wait(500)
    // Whoever asks again until there is an answer needs somebody who gives one.
    await timed(say, 'Letting everybody have their last answer', async () => {
      const answered = load.stop().then(() => true)
      while (!(await Promise.race([answered, wait(1000)]))) await installation.bringBack()
    })
    await timed(say, 'Waiting until every act is logged and every log published', () => installation.settle())
    const left = await timed(say, `Looking for ${load.acknowledged.length} answered acts`, () =>
      examine(installation, load.acknowledged),
    )
    await timed(say, 'Ending the server', () => installation.stop())
    const verification = await timed(say, 'Verifying everything', () => installation.verify())
    const report = {
      kills: done,
      acknowledged: load.acknowledged.length,
      ...left,
      wrongAnswers: load.wrongAnswers.length,
      ownEnds: installation.ownEnds.length,
      verified: verification.ok,
      problems: [
        ...load.wrongAnswers.slice(0, 5),
        ...installation.ownEnds.slice(0, 5),
        ...verification.problems.slice(0, 5),
      ],
      byVictim,
      seconds: Math.round((performance.now() - started) / 1000),
    }
    const wrong = report.lost + report.duplicated + report.reordered + report.wrongAnswers + report.ownEnds
    const ok = wrong === 0 && report.verified && report.kills === kills
    return { ok, ...report }
  } finally {
    load.abandon()
    await installation.end()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** Does one step after the kills, saying what it is and how long it took. */
async function timed<T>(say: CrashOptions['say'], words: string, work: () => Promise<T>): Promise<T> {
  say(`${words} …`)
  const begun = performance.now()
  const result = await work()
  say(`  done in ${((performance.now() - begun) / 1000).toFixed(1)} s`)
  return result
}

const wait = (ms: number) => new Promise((wake) => setTimeout(wake, ms))

/** Holds every acknowledged act against acts and leaves. */
async function examine(
  installation: Installation,
  acknowledged: readonly Op[],
): Promise<Pick<CrashReport, 'lost' | 'duplicated' | 'reordered'>> {
  const rows = await installation.query<{
    request_id: string
    id: string
    district: string
    idx: number | null
    acts: number
    leaves: number
  }>(
    `select a.request_id, min(a.id::text) as id, min(a.district) as district, min(l.idx)::float8 as idx,
       count(distinct a.id)::int as acts, count(l.idx)::int as leaves
     from kernel.act a left join evidence.leaf l on l.district = a.district and l.act_id = a.id
     where a.type = 'file.store' and a.outcome = 'done' group by a.request_id`,
  )
  const byRequest = new Map(rows.map((row) => [row.request_id, row]))
  let lost = 0
  let duplicated = rows.filter((row) => row.acts > 1 || row.leaves > 1).length
  const placed: { district: string; idx: number; op: Op }[] = []
  const seenAct = new Set<string>()
  for (const op of acknowledged) {
    const row = byRequest.get(op.requestId)
    if (!row || row.id !== op.actId || row.idx === null) lost++
    else placed.push({ district: row.district, idx: row.idx, op })
    if (op.actId !== null && seenAct.has(op.actId)) duplicated++
    if (op.actId !== null) seenAct.add(op.actId)
  }
  let reordered = 0
  for (const log of Map.groupBy(placed, (one) => one.district).values()) reordered += reorderedIn(log)
  return { lost, duplicated, reordered }
}

/** Acts of one log that were answered before another was asked for that stands before them. */
export function reorderedIn(log: readonly { idx: number; op: Pick<Op, 'began' | 'answered'> }[]): number {
  let latestBegin = Number.NEGATIVE_INFINITY
  let found = 0
  for (const { op } of [...log].sort((a, b) => a.idx - b.idx)) {
    if (op.answered < latestBegin) found++
    latestBegin = Math.max(latestBegin, op.began)
  }
  return found
}
