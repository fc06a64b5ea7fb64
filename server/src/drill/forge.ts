import { hkdfSync, randomBytes, randomUUID, sign } from 'node:crypto'
import { join } from 'node:path'
import {
  commitmentWith,
  decodeLeaf,
  encodeLeaf,
  fieldsRootWith,
  formatCheckpoint,
  formatLine,
  leafHash,
  signerFromSeed,
  utf8,
} from '@mingbu/tlog'
import { type Edge, emptyEdge, grow, rootOf, type TileRoot } from '../evidence/edge.ts'
import { originOf } from '../evidence/neighbours.ts'
import { canonicalBytes, commit, sha256 } from '../kernel/evidence-fields.ts'
import { ed25519FromSeed } from '../signing/keys.ts'
import { readSeed } from '../signing/seed.ts'
import type { Scene } from './attack.ts'

/** What somebody can do who holds every key of the house and takes pains: everything here fits together. */

/** The log's own seed, taken from the signer's folder. */
export const logSeed = ({ scratch }: Pick<Scene, 'scratch'>, district: string): Buffer =>
  Buffer.from(
    hkdfSync('sha256', readSeed(join(scratch.dataDir, 'signer')), '', `mingbu log ${originOf(district)}`, 32),
  )

/** Writes an act of a person as the kernel would, from the database's own prompt: an upload, in whatever session. */
export async function forgeAct(
  { copy, t }: Scene,
  { person, session }: { person: string; session: string | null },
): Promise<void> {
  const { admin } = copy
  const file = randomBytes(32).toString('hex')
  const request = randomUUID()
  const inputHash = sha256(Buffer.from(request))
  await admin.query('begin')
  await admin.query(
    `select kernel.bind_tx('acting', $1, $2, $3, $4, false, $4, kernel.uuid7(), 'file.store', $5, $6, '{}', kernel.now())`,
    [`person:${person}`, person, session, t.district, request, inputHash],
  )
  const { rows } = await admin.query<{ image: string }>(
    `insert into cases.upload as t (district, file, media, bytes) values ($1, $2, 'image/png', 9) returning jsonb_strip_nulls(to_jsonb(t))::text as image`,
    [t.district, file],
  )
  const fields = [
    { name: 'actor', value: canonicalBytes({ actor: `person:${person}`, session }) },
    {
      name: 'request',
      value: canonicalBytes({ id: request, from: null, input: hex(inputHash), clause: '4.1' }),
    },
    { name: 'subject', value: canonicalBytes({ kind: 'file', id: file }) },
    { name: 'result', value: canonicalBytes({ file }) },
    { name: `row:cases.upload:${file}`, value: Buffer.from(rows[0]!.image) },
  ]
  const { commitments, salts, root } = commit(fields)
  await admin.query(`select kernel.close_act('done', null, '4.1', 'file', $1, $2, $3, $4, $5, $6, $7, $8)`, [
    file,
    JSON.stringify({ result: { file } }),
    fields.map(({ name }) => name),
    commitments.map(Buffer.from),
    salts.map(Buffer.from),
    fields.map(({ value }) => Buffer.from(value)),
    fields.map(() => false),
    root,
  ])
  await admin.query('commit')
}

/** Gives a committed field of an act another value: value, commitment, root of the fields, entry and leaf. */
export async function forgeValue(
  { copy, sql }: Scene,
  act: string,
  field: string,
  value: Uint8Array,
): Promise<void> {
  const { rows } = await copy.admin.query<{ no: number; field: string; salt: Buffer; commitment: Buffer }>(
    'select no, field, salt, commitment from kernel.act_value where act_id = $1 order by no',
    [act],
  )
  const commitments = rows.map((row) =>
    row.field === field ? commitmentWith(sha256, field, row.salt, value) : row.commitment,
  )
  const { no } = rows.find((row) => row.field === field)!
  const found = await copy.admin.query<{ entry: Buffer }>('select entry from kernel.act where id = $1', [act])
  const fields = hex(fieldsRootWith(sha256, commitments))
  const entry = encodeLeaf({ ...decodeLeaf(found.rows[0]!.entry), fields })
  await sql(
    `update kernel.act_value set value = '\\x${hex(value)}', commitment = '\\x${hex(commitments[no]!)}' where act_id = '${act}' and no = ${no}`,
    `update kernel.act set entry = '\\x${hex(entry)}' where id = '${act}'`,
    `update evidence.leaf set hash = '\\x${hex(leafHash(entry, sha256))}' where act_id = '${act}'`,
  )
}

/** Changes one column of a row and everything the log says of it, as if it had been so from the beginning. */
export async function forgeRow(
  scene: Scene,
  {
    act,
    table,
    id,
    column,
    value,
  }: { act: string; table: string; id: string; column: string; value: unknown },
): Promise<void> {
  const field = `row:${table}:${id}`
  const { rows } = await scene.copy.admin.query<{ value: Buffer }>(
    'select value from kernel.act_value where act_id = $1 and field = $2',
    [act, field],
  )
  const image = JSON.stringify({ ...JSON.parse(rows[0]!.value.toString()), [column]: value })
  // PostgreSQL writes the image, so that it is the very text verification will compare with.
  const written = await scene.copy.admin.query<{ image: string }>('select ($1::jsonb)::text as image', [
    image,
  ])
  await forgeValue(scene, act, field, Buffer.from(written.rows[0]!.image))
}

/** Makes tree, head and signed checkpoints of a log anew from its leaves as they lie there now. */
export async function rebuildLog(scene: Scene, seed = logSeed(scene, scene.t.district)): Promise<void> {
  const { copy, sql, t } = scene
  const { rows } = await copy.admin.query<{ hash: Buffer }>(
    'select hash from evidence.leaf where district = $1 order by idx',
    [t.district],
  )
  const sizes = new Set(t.checkpoints.filter((size) => size <= rows.length))
  const edge: Edge = emptyEdge()
  const nodes: TileRoot[] = []
  const roots = new Map<number, Uint8Array>()
  for (const { hash } of rows) {
    grow(edge, hash, nodes)
    if (sizes.has(edge.size)) roots.set(edge.size, rootOf(edge))
  }
  const root = rootOf(edge)
  roots.set(edge.size, root)
  const here = `district = '${t.district}'`
  const statements = [`update evidence.head set size = ${edge.size}, root = '\\x${hex(root)}' where ${here}`]
  if (nodes.length > 0) statements.push(`delete from evidence.node where ${here}`)
  for (const { level, idx, hash } of nodes)
    statements.push(`insert into evidence.node values ('${t.district}', ${level}, ${idx}, '\\x${hex(hash)}')`)
  let before = 'null'
  for (const [size, at] of roots) {
    const note = await noteOf(t.district, size, at, seed)
    statements.push(
      `insert into evidence.checkpoint (district, size, root, note, before) values ('${t.district}', ${size}, '\\x${hex(at)}', ${quote(note)}, ${before})
       on conflict (district, size) do update set root = excluded.root, note = excluded.note, before = excluded.before`,
    )
    before = String(size)
  }
  await sql(...statements)
}

/** Signs the checkpoints of a log again, with whatever key. */
export async function resign({ copy, sql, t }: Scene, seed: Uint8Array): Promise<void> {
  const { rows } = await copy.admin.query<{ size: number; root: Buffer }>(
    'select size, root from evidence.checkpoint where district = $1 order by size',
    [t.district],
  )
  for (const { size, root } of rows) {
    const note = await noteOf(t.district, size, root, seed)
    await sql(
      `update evidence.checkpoint set note = ${quote(note)} where district = '${t.district}' and size = ${size}`,
    )
  }
}

/** Takes away what the witnesses signed of a log, which nobody else can sign. */
export const withoutWitnesses = (district: string): string[] => [
  `delete from evidence.published where district = '${district}'`,
  `delete from evidence.cosignature where district = '${district}'`,
]

async function noteOf(district: string, size: number, root: Uint8Array, seed: Uint8Array): Promise<string> {
  const origin = originOf(district)
  const text = formatCheckpoint({ origin, size, root })
  const { verifier } = await signerFromSeed(origin, seed)
  return `${text}\n${formatLine(verifier, sign(null, utf8(text), ed25519FromSeed(seed)))}`
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`
