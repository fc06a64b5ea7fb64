import { Workers } from '../server/src/drill/work.ts'
import { isRefusal } from '../server/src/kernel/act.ts'
import type { ReadCtx } from '../server/src/kernel/perform.ts'
import type { Query } from '../server/src/kernel/query.ts'
import { compared, controls } from '../server/src/supervision/board/queries.ts'
import type { Timed } from './custody.ts'
import { openInstallation } from './installation.ts'

export interface BoardBench {
  /** Acts the counters stand for, and how many counters there are. */
  acts: number
  counters: number
  personCounters: number
  findings: number
  figures: Timed[]
  /** Acts counted in a second into the tallies, from what waits in the log; null when nothing waited. */
  countedPerSecond: number | null
  table: string
}

/**
 * What a look at the board costs in a city of ten million acts over three years, beside the same counted plainly from the acts
 * that are really there. The counters are invented, because nothing of a board but the tail reads acts.
 */
export async function benchBoard({
  say,
  acts = 10_000_000,
  days = 1095,
  looks = 60,
  seeded,
}: {
  say: (words: string) => unknown
  acts?: number
  /** Days they lie on. */
  days?: number
  looks?: number
  /** A data folder with a demo city, which is used up; without it one is made. */
  seeded?: string
}): Promise<BoardBench> {
  const installation = await openInstallation(say, seeded)
  const { world } = installation
  try {
    const admin = await world.admin()
    const started = performance.now()
    const counted = await world.tallyWatch.runOnce()
    const countedPerSecond =
      counted === 0 ? null : Math.round(counted / ((performance.now() - started) / 1000))
    say(`Inventing counters of ${acts} acts …`)
    await admin.query('set session_replication_role = replica')
    // Eighty types a day in every office, now and then refused; the day's acts spread evenly.
    await admin.query(
      `insert into supervision.act_tally
       select d.id, current_date - day, t.type, r.refusal, greatest(1, ($1::bigint / ($2 * 12 * 80 * 1.1))::bigint)
       from kernel.district d cross join generate_series(1, $2::int) day
         cross join (select type, row_number() over (order by type) as no from kernel.act_type order by type limit 80) t
         cross join (values ('', 1), ('no_duty', 10)) r (refusal, every)
       where (t.no + day) % r.every = 0
       on conflict do nothing`,
      [acts, days],
    )
    await admin.query(
      `insert into supervision.month_tally select district, date_trunc('month', day)::date, type, refusal, sum(n) from supervision.act_tally group by 1, 2, 3, 4
       on conflict (district, month, type, refusal) do update set n = excluded.n`,
    )
    await admin.query(
      `insert into supervision.person_tally
       select p.district, p.id, current_date - day, t.type, '', 8
       from kernel.person p cross join generate_series(1, $1::int) day
         cross join (select type, row_number() over (order by type) as no from kernel.act_type order by type limit 5) t
       on conflict do nothing`,
      [days],
    )
    await admin.query(
      `insert into kernel.finding (district, kind, clause, severity, subject, dedupe_key, summary_zh, summary_en, opened_by, opened_at, state, verified_by, act_id)
       select a.district, 'invented', '7.4', 'low', 'person:' || gen_random_uuid(), 'invented ' || n, '', '', 'service:detector', now() - n * interval '1 hour',
         case when n % 10 = 0 then 'open' else 'closed' end, case when n % 10 = 0 then null else (select id from kernel.person limit 1) end, a.id
       from generate_series(1, 20000) n cross join (select district, id from kernel.act where district = 'haishu' limit 1) a`,
    )
    await admin.query('analyze')
    const { rows } = await admin.query<{
      acts: number
      counters: number
      people: number
      findings: number
      person: string
    }>(
      `select (select sum(n) from supervision.act_tally)::float8 as acts, (select count(*) from supervision.act_tally)::int as counters,
         (select count(*) from supervision.person_tally)::int as people, (select count(*) from kernel.finding)::int as findings,
         (select person_id from supervision.person_tally limit 1) as person`,
    )
    const made = rows[0]!
    const token = await new Workers(world).tokenOf('city.inspector1')
    const figures: Timed[] = []
    const look = async (what: string, one: unknown, params: Record<string, string>) => {
      const { run } = one as Query
      const taken: number[] = []
      for (let i = 0; i < looks; i++) {
        const from = performance.now()
        const answer = await world.kernel.read(token, async (ctx: ReadCtx) =>
          JSON.stringify(await run(ctx, params)),
        )
        if (isRefusal(answer)) throw new Error(answer.code)
        taken.push(performance.now() - from)
      }
      taken.sort((a, b) => a - b)
      const at = (share: number) =>
        Math.round(taken[Math.min(taken.length - 1, Math.floor(share * taken.length))]! * 10) / 10
      figures.push({ what, times: looks, p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1) })
    }
    await look('the whole city', controls, {})
    await look('the whole city, last quarter', controls, { from: isoDay(-92), to: isoDay(-1) })
    await look('one office', controls, { district: 'haishu' })
    await look('one person', controls, { person: made.person })
    await look('offices beside one another', compared, {})
    await admin.end()
    const result = {
      acts: made.acts,
      counters: made.counters,
      personCounters: made.people,
      findings: made.findings,
      figures,
      countedPerSecond,
    }
    return { ...result, table: tableOf(result) }
  } finally {
    await installation.close()
  }
}

const isoDay = (days: number) => Temporal.Now.plainDateISO('Asia/Shanghai').add({ days }).toString()

function tableOf({ figures, ...made }: Omit<BoardBench, 'table'>): string {
  return [
    `${made.acts} acts in ${made.counters} counters of offices, ${made.personCounters} of persons, ${made.findings} findings`,
    ...figures.map(
      (one) => `${one.what.padEnd(32)} p50 ${one.p50Ms} ms, p95 ${one.p95Ms} ms, at most ${one.maxMs} ms`,
    ),
    `${made.countedPerSecond ?? '–'} leaves counted a second`,
  ].join('\n')
}
