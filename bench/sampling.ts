import { openInstallation } from './installation.ts'
import { median, round } from './measure.ts'

/** What drawing a sample from a large frame takes. */
export interface SamplingBench {
  candidates: number
  strata: number
  sampled: number
  /** Drawn and written, and the frame merely read through, in milliseconds: the median and the longest. */
  drawMs: number
  drawMaxMs: number
  readMs: number
  readMaxMs: number
  /** How many times longer drawing takes than reading. */
  ratio: number
  /** Hash and sizes of the whole frame, as verification counts them again. */
  hashMs: number
  table: string
}

/**
 * Draws 1,000 of a million cases in twelve strata, as the act that confirms the value does, beside the frame read through by plain
 * SQL. The frame is invented; nothing of a draw reads more than it.
 */
export async function benchSampling({
  say,
  candidates = 1_000_000,
  size = 1000,
  times = 7,
  seeded,
}: {
  say: (words: string) => unknown
  candidates?: number
  size?: number
  times?: number
  /** A data folder with a demo city, which is used up; without it one is made. */
  seeded?: string
}): Promise<SamplingBench> {
  const { world, close } = await openInstallation(say, seeded)
  const admin = await world.admin()
  try {
    say(`Inventing a frame of ${candidates} cases …`)
    await admin.query('set session_replication_role = replica')
    const { rows: made } = await admin.query<{ id: string }>(
      `with act as (select id, person_id from kernel.act where district = 'haishu' and person_id is not null limit 1)
       insert into supervision.sampling (district, source, strata_by, from_day, to_day, size, value_kind, value_name, value_rule, value_on, person_id, at, act_id)
       select 'haishu', 'cases', 'month', kernel.day_of(now()) - 365, kernel.day_of(now()), $1, 'other', 'invented', 'invented', kernel.day_of(now()) + 1, act.person_id, now(), act.id from act returning id`,
      [size],
    )
    const { id } = made[0]!
    await admin.query(
      `insert into supervision.frame_item select 'haishu', $1, '2026-' || lpad((1 + n % 12)::text, 2, '0'), gen_random_uuid() from generate_series(1, $2::int) n`,
      [id, candidates],
    )
    await admin.query('analyze supervision.frame_item')
    const timed = async (statement: string, values: unknown[] = []) => {
      const start = performance.now()
      const result = await admin.query(statement, values)
      return { ms: performance.now() - start, result }
    }
    const hashed = await timed(
      `insert into supervision.sampling_frame (district, sampling_id, candidates, hash, strata, at, act_id)
       select s.district, s.id, f.candidates, f.hash, f.strata, s.at, s.act_id from supervision.sampling s cross join lateral supervision.frame_sum(s.district, s.id) f where s.id = $1`,
      [id],
    )
    await admin.query(
      `insert into supervision.sampling_confirmation (district, sampling_id, no, agrees, value, word, planned_by, entered_by, seed, person_id, at, act_id)
       select district, id, 1, true, '1', 'invented', person_id, person_id, supervision.seed_of(repeat('0', 64), '1'), gen_random_uuid(), at, act_id from supervision.sampling where id = $1`,
      [id],
    )
    const draws: number[] = []
    const reads: number[] = []
    let sampled = 0
    for (let i = 0; i < times; i++) {
      await admin.query('begin')
      const drawn = await timed(
        `insert into supervision.sample_item (district, sampling_id, candidate, stratum, rank) select 'haishu', $1, d.candidate, d.stratum, d.rank from supervision.drawn('haishu', $1) d`,
        [id],
      )
      await admin.query('rollback')
      sampled = drawn.result.rowCount ?? 0
      draws.push(drawn.ms)
      const read = await timed(
        `select count(candidate), max(stratum) from supervision.frame_item where district = 'haishu' and sampling_id = $1`,
        [id],
      )
      reads.push(read.ms)
    }
    const figures = {
      candidates,
      strata: 12,
      sampled,
      drawMs: round(median(draws)),
      drawMaxMs: round(Math.max(...draws)),
      readMs: round(median(reads)),
      readMaxMs: round(Math.max(...reads)),
      ratio: round(median(draws) / median(reads)),
      hashMs: round(hashed.ms),
    }
    return { ...figures, table: tableOf(figures) }
  } finally {
    await admin.end()
    await close()
  }
}

const tableOf = (one: Omit<SamplingBench, 'table'>): string =>
  [
    `${one.sampled} of ${one.candidates} cases in ${one.strata} strata`,
    `drawn and written  median ${one.drawMs} ms, at most ${one.drawMaxMs} ms`,
    `frame read through median ${one.readMs} ms, at most ${one.readMaxMs} ms: drawing takes ${one.ratio} times as long`,
    `frame hashed       ${one.hashMs} ms`,
  ].join('\n')
