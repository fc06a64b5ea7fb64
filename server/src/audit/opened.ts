import { formatProofFile, inclusionProofFrom } from '@mingbu/tlog'
import { readHashes } from '../evidence/proofs.ts'
import { sha256 } from '../kernel/evidence-fields.ts'
import type { Archive } from '../platform/archive.ts'
import type { Tx } from '../platform/db/tx.ts'
import type { Vault } from '../platform/vault.ts'
import type { OpenedAct } from './check-opened.ts'

/** A log as far as a pack shows it. */
export interface ShownLog {
  district: string
  size: number
  /** The signed note over exactly `size`. */
  checkpoint: string
}

/** Which of these acts a pack of these logs can open, and which it cannot: not there, not yet in the log it shows, or with fields nobody sees yet. */
export async function findOpenable(
  tx: Tx,
  ids: readonly string[],
  logs: readonly ShownLog[],
): Promise<{ acts: { id: string; log: ShownLog; index: number }[]; missing: string[] }> {
  const rows = await tx.rows<{ id: string; district: string; idx: number }>`
    select l.act_id as id, l.district, l.idx from evidence.leaf l where l.act_id = any(${[...ids]}::uuid[])
      and (select count(*) from kernel.act_value v where v.district = l.district and v.act_id = l.act_id)
        = (select a.fields from kernel.act a where a.district = l.district and a.id = l.act_id)`
  const found = new Map(rows.map((row) => [row.id, row]))
  const acts = []
  const missing = []
  for (const id of new Set(ids)) {
    const leaf = found.get(id)
    const log = logs.find((one) => one.district === leaf?.district)
    if (leaf && log && leaf.idx < log.size) acts.push({ id, log, index: leaf.idx })
    else missing.push(id)
  }
  return { acts, missing }
}

/**
 * The acts that enrolled the keys with which these acts were confirmed, as far as the logs show them, and of each the one
 * field that says the key: without it nobody could check an officer's signature. All else of them stays closed.
 */
export async function findKeys(
  tx: Tx,
  acts: readonly { id: string; log: ShownLog }[],
  logs: readonly ShownLog[],
): Promise<(Awaited<ReturnType<typeof findOpenable>>['acts'][number] & { only: Set<string> })[]> {
  const rows = await tx.rows<{ factor: string; enrolled: string }>`
    select distinct o.factor, people.factor_enrolled(o.factor::uuid) as enrolled
    from (select convert_from(v.value, 'UTF8')::jsonb ->> 'factor' as factor, convert_from(v.value, 'UTF8')::jsonb ->> 'method' as method from kernel.act_value v
      where v.act_id = any(${acts.map(({ id }) => id)}::uuid[]) and v.district = any(${logs.map(({ district }) => district)}::text[])
        and v.field = 'officer' and not v.sealed and v.value is not null) o
    where o.method = 'passkey' and o.factor ~ '^[0-9a-f-]{36}$'`
  const known = rows.filter(({ enrolled }) => enrolled !== null && !acts.some(({ id }) => id === enrolled))
  const found = await findOpenable(
    tx,
    known.map(({ enrolled }) => enrolled),
    logs,
  )
  const named = Map.groupBy(known, ({ enrolled }) => enrolled)
  return found.acts.map((one) => ({
    ...one,
    only: new Set(named.get(one.id)!.map(({ factor }) => `row:people.factor:${factor}`)),
  }))
}

/**
 * Writes one act opened: its fields with salt and value as far as they were not erased, its entry, and the proof of the
 * entry as anyone's verifier reads it (c2sp.org/tlog-proof). With `only`, no other field shows its value.
 */
export async function writeOpened(
  tx: Tx,
  vault: Vault,
  archive: Archive,
  { id, log, index, only }: { id: string; log: ShownLog; index: number; only?: ReadonlySet<string> },
): Promise<void> {
  const { entry } = await tx.one<{ entry: Buffer }>`
    select entry from kernel.act where district = ${log.district} and id = ${id}::uuid`
  const values = await tx.rows<{
    no: number
    field: string
    commitment: Buffer
    salt: Buffer | null
    value: Buffer | null
    sealed: boolean
  }>`
    select no, field, commitment, salt, value, sealed from kernel.act_value
    where district = ${log.district} and act_id = ${id}::uuid order by no`
  const opened: OpenedAct = {
    act: id,
    district: log.district,
    index,
    fields: values.map(({ no, field, commitment, salt, value, sealed }) => ({
      no,
      name: field,
      commitment: commitment.toString('hex'),
      ...((only?.has(field) ?? true) &&
        salt &&
        value && { salt: salt.toString('hex'), ...asText(sealed ? vault.open(value) : value) }),
    })),
  }
  archive.add(`opened/${id}.json`, `${JSON.stringify(opened, null, 2)}\n`)
  archive.add(`opened/${id}.entry`, entry)
  const proof = await inclusionProofFrom(
    (level, start, count) => readHashes(tx, log.district, level, start, count),
    index,
    log.size,
    sha256,
  )
  archive.add(`opened/${id}.tlog-proof`, formatProofFile({ index, proof, checkpoint: log.checkpoint }))
}

/** Bytes as text where they are one, so that a reader can read them; else in base64. */
function asText(value: Buffer): { value: string } | { valueBase64: string } {
  const text = value.toString('utf8')
  return Buffer.from(text).equals(value) ? { value: text } : { valueBase64: value.toString('base64') }
}
