import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { seedDemo } from '../app/demo.ts'
import type { World } from '../app/world.ts'
import { firstReview } from '../cases/acts.ts'
import { raiseAlarm } from '../evidence/alarms.ts'
import { verifyEverything } from '../evidence/verify.ts'
import type { AnyAct } from '../kernel/act.ts'
import { giveNotice, makePlan } from '../supervision/rectification/acts.ts'
import { askExtension } from '../supervision/rectification/extension.ts'
import { Draws } from './draws.ts'
import { openScratch } from './scratch.ts'
import { Workers } from './work.ts'

export interface BoardDrill {
  /** Acts that were performed or refused, those of the seed included. */
  acts: number
  /** Counters compared: of offices and of persons, as they stand and rebuilt. */
  counters: number
  /** Counters that say something else than a plain count of all acts. */
  unequal: number
  seed: number
  /** What verification of the whole log says afterwards. */
  verified: boolean
  problems: string[]
  ms: number
}

const units = 300
const lanes = 6

/** Where a history is played, and how its people do things. */
export interface BoardTown {
  world: World
  /** Clerks and leaders of each office, by user name. */
  offices: Readonly<Record<string, { clerks: readonly string[]; leaders: readonly string[] }>>
  /** It is another day: everybody signs in anew. */
  signIn(): Promise<void>
  upload(username: string): Promise<unknown>
  attempt(username: string, act: AnyAct, input: unknown): Promise<unknown>
  wrongPassword(username: string): Promise<unknown>
  /** As the service that looks. */
  alarm(input: object): Promise<unknown>
}

/** Plays a random history on a scratch city, then holds every counter of the board against a plain count. */
export async function drillBoard(
  { seed, acts }: { seed: number; acts: number },
  say: (words: string) => unknown,
): Promise<BoardDrill> {
  const started = performance.now()
  await using scratch = await openScratch()
  return await scratch.inWorld(async (world) => {
    say('Making the demo city…')
    await seedDemo(world, { seed: 7, units }, () => {})
    const report = await playBoard(demoTown(world), { seed, acts }, say)
    return { ...report, ms: Math.round(performance.now() - started) }
  })
}

/** Four offices of the demo city. */
function demoTown(world: World): BoardTown {
  let workers = new Workers(world)
  const offices = Object.fromEntries(
    ['haishu', 'jiangbei', 'yinzhou', 'yuyao'].map((office) => [
      office,
      {
        clerks: [1, 2, 3].map((no) => `${office}.clerk${no}`),
        leaders: ['head', 'leader'].map((one) => `${office}.${one}`),
      },
    ]),
  )
  return {
    world,
    offices,
    async signIn() {
      workers = new Workers(world)
      for (const { clerks, leaders } of Object.values(offices))
        for (const one of [...clerks, ...leaders]) await workers.tokenOf(one)
    },
    upload: (username) => workers.upload(username),
    attempt: (username, act, input) => workers.attempt(username, act, input),
    wrongPassword: (username) => workers.wrongPassword(username),
    alarm: (input) => workers.asService('detector', raiseAlarm, input),
  }
}

/**
 * A random history: acts done and refused, findings opened and worked off, days that pass, and counting that comes late, stops
 * half-way and is done by two at once. Then every counter is compared as it stands, once all is counted, and rebuilt from nothing.
 */
export async function playBoard(
  town: BoardTown,
  { seed, acts }: { seed: number; acts: number },
  say: (words: string) => unknown,
): Promise<Omit<BoardDrill, 'ms'>> {
  const { world } = town
  const history = new History(town, seed)
  for (let played = 0; played < acts; ) {
    const most = Math.min(acts - played, 2000)
    await history.day(most)
    played += most
    say(`${played} of ${acts} acts`)
  }
  const admin = await world.admin()
  try {
    // What is counted and what is not yet, together.
    const standing = await compare(admin, true)
    await world.sequencer.drain()
    await world.tallyWatch.runOnce()
    const counted = await compare(admin, false)
    const rebuilt = await rebuild(admin, new Draws(seed + 1))
    const report = await verifyEverything(world.pools.auditor, world.deps.vault, { files: world.deps.files })
    const { rows } = await admin.query<{ n: number }>('select count(*)::int as n from kernel.act')
    const all = [standing, counted, rebuilt]
    return {
      acts: rows[0]!.n,
      counters: all.reduce((sum, one) => sum + one.counters, 0),
      unequal: all.reduce((sum, one) => sum + one.unequal.length, 0),
      seed,
      verified: report.problems.length === 0,
      problems: [
        ...all.flatMap((one) => one.unequal),
        ...report.problems.map((problem) => problem.message),
      ].slice(0, 20),
    }
  } finally {
    await admin.end()
  }
}

/** What people of several offices do, and the counting beside it. */
class History {
  readonly #town: BoardTown
  readonly #draws: Draws
  #days = 0

  constructor(town: BoardTown, seed: number) {
    this.#town = town
    this.#draws = new Draws(seed)
  }

  /** One day of so many acts, by several people at once; then it is another. */
  async day(acts: number): Promise<void> {
    const admin = await this.#town.world.admin()
    try {
      this.#days += 1 + Math.floor(this.#draws.next() * 3)
      await admin.query(`update kernel.clock set ahead = make_interval(days => $1)`, [this.#days])
      await this.#town.signIn()
      let left = acts
      const lane = async () => {
        while (left-- > 0) await this.#step(admin)
      }
      await Promise.all(Array.from({ length: lanes }, lane))
    } finally {
      await admin.end()
    }
  }

  async #step(admin: pg.Client): Promise<void> {
    const { offices, world, ...town } = this.#town
    const office = this.#draws.one(Object.keys(offices))
    const { clerks, leaders } = offices[office]!
    const clerk = this.#draws.one(clerks)
    const drawn = this.#draws.next()
    if (drawn < 0.72) await town.upload(clerk)
    else if (drawn < 0.87) await town.attempt(clerk, firstReview, { caseId: randomUUID(), opinion: '同意' })
    else if (drawn < 0.9) await town.wrongPassword(`${clerk}.nobody`)
    else if (drawn < 0.93)
      await town.alarm({
        log: office,
        kind: this.#draws.one(['queue_lag', 'publication_lag']),
        detail: { zh: '6 秒', en: '6 s' },
      })
    else if (drawn < 0.97) await this.#mend(admin, office, this.#draws.one(leaders))
    else if (drawn < 0.98) await world.sequencer.runOnce()
    else await this.#count()
  }

  /** Moves a finding on; by the wrong one or with a wrong day it is refused, which counts as well. */
  async #mend(admin: pg.Client, office: string, leader: string): Promise<void> {
    const { rows } = await admin.query<{ id: string; state: string; someone: string; day: string }>(
      `select f.id, f.state, p.id as someone, (kernel.day_of(kernel.now()) + 1 + (random() * 9)::int)::text as day
       from kernel.finding f cross join lateral (
         select a.person_id as id from kernel.account a where a.username = any ($2) order by a.username limit 1) p
       where f.district = $1 and f.state <> 'closed' order by f.id limit 1`,
      [office, this.#town.offices[office]!.clerks],
    )
    const [finding] = rows
    if (!finding) return
    const of = { district: office, findingId: finding.id }
    const clerk = this.#draws.one(this.#town.offices[office]!.clerks)
    if (finding.state === 'open')
      await this.#town.attempt(leader, giveNotice, {
        ...of,
        responsibleId: finding.someone,
        requirement: '查明原因',
        planDue: finding.day,
      })
    else if (finding.state === 'noticed')
      await this.#town.attempt(clerk, makePlan, { ...of, measures: '逐项核对', deadline: finding.day })
    else await this.#town.attempt(clerk, askExtension, { ...of, until: finding.day, reason: '量大' })
  }

  /** Counts a few, by one or by two at once. */
  async #count(): Promise<void> {
    const most = 1 + Math.floor(this.#draws.next() * 200)
    const once = () => this.#town.world.pools.sequencer.query('select supervision.tally($1)', [most])
    if (this.#draws.next() < 0.3) await Promise.all([once(), once()])
    else await once()
  }
}

interface Compared {
  counters: number
  unequal: string[]
}

const plain = {
  act: `select district, '' as who, kernel.day_of(at) as day, type, coalesce(refusal, '') as refusal, count(*) as n from kernel.act group by 1, 2, 3, 4, 5`,
  month: `select district, '' as who, date_trunc('month', kernel.day_of(at))::date as day, type, coalesce(refusal, '') as refusal, count(*) as n
    from kernel.act group by 1, 2, 3, 4, 5`,
  person: `select district, person_id::text as who, kernel.day_of(at) as day, type, coalesce(refusal, '') as refusal, count(*) as n
    from kernel.act where person_id is not null group by 1, 2, 3, 4, 5`,
}
const kept = {
  act: `select district, '' as who, day, type, refusal, n from supervision.act_tally`,
  month: `select district, '' as who, month, type, refusal, n from supervision.month_tally`,
  person: `select district, person_id::text as who, day, type, refusal, n from supervision.person_tally`,
}
const waiting = {
  act: `select district, '', day, type, refusal, 1 from supervision.untallied()`,
  month: `select district, '', date_trunc('month', day)::date, type, refusal, 1 from supervision.untallied()`,
  person: `select district, person_id::text, day, type, refusal, 1 from supervision.untallied() where person_id is not null`,
}

/** Holds every counter against a plain count, with what waits to be counted or without. */
async function compare(admin: pg.Client, withWaiting: boolean): Promise<Compared> {
  const found: Compared = { counters: 0, unequal: [] }
  // The waiting ones are told to the auditor; of the superuser nobody knows what office it reads.
  await admin.query('set session authorization mingbu_auditor')
  for (const book of ['act', 'month', 'person'] as const) {
    const counted = withWaiting ? `${kept[book]} union all ${waiting[book]}` : kept[book]
    const { rows } = await admin.query<{ place: string; counted: string | null; plain: string | null }>(
      `select concat_ws('/', district, who, day, type, refusal) as place, c.n::text as counted, p.n::text as plain
       from (select district, who, day, type, refusal, sum(n) as n from (${counted}) x (district, who, day, type, refusal, n) group by 1, 2, 3, 4, 5) c
         full join (${plain[book]}) p using (district, who, day, type, refusal)`,
    )
    found.counters += rows.length
    for (const one of rows)
      if (one.counted !== one.plain)
        found.unequal.push(
          `${book} ${one.place}: counted ${one.counted ?? 'nothing'}, there are ${one.plain ?? 'none'}`,
        )
  }
  await admin.query('reset session authorization')
  return found
}

/** Counts everything anew, in batches of drawn sizes, and compares again. */
async function rebuild(admin: pg.Client, draws: Draws): Promise<Compared> {
  await admin.query('begin')
  try {
    await admin.query('set local session_replication_role = replica')
    await admin.query('delete from supervision.act_tally')
    await admin.query('delete from supervision.month_tally')
    await admin.query('delete from supervision.person_tally')
    await admin.query('delete from supervision.tallied')
    await admin.query('set local session_replication_role = origin')
    for (let counted = 1; counted > 0; ) {
      const { rows } = await admin.query<{ n: number }>('select supervision.tally($1)::int as n', [
        1 + Math.floor(draws.next() * 5000),
      ])
      counted = rows[0]!.n
    }
    return await compare(admin, false)
  } finally {
    await admin.query('rollback')
  }
}
