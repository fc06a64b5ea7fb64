import { seedDemo } from '../app/demo.ts'
import { verifyEverything } from '../evidence/verify.ts'
import { type Walker, type WalkReport, walkCustody } from './custody-walk.ts'
import { openScratch } from './scratch.ts'
import { Workers } from './work.ts'

const units = 300
const district = 'haishu'
/** Who plays: two keepers, two printers, two leaders, clerks as witnesses, and the superior bureau. */
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

/** Plays a random history of blanks on a scratch installation, against a plain model in memory. */
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
    for (const username of usernames) {
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
    say(`${steps} steps by ${usernames.length} people…`)
    const report = await walkCustody({
      world,
      district,
      walkers,
      perform: (who, act, input) => workers.attempt(who, act, input),
      picture: await workers.upload(`${district}.clerk1`),
      cases: printed.rows.map(({ id }) => id),
      seed,
      steps,
    })
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
