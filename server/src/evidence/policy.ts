import { formatPolicy, NoteError, type Policy, parsePolicy, parseVkey } from '@mingbu/tlog'
import type pg from 'pg'
import { Type } from 'typebox'
import { act } from '../kernel/act.ts'
import { refuser, type Text } from '../kernel/refusal.ts'
import { table } from '../platform/db/tx.ts'
import { faultText } from '../values/logFaults.ts'
import { neighbours, witnessName, witnessOffices } from './neighbours.ts'

export const policyTable = table('evidence.policy', ['log', 'version'])

const refuse = refuser({
  policy_wrong: {
    clause: '6.4',
    zh: '{log} 的见证规则不能采用：{why}',
    en: 'The policy of {log} cannot be adopted: {why}',
  },
})

/**
 * Adopts who must have signed a checkpoint before it is shown to anyone. Each version is an act in the city's log,
 * so that keys exchanged in the tables alone are found.
 */
export const adoptPolicies = act({
  type: 'evidence.adoptPolicies',
  title: { zh: '采用日志见证规则', en: 'Adopt witness policies' },
  clauses: ['6.4'],
  actors: ['service'],
  duties: [],
  input: Type.Object(
    {
      policies: Type.Array(
        Type.Object(
          {
            log: Type.String({ title: '登记机构|Office', maxLength: 20 }),
            text: Type.String({ title: '规则|Policy', maxLength: 20_000 }),
          },
          { additionalProperties: false },
        ),
        { title: '规则|Policies', minItems: 1, maxItems: 100 },
      ),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ adopted: Type.Integer() }),
  async handle({ tx }, { policies }) {
    for (const { log, text } of policies) {
      const known = await tx.maybe<{ vkey: string; version: number }>`
        select l.vkey, (select coalesce(max(version), 0) from evidence.policy p where p.log = l.district)::int as version
        from evidence.log l where l.district = ${log}`
      const why = known ? policyProblem(text, known.vkey) : { zh: '没有这个日志', en: 'there is no such log' }
      if (why !== null) return refuse('policy_wrong', { log, why })
      await tx.put(policyTable, { log, version: known!.version + 1, text })
    }
    return { adopted: policies.length }
  },
})

/** Why a text is no policy of the log with this key; null when it is one. */
function policyProblem(text: string, vkey: string): Text | null {
  try {
    const { logs } = parsePolicy(text)
    const key = parseVkey(vkey)
    if (logs.some(({ verifier }) => verifier.name === key.name)) return null
    return { zh: `没有写明 ${key.name}`, en: `it does not name ${key.name}` }
  } catch (error) {
    if (error instanceof NoteError) return faultText(error)
    throw error
  }
}

/** The house's own policy of one log: any two neighbours and the city bureau; for the bureau's log, three districts. */
export function housePolicy(log: string, logVkey: string, witnessVkeys: ReadonlyMap<string, string>): string {
  const witness = (office: string) => ({
    name: office,
    verifier: parseVkey(witnessVkeys.get(witnessName(office)) ?? ''),
  })
  const near = [...(neighbours[log] ?? [])]
  const own: Policy = {
    logs: [{ verifier: parseVkey(logVkey) }],
    witnesses: witnessOffices(log).map(witness),
    groups:
      log === 'city'
        ? [{ name: 'districts', threshold: 3, members: near }]
        : [
            { name: 'neighbours', threshold: 2, members: near },
            { name: 'both', threshold: 'all', members: ['neighbours', 'city'] },
          ],
    quorum: log === 'city' ? 'districts' : 'both',
  }
  return formatPolicy(own)
}

/** The policy that asks for the log's own signature alone: what a log without an adopted policy is read by. */
export const ownSignatureOnly = (logVkey: string): string =>
  formatPolicy({ logs: [{ verifier: parseVkey(logVkey) }], witnesses: [], groups: [], quorum: 'none' })

/** A log with the policy in force. */
export interface LogPolicy {
  district: string
  origin: string
  /** Null while none is adopted: then the log's own signature is enough. */
  version: number | null
  text: string
  policy: Policy
}

/** Every log and its policy in force. */
export async function readPolicies(client: Pick<pg.ClientBase, 'query'>): Promise<LogPolicy[]> {
  const { rows } = await client.query<{
    district: string
    origin: string
    vkey: string
    version: number | null
    text: string | null
  }>(
    `select l.district, l.origin, l.vkey, p.version, p.text from evidence.log l
       left join lateral (select version, text from evidence.policy where log = l.district order by version desc limit 1) p on true
     order by l.district`,
  )
  return rows.map(({ district, origin, vkey, version, text }) => {
    const own = text ?? ownSignatureOnly(vkey)
    return { district, origin, version, text: own, policy: parsePolicy(own) }
  })
}
