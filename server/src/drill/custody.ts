import { seedDemo } from '../app/demo.ts'
import { verifyEverything } from '../evidence/verify.ts'
import { type Walker, type WalkReport, walkCustody } from './custody-walk.ts'
import { walkFiles } from './files-walk.ts'
import { openScratch } from './scratch.ts'
import { Workers } from './work.ts'

const units = 300
const district = 'haishu'
/** Who plays with files: two archivists, two leaders who approve, and a clerk who borrows. */
const fileUsernames = ['archive1', 'archive2', 'head', 'leader', 'clerk1'].map((one) => `${district}.${one}`)
/** Files move a quarter of the steps, while blanks move the others. */
const fileShare = 4
/** Who plays with blanks: two keepers, two printers, two leaders, clerks as witnesses, and the superior bureau. */
const usernames = [
  ...['certs1', 'certs2', 'printer1', 'printer2', 'head', 'leader', 'clerk1', 'clerk2'].map(
    (one) => `${district}.${one}`,
  ),
  'city.head',
]

export interface CustodyReport extends WalkReport {
  /** What verification of the whole log says afterwards. */
  verified: boolean
  seed: number
  ms: number
}

/** Plays a random history of blanks and of case files on a scratch installation, against a plain model in memory. */
export async function drillCustody(
  { seed, steps }: { seed: number; steps: number },
  say: (words: string) => unknown,
): Promise<CustodyReport> {
  const started = performance.now()
  await using scratch = await openScratch()
  return await scratch.inWorld(async (world) => {
    say('Making the demo city…')
    await seedDemo(world, { seed: 7, units }, () => {})
    const workers = new Workers(world)
    const walkers = new Map<string, Walker>()
    for (const username of new Set([...usernames, ...fileUsernames])) {
      const token = await workers.tokenOf(username)
      const { rows } = await world.pools.auditor.query<{ id: string; duties: string[] }>(
        `select p.id, kernel.duties_of(p.id) as duties from kernel.account a join kernel.person p on p.id = a.person_id
         where a.username = $1 and a.closed_at is null`,
        [username],
      )
      walkers.set(username, { ...rows[0]!, token, city: username.startsWith('city.') })
    }
    const printed = await world.pools.auditor.query<{ id: string }>(
      `select case_id as id from register.certificate where district = $1 and case_id is not null and state in ('printed', 'sealed')`,
      [district],
    )
    say(`${steps} steps by ${walkers.size} people…`)
    const ofFiles = Math.floor(steps / fileShare)
    const named = (names: readonly string[]) => new Map(names.map((name) => [name, walkers.get(name)!]))
    const perform: Parameters<typeof walkFiles>[0]['perform'] = (who, act, input) =>
      workers.attempt(who, act, input)
    const picture = await workers.upload(`${district}.clerk1`)
    const blanks = walkCustody({
      world,
      district,
      walkers: named(usernames),
      perform,
      picture,
      cases: printed.rows.map(({ id }) => id),
      seed,
      steps: steps - ofFiles,
    })
    const files = walkFiles({
      world,
      district,
      players: named(fileUsernames),
      perform,
      seed,
      steps: ofFiles,
    })
    const report = together(...(await Promise.all([blanks, files])))
    await world.sequencer.drain()
    const verified = await verifyEverything(world.pools.auditor, world.deps.vault)
    for (const { message } of verified.problems.slice(0, 5)) report.problems.push(message)
    return {
      ...report,
      mismatches: report.mismatches + verified.problems.length,
      verified: verified.ok,
      seed,
      ms: Math.round(performance.now() - started),
    }
  })
}

/** Two walks as one report. */
function together(a: WalkReport, b: WalkReport): WalkReport {
  const refusals = { ...a.refusals }
  for (const [code, count] of Object.entries(b.refusals)) refusals[code] = (refusals[code] ?? 0) + count
  return {
    steps: a.steps + b.steps,
    done: a.done + b.done,
    refused: a.refused + b.refused,
    refusals,
    problems: [...a.problems, ...b.problems],
    mismatches: a.mismatches + b.mismatches,
  }
}
