import { quorumMet } from '@mingbu/tlog'
import { type Static, Type } from 'typebox'
import type { Deps } from '../kernel/act.ts'
import { query } from '../kernel/query.ts'
import { witnessDuties } from '../people/duties.ts'
import type { Tx } from '../platform/db/tx.ts'
import { type LogPolicy, readPolicies } from './policy.ts'

const TextPair = Type.Object({ zh: Type.String(), en: Type.String() })
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])
const Sized = Type.Object({ size: Type.Integer(), at: Type.String() })

const LogStatus = Type.Object({
  id: Type.String(),
  name: TextPair,
  origin: Type.String(),
  size: Type.Integer({ description: 'Leaves in the log.' }),
  signed: Nullable(Sized),
  published: Nullable(Sized),
  waitingSeconds: Nullable(
    Type.Integer({ description: 'How long the oldest signed checkpoint has waited for its quorum.' }),
  ),
  policyVersion: Nullable(Type.Integer()),
  policy: Type.String({ description: 'C2SP tlog-policy.' }),
  quorum: Type.Boolean({ description: 'Whether the newest signed checkpoint has its quorum.' }),
  witnesses: Type.Array(
    Type.Object({
      name: Type.String({ description: 'As the policy names it: the id of the office.' }),
      cosigned: Nullable(Sized),
      lag: Type.Integer({ description: 'Leaves signed and not yet cosigned by it.' }),
      fault: Nullable(TextPair),
    }),
  ),
  /** Why it is signed or published no more. */
  contradicted: Nullable(TextPair),
  findings: Type.Array(
    Type.Object({
      kind: Type.String(),
      severity: Type.String(),
      state: Type.String(),
      summary: TextPair,
      openedAt: Type.String(),
      actId: Type.String(),
    }),
  ),
})

interface LogRow {
  id: string
  zh: string
  en: string
  origin: string
  size: number
  signed_size: number | null
  signed_at: string | null
  published_size: number | null
  published_at: string | null
  waiting: number | null
}

/**
 * How each log stands with its witnesses: how long it is, what was signed, what was published with a quorum, which
 * witness has cosigned how far and when, and what is wrong.
 */
export const witnessStatus = query({
  path: 'witnesses',
  title: { zh: '日志见证情况', en: 'Logs and their witnesses' },
  access: 'signed_in',
  duties: witnessDuties,
  params: Type.Object({}),
  result: Type.Object({
    items: Type.Array(LogStatus),
    sharedOperator: Type.Boolean({ description: 'One operator runs the logs and all their witnesses.' }),
    at: Type.String(),
  }),
  async run({ tx, deps, at }) {
    const logs = await tx.rows<LogRow>`
      select l.district as id, d.name_zh as zh, d.name_en as en, l.origin, h.size, c.size as signed_size, c.signed_at, p.size as published_size, p.at as published_at,
        (select extract(epoch from kernel.now() - min(w.signed_at))::int from evidence.checkpoint w
         where w.district = l.district and w.size > coalesce(p.size, -1)) as waiting
      from evidence.log l join kernel.district d on d.id = l.district join evidence.head h on h.district = l.district
        left join lateral (select size, signed_at from evidence.checkpoint k where k.district = l.district order by size desc limit 1) c on true
        left join lateral (select size, at from evidence.published k where k.district = l.district order by size desc limit 1) p on true
      order by d.sort`
    const policies = new Map((await readPolicies(tx.client)).map((one) => [one.district, one]))
    const items: Static<typeof LogStatus>[] = []
    for (const log of logs) items.push(await statusOf(tx, deps, log, policies.get(log.id)!))
    return { items, sharedOperator: deps.demo, at: at.toString() }
  },
})

async function statusOf(tx: Tx, deps: Deps, log: LogRow, policy: LogPolicy) {
  const lines = await cosignedBy(tx, log.id, policy)
  const faults = new Map(deps.outside.stateOf(policy).map((state) => [state.witness, state.fault]))
  const witnesses = policy.policy.witnesses.map(({ name, verifier }) => {
    const cosigned = lines.get(verifier.name) ?? null
    return {
      name,
      cosigned,
      lag: Math.max(0, (log.signed_size ?? 0) - (cosigned?.size ?? 0)),
      fault: faults.get(verifier.name) ?? null,
    }
  })
  const upToDate = new Set(witnesses.filter((one) => one.lag === 0).map((one) => one.name))
  const sized = (size: number | null, at: string | null) =>
    size === null || at === null ? null : { size, at }
  return {
    id: log.id,
    name: { zh: log.zh, en: log.en },
    origin: log.origin,
    size: log.size,
    signed: sized(log.signed_size, log.signed_at),
    published: sized(log.published_size, log.published_at),
    waitingSeconds: log.waiting,
    policyVersion: policy.version,
    policy: policy.text,
    quorum: quorumMet(policy.policy, upToDate),
    witnesses,
    contradicted: deps.outside.contradicted.get(log.id) ?? deps.outside.frozen.get(log.id) ?? null,
    findings: await findingsOf(tx, log.id),
  }
}

/** The largest checkpoint each witness of a log has cosigned, by the name of its key. Cost: one probe per witness. */
async function cosignedBy(tx: Tx, district: string, { policy }: LogPolicy) {
  const rows = await tx.rows<{ witness: string; size: number; at: string }>`
    select w.name as witness, c.size, c.at from unnest(${policy.witnesses.map(({ verifier }) => verifier.name)}::text[]) w (name),
      lateral (select size, at from evidence.cosignature k where k.district = ${district} and k.witness = w.name order by size desc limit 1) c`
  return new Map(rows.map(({ witness, size, at }) => [witness, { size, at }]))
}

async function findingsOf(tx: Tx, district: string) {
  const rows = await tx.rows<{
    kind: string
    severity: string
    state: string
    zh: string
    en: string
    at: string
    act: string
  }>`
    select kind, severity, state, summary_zh as zh, summary_en as en, opened_at as at, act_id as act from kernel.finding
    where district = any (${[district, 'city']}::text[]) and state in ('open', 'noticed', 'planned', 'fixed', 'verified')
      and subject = ${`log:${district}`} order by opened_at desc limit 20`
  return rows.map((row) => ({
    kind: row.kind,
    severity: row.severity,
    state: row.state,
    summary: { zh: row.zh, en: row.en },
    openedAt: row.at,
    actId: row.act,
  }))
}
