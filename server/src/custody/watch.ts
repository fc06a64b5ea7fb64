import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { Type } from 'typebox'
import { act } from '../kernel/act.ts'
import { openFinding } from '../kernel/finding.ts'
import type { Kernel } from '../kernel/perform.ts'
import { Watch } from '../platform/watch.ts'
import type { WorkingCalendar } from '../values/calendar.ts'
import { findOverdueArchives } from './archives/watch.ts'
import { findSealsOut, sealsOut } from './seals.ts'

/** When seals are locked away (下班时间), as the office's clock shows it. */
export const closingTime = { hour: 17, minute: 30 }
const zone = 'Asia/Shanghai'

const ofDay = Type.Object(
  {
    district: Type.String({ title: '登记机构|Office', maxLength: 20 }),
    day: Type.String({ title: '日期|Day', pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
  },
  { additionalProperties: false },
)

/** Makes a finding of each seal of an office that is out after hours; the same seal on the same day once. */
export const watchSeals = act({
  type: 'custody.watchSeals',
  title: { zh: '下班后查章', en: 'Look for seals out after hours' },
  clauses: ['5.1'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: ofDay,
  result: Type.Object({ findings: Type.Integer() }),
  async handle(ctx, { day }) {
    return { findings: await findSealsOut(ctx, 'service:detector', day, await sealsOut(ctx)) }
  },
})

/** Makes a finding of seals whose uses and documents do not agree; an office and day once. */
export const watchSealUse = act({
  type: 'custody.watchSealUse',
  title: { zh: '每日核对用印', en: 'Compare uses of seals with documents' },
  clauses: ['5.1'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: ofDay,
  result: Type.Object({ findings: Type.Integer() }),
  async handle({ tx, district }, { day }) {
    const { n, first } = await tx.one<{ n: number; first: string | null }>`
      select count(*)::int as n, min(document) as first from custody.seal_use_difference where district = ${district}`
    if (n === 0) return { findings: 0 }
    const opened = await openFinding(tx, district, 'service:detector', {
      kind: 'seal_use_differs',
      clause: '5.1',
      severity: 'critical',
      subject: `office:${district}`,
      dedupeKey: `seal_use:${day}`,
      summary: {
        zh: `${day} 核对：${n} 份证书或文书与用印记录不符，首件 ${first ?? ''}`.slice(0, 500),
        en: `${day}: ${n} certificates or papers and the uses of seals do not agree, the first is ${first ?? ''}`.slice(
          0,
          500,
        ),
      },
    })
    return { findings: opened === null ? 0 : 1 }
  },
})

/** The day whose closing is past at a moment: today after closing time or on a day off, else null. Pure. */
export function closedDay(calendar: WorkingCalendar, now: Temporal.ZonedDateTime): Temporal.PlainDate | null {
  const day = now.toPlainDate()
  const open =
    calendar.isWorkingDay(day) === true &&
    Temporal.PlainTime.compare(now.toPlainTime(), Temporal.PlainTime.from(closingTime)) < 0
  return open ? null : day
}

export interface CustodyWatchOptions {
  /** Reads as the auditor. */
  pool: pg.Pool
  kernel: Kernel
  /** Token of the service that acts for the watch. */
  token: Uint8Array
  calendar: WorkingCalendar
  /** A demo is tried out at any hour: it has no closing time. */
  anyHour: () => boolean
}

/** Looks for loans overdue, each day for seals whose uses and documents differ, and after hours for seals that are not in their safe. */
export class CustodyWatch extends Watch<string[]> {
  readonly #options: CustodyWatchOptions
  /** The day on which the uses of seals were last compared: dear in a city with many, and so done once a day. */
  #compared: string | null = null

  constructor(options: CustodyWatchOptions) {
    super()
    this.#options = options
  }

  /** Looks once. Returns the offices that have a seal out after hours. */
  async runOnce(): Promise<string[]> {
    const { pool, kernel, token, calendar, anyHour } = this.#options
    await findOverdueArchives(pool, kernel, token)
    const { rows: clock } = await pool.query<{ now: string }>('select kernel.now() as now')
    const now = Temporal.Instant.from(clock[0]!.now).toZonedDateTimeISO(zone)
    await this.#compareUses(now.toPlainDate().toString())
    if (anyHour()) return []
    const day = closedDay(calendar, now)
    if (day === null) return []
    // An office whose every seal that is out has its finding of today is not asked again.
    const { rows } = await pool.query<{ district: string }>(
      `select distinct s.district from custody.seal s
         join kernel.custody_holding h on h.district = s.district and h.kind = 'seal' and h.edition = '' and h.serials @> s.no::int8
       where s.state = 'active' and h.place not in ('store', 'system') and not exists (
         select from kernel.finding f where f.district = s.district and f.dedupe_key = 'seal_out:' || s.no || ':' || $1) order by 1`,
      [day.toString()],
    )
    for (const { district } of rows)
      await kernel.perform(watchSeals, {
        token,
        requestId: randomUUID(),
        input: { district, day: day.toString() },
      })
    return rows.map((one) => one.district)
  }

  /** Each day once: an office whose seals and documents do not agree gets its finding. */
  async #compareUses(day: string): Promise<void> {
    if (this.#compared === day) return
    const { pool, kernel, token } = this.#options
    const { rows } = await pool.query<{ district: string }>(
      'select distinct district from custody.seal_use_difference order by 1',
    )
    for (const { district } of rows)
      await kernel.perform(watchSealUse, { token, requestId: randomUUID(), input: { district, day } })
    this.#compared = day
  }
}
