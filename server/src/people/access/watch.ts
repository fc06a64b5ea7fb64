import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { Type } from 'typebox'
import { act, type Ctx } from '../../kernel/act.ts'
import { dutyName } from '../../kernel/duty.ts'
import { type NewFinding, openFinding } from '../../kernel/finding.ts'
import type { Kernel } from '../../kernel/perform.ts'
import type { Text } from '../../kernel/refusal.ts'
import { Tx } from '../../platform/db/tx.ts'
import { Watch } from '../../platform/watch.ts'
import { endGrant } from './acts.ts'
import { type Judging, oddLooks } from './odd-looks.ts'

interface Fault {
  kind: keyof typeof faultKinds
  person_id: string | null
  person: string | null
  unit_code: string | null
  n: number
  limit_: number
}

/** Odd looks and attempts, by the kind of finding each opens. */
export const faultKinds = {
  access_over_scope: {
    severity: 'high',
    title: {
      zh: '{who}一日内越权尝试 {n} 次（阈值 {limit}）',
      en: '{who} tried {n} times in a day to see or do what is beyond their scope (limit {limit})',
    },
  },
  access_many_looks: {
    severity: 'high',
    title: {
      zh: '{who}一日内查看登记信息 {n} 次，明显多于平常（界限 {limit}）',
      en: '{who} looked at the register {n} times in a day, far more than usual (bound {limit})',
    },
  },
  access_same_unit: {
    severity: 'high',
    title: {
      zh: '不动产单元 {who} 三十日内无案件被查看 {n} 次（阈值 {limit}）',
      en: 'The unit {who} was looked at {n} times in thirty days without a case (limit {limit})',
    },
  },
  access_person_sweep: {
    severity: 'critical',
    title: {
      zh: '{who}一日内以人查房得到 {n} 个不动产单元（阈值 {limit}）',
      en: '{who} found {n} units by identity numbers in one day (limit {limit})',
    },
  },
  access_idle_holders: {
    severity: 'high',
    title: {
      zh: '{who}一日内为申请读取权利人 {n} 次而没有申请（阈值 {limit}）',
      en: '{who} read holders for an application {n} times in a day, and no application came (limit {limit})',
    },
  },
  access_off_hours: {
    severity: 'high',
    title: {
      zh: '{who}在夜间或休息日查看登记信息 {n} 次（阈值 {limit}）',
      en: '{who} looked at the register {n} times by night or on a day off (limit {limit})',
    },
  },
  access_number_series: {
    severity: 'critical',
    title: {
      zh: '{who}一日内按连续的身份证号码以人查房，连号 {n} 个（阈值 {limit}）',
      en: '{who} asked by identity numbers that follow one another, {n} in a day (limit {limit})',
    },
  },
} as const satisfies Record<string, { severity: NewFinding['severity']; title: Text }>

const zone = 'Asia/Shanghai'

/** What the looks of a day show, as findings. */
async function lookFaults(
  tx: Tx,
  district: string,
  day: Temporal.PlainDate,
  judging: Judging,
): Promise<NewFinding[]> {
  const faults = await tx.rows<Fault>`
    select f.kind, f.person_id, p.name as person, f.unit_code, f.n, f.limit_
    from people.look_faults(${district}, ${day.toString()}::date) f left join kernel.person p on p.id = f.person_id`
  const odd = await oddLooks(tx, district, day, judging)
  return [...faults, ...odd].map((fault) => findingOf(fault, day))
}

function findingOf(
  { kind, person_id, person, unit_code, n, limit_ }: Fault,
  day: Temporal.PlainDate,
): NewFinding {
  const { severity, title } = faultKinds[kind]
  const fill = (words: string) =>
    words
      .replace('{who}', person ?? unit_code ?? '')
      .replace('{n}', String(n))
      .replace('{limit}', String(limit_))
  const of = person_id ? `person:${person_id}` : `unit:${unit_code}`
  // A unit is told of once a month, a person once a day.
  const when = person_id ? day.toString() : day.toString().slice(0, 7)
  return {
    kind,
    clause: '6.7',
    severity,
    subject: of,
    dedupeKey: `${kind}:${of}:${when}`,
    summary: { zh: `${day} ${fill(title.zh)}`, en: `${day} ${fill(title.en)}` },
  }
}

/**
 * 权限巡查: once a day per office, and whenever something new shows: opens findings of odd looks of yesterday and today,
 * and ends what was asked for and not confirmed (decision 0026).
 */
export const watchAccess = act({
  type: 'access.watch',
  title: { zh: '权限巡查', en: 'Watch over rights and looks' },
  clauses: ['6.7'],
  actors: ['service'],
  duties: [],
  grants: 'end',
  districtOf: (input) => input.district,
  input: Type.Object(
    { district: Type.String({ title: '登记机构|Office', maxLength: 20 }) },
    { additionalProperties: false },
  ),
  result: Type.Object({
    findings: Type.Integer(),
    ended: Type.Integer(),
  }),
  created: () => ({ kind: 'access_watch', id: 'office' }),
  async handle(ctx) {
    const today = ctx.at.toZonedDateTimeISO(zone).toPlainDate()
    const ended = await endUnconfirmed(ctx)
    const faults = [
      ...(await lookFaults(ctx.tx, ctx.district, today.subtract({ days: 1 }), ctx.deps)),
      ...(await lookFaults(ctx.tx, ctx.district, today, ctx.deps)),
      ...ended,
    ]
    let findings = 0
    for (const fault of await unknown(ctx.tx, ctx.district, faults))
      if (await openFinding(ctx.tx, ctx.district, 'service:detector', fault)) findings++
    return { findings, ended: ended.length }
  },
})

/** Faults that no finding was ever opened for: one that was closed is not opened again. */
async function unknown(tx: Tx, district: string, faults: NewFinding[]): Promise<NewFinding[]> {
  if (faults.length === 0) return []
  const known = await tx.rows<{ key: string }>`
    select dedupe_key as key from kernel.finding where district = ${district} and dedupe_key = any (${faults.map((one) => one.dedupeKey)}::text[])`
  const keys = new Set(known.map((one) => one.key))
  return faults.filter((one) => !keys.has(one.dedupeKey))
}

async function endUnconfirmed(ctx: Ctx): Promise<NewFinding[]> {
  const { tx, district, at } = ctx
  const rows = await tx.rows<{
    grant_id: string
    person_id: string
    name: string
    duty: string
    since: string
  }>`
    select u.*, p.name from people.unconfirmed(${district}, ${at.toString()}::timestamptz) u join kernel.person p on p.id = u.person_id`
  for (const { grant_id, since } of rows) await endGrant(ctx, { district, id: grant_id, from: since })
  return rows.map(({ grant_id, person_id, name, duty }) => ({
    kind: 'access_unconfirmed',
    clause: '6.7',
    severity: 'medium',
    subject: `person:${person_id}`,
    dedupeKey: `access_unconfirmed:${grant_id}`,
    summary: {
      zh: `${name}的“${dutyName(duty).zh}”权限未经季度复核确认，已自动终止`,
      en: `The right of ${name} to “${dutyName(duty).en}” was not confirmed in the quarterly review and has ended`,
    },
  }))
}

export interface AccessWatchOptions {
  /** Reads as the auditor. */
  pool: pg.Pool
  kernel: Kernel
  /** Token of the service that acts for the watch. */
  token: Uint8Array
  judging: Judging
}

/** Stands beside the offices and performs `access.watch` where there is something to say: nothing new, no act. */
export class AccessWatch extends Watch<string[]> {
  readonly #options: AccessWatchOptions

  constructor(options: AccessWatchOptions) {
    super()
    this.#options = options
  }

  /** Looks once. Returns the offices in which it acted. */
  async runOnce(): Promise<string[]> {
    const { pool, kernel, token } = this.#options
    const { rows } = await pool.query<{ district: string }>(somethingNew)
    const offices = [...new Set([...rows.map(({ district }) => district), ...(await this.#oddToday())])]
    for (const district of offices)
      await kernel.perform(watchAccess, { token, requestId: randomUUID(), input: { district } })
    return offices
  }

  /** Offices where hours or numbers show something that no finding tells of. */
  async #oddToday(): Promise<string[]> {
    const { pool, judging } = this.#options
    const client = await pool.connect()
    try {
      const tx = new Tx(client)
      const { today } = await tx.one<{ today: string }>`
        select (kernel.now() at time zone ${zone})::date::text as today`
      const day = Temporal.PlainDate.from(today)
      const looked = await tx.rows<{ district: string }>`
        select d.id as district from kernel.district d where exists (
          select from kernel.act a where a.district = d.id and a.at >= kernel.now() - interval '48 hours' and a.type in ('register.view', 'register.print', 'register.holdings', 'register.holders'))`
      const found: string[] = []
      for (const { district } of looked) {
        const faults: NewFinding[] = []
        for (const one of [day.subtract({ days: 1 }), day])
          faults.push(...(await oddLooks(tx, district, one, judging)).map((fault) => findingOf(fault, one)))
        if ((await unknown(tx, district, faults)).length > 0) found.push(district)
      }
      return found
    } finally {
      client.release()
    }
  }
}

/** Offices with a fault no finding tells of, or a right to end. */
const somethingNew = `
  with t as (select kernel.now() as at, (kernel.now() at time zone 'Asia/Shanghai')::date as today)
  select d.id as district from kernel.district d, t where
    exists (select from generate_series(t.today - 1, t.today, '1 day') day, people.look_faults(d.id, day::date) f
      where not exists (select from kernel.finding n where n.district = d.id and n.dedupe_key = f.kind || ':'
        || coalesce('person:' || f.person_id || ':' || day::date, 'unit:' || f.unit_code || ':' || to_char(day, 'YYYY-MM'))))
    or exists (select from people.unconfirmed(d.id, t.at))
  order by d.sort`
