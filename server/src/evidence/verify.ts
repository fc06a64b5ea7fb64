import { verify as verifySignature } from 'node:crypto'
import { canonicalJson, commitmentWith, decodeLeaf, fieldsRootWith, leafHash } from '@mingbu/tlog'
import pg from 'pg'
import { findAct } from '../kernel/act.ts'
import { sha256 } from '../kernel/evidence-fields.ts'
import { declaredTables, imageField, imageSql, type TableDef } from '../platform/db/tx.ts'
import type { Vault } from '../platform/vault.ts'
import { type Edge, emptyEdge, grow, rootOf, type TileRoot } from './edge.ts'
import { publicKeyOfVkey } from './keys.ts'
import { publishedProblems } from './verify-published.ts'

/** One thing that does not verify. The first in the list is the first met, in the order log, acts, tables. */
export interface Problem {
  code: string
  district: string
  /** Index of the leaf, where one is concerned. */
  index?: number
  act?: string
  table?: string
  /** Key of the row as its image names it. */
  key?: string
  message: string
}

export interface VerifyReport {
  ok: boolean
  acts: number
  leaves: number
  /** Sum of the sizes of every log's newest signed checkpoint. */
  checkpointSize: number
  /** Rows of evidence tables compared with the images the log commits to. */
  rows: number
  problems: Problem[]
}

const pageSize = 2000
const problemsMax = 100

/**
 * Checks everything the log claims (evidence.md, 13): each leaf against its act, each log's root and nodes against
 * its leaves, each checkpoint's signature and root, each commitment against salt and value, and every row of every
 * evidence table against the last image the log, or an act waiting for it, commits to. Reads only, as the auditor.
 * @param progress Called with the number of leaves checked so far.
 */
export async function verifyEverything(
  pool: pg.Pool,
  vault: Vault,
  progress: (leaves: number) => void = () => {},
): Promise<VerifyReport> {
  const client = await pool.connect()
  const problems: Problem[] = []
  const report = (problem: Problem) => {
    if (problems.length < problemsMax) problems.push(problem)
  }
  let acts = 0
  let leaves = 0
  let checkpointSize = 0
  let rows = 0
  try {
    // One snapshot for all of it, so that work going on beside does not look like tampering.
    await client.query('begin transaction isolation level repeatable read read only')
    const logs = await client.query<LogRow>(
      'select d.id as district, l.origin, l.vkey from kernel.district d left join evidence.log l on l.district = d.id order by d.id',
    )
    const images = new Map<string, Uint8Array>()
    for (const log of logs.rows) {
      try {
        const checked = await verifyLog(client, vault, log, images, report, (n) => progress(leaves + n))
        acts += checked.acts
        leaves += checked.leaves
        checkpointSize += checked.checkpointSize
      } catch (error) {
        // Values no honest writer makes (a size beyond counting, a key that is none) are tampering, not our fault.
        if (error instanceof pg.DatabaseError) throw error
        report({
          code: 'log_unreadable',
          district: log.district,
          message: `log ${log.district} holds what cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        })
      }
    }
    for (const def of declaredTables()) rows += await verifyTable(client, def, images, report)
    for (const [name] of images) {
      const [district, field] = split(name)
      const [, table, key] = field.split(/:(.*?):/s)
      report({
        code: 'row_missing',
        district,
        table: table ?? '',
        key: key ?? '',
        message: `${table} ${key}: the row the log commits to is gone`,
      })
    }
    await client.query('commit')
  } finally {
    client.release()
  }
  return { ok: problems.length === 0, acts, leaves, checkpointSize, rows, problems }
}

interface LogRow {
  district: string
  /** Null when the district has no log. */
  origin: string | null
  vkey: string | null
}
interface ActRow {
  id: string
  entry: Buffer
  type: string
  /** As the entry writes it, in UTC with microseconds. */
  at: string
  outcome: string
  fields: number
  actor: string
  person_id: string | null
  session_id: string | null
  request_id: string
  refusal: string | null
  clause: string | null
  subject_kind: string | null
  subject_id: string | null
  answer: { result?: unknown; refusal?: { code: string; clause: string | null } }
  seq: number
}
/** Columns of an act that its entry and committed values can be held against. */
const actColumns = `a.id, a.entry, a.type, to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, a.outcome, a.fields, a.actor, a.person_id, a.session_id, a.request_id, a.refusal, a.clause,
  a.subject_kind, a.subject_id, a.answer, a.seq`

interface LeafRow extends ActRow {
  idx: number
  hash: Buffer
  leaf_seq: number
}
interface ValueRow {
  act_id: string
  no: number
  field: string
  commitment: Buffer
  salt: Buffer | null
  value: Buffer | null
  sealed: boolean
}

async function verifyLog(
  client: pg.PoolClient,
  vault: Vault,
  log: LogRow,
  images: Map<string, Uint8Array>,
  report: (problem: Problem) => void,
  progress: (leaves: number) => void,
) {
  const { district } = log
  const head = (
    await client.query<{ size: number; root: Buffer }>(
      'select size, root from evidence.head where district = $1',
      [district],
    )
  ).rows[0]
  if (log.origin === null || log.vkey === null || !head) {
    report({ code: 'log_missing', district, message: `${district} has no log, or its log no head` })
    return { acts: 0, leaves: 0, checkpointSize: 0 }
  }
  const { origin } = log
  const checkpoints = await client.query<{ size: number; root: Buffer; note: string }>(
    'select size, root, note from evidence.checkpoint where district = $1 order by size',
    [district],
  )
  const bySize = new Map(checkpoints.rows.map((row) => [row.size, row]))
  const key = publicKeyOfVkey(log.vkey)
  const erasures = await erasedActs(client, district)
  const edge: Edge = emptyEdge()
  const nodes: TileRoot[] = []
  let acts = 0
  const checkCheckpoint = () => {
    const checkpoint = bySize.get(edge.size)
    if (!checkpoint) return
    const problem = checkpointProblem(checkpoint, rootOf(edge), origin, key)
    if (problem)
      report({
        code: 'checkpoint_wrong',
        district,
        index: edge.size,
        message: `checkpoint ${edge.size} of ${district}: ${problem}`,
      })
    bySize.delete(edge.size)
  }
  checkCheckpoint()
  for (let from = 0; ; ) {
    const page = await client.query<LeafRow>({
      name: 'verify-acts',
      text: `select l.idx, l.hash, l.seq as leaf_seq, ${actColumns}
        from evidence.leaf l left join kernel.act a on a.district = l.district and a.id = l.act_id
        where l.district = $1 and l.idx >= $2 order by l.idx limit ${pageSize}`,
      values: [district, from],
    })
    if (page.rows.length === 0) break
    const byAct = await readValues(client, district, page.rows)
    for (const row of page.rows) {
      if (row.idx !== from) {
        report({
          code: 'leaf_gap',
          district,
          index: from,
          message: `log ${district}: leaf ${from} is missing`,
        })
        return { acts, leaves: from, checkpointSize: 0 }
      }
      from++
      const at = { district, index: row.idx, act: row.id ?? undefined }
      if (!row.id)
        report({ code: 'act_missing', ...at, message: `leaf ${row.idx} of ${district}: its act is gone` })
      else {
        acts++
        if (!Buffer.from(leafHash(row.entry, sha256)).equals(row.hash)) {
          report({
            code: 'entry_changed',
            ...at,
            message: `leaf ${row.idx} of ${district}: the act's entry does not hash to the leaf`,
          })
        }
        if (row.seq !== row.leaf_seq)
          report({
            code: 'act_changed',
            ...at,
            message: `act ${row.id} (leaf ${row.idx} of ${district}): its number is not the one it was logged under`,
          })
        verifyAct(vault, district, row, byAct.get(row.id) ?? [], erasures, images, (code, message) =>
          report({ code, ...at, message: `act ${row.id} (leaf ${row.idx} of ${district}): ${message}` }),
        )
      }
      grow(edge, row.hash, nodes)
      checkCheckpoint()
    }
    progress(from)
  }
  if (edge.size !== head.size)
    report({
      code: 'head_size',
      district,
      index: edge.size,
      message: `log ${district}: the head says ${head.size} leaves, there are ${edge.size}`,
    })
  else if (!head.root.equals(rootOf(edge)))
    report({
      code: 'head_root',
      district,
      message: `log ${district}: the head's root is not the root of its leaves`,
    })
  for (const [size] of bySize)
    report({
      code: 'leaves_dropped',
      district,
      index: edge.size,
      message: `log ${district}: a checkpoint was signed at ${size}, but there are only ${edge.size} leaves`,
    })
  await verifyNodes(client, district, nodes, report)
  for (const problem of await publishedProblems(client, { district, origin, vkey: log.vkey }))
    report({ ...problem, district })
  await verifyQueued(client, vault, district, erasures, images, report)
  await verifyLeafless(client, district, report)
  const newest = checkpoints.rows.at(-1)
  return { acts, leaves: edge.size, checkpointSize: newest?.size ?? 0 }
}

/** Acts of which two people have decided that what they recorded beside their leaf goes. */
async function erasedActs(client: pg.PoolClient, district: string): Promise<Set<string>> {
  const { rows } = await client.query<{ of_act: string }>(
    'select of_act from evidence.erasure where district = $1 and erased_by is not null',
    [district],
  )
  return new Set(rows.map((row) => row.of_act))
}

async function readValues(
  client: pg.PoolClient,
  district: string,
  acts: readonly { id: string | null }[],
): Promise<Map<string, ValueRow[]>> {
  const values = await client.query<ValueRow>({
    name: 'verify-values',
    text: 'select act_id, no, field, commitment, salt, value, sealed from kernel.act_value where district = $1 and act_id = any($2::uuid[]) order by act_id, no',
    values: [district, acts.map((act) => act.id).filter(Boolean)],
  })
  return Map.groupBy(values.rows, (row) => row.act_id)
}

/** Acts that wait for the log: checked as those in it, and their row images count as the newest. */
async function verifyQueued(
  client: pg.PoolClient,
  vault: Vault,
  district: string,
  erasures: ReadonlySet<string>,
  images: Map<string, Uint8Array>,
  report: (problem: Problem) => void,
): Promise<void> {
  const { rows } = await client.query<ActRow & { act_id: string; leaf_hash: Buffer; logged: boolean }>(
    `select q.act_id, q.leaf_hash, ${actColumns}, exists (select from evidence.leaf l where l.district = q.district and l.act_id = q.act_id) as logged
     from kernel.act_queue q left join kernel.act a on a.district = q.district and a.id = q.act_id and a.seq = q.seq where q.district = $1 order by q.seq`,
    [district],
  )
  const byAct = await readValues(client, district, rows)
  for (const row of rows) {
    const wrong = (code: string, message: string) =>
      report({
        code,
        district,
        act: row.act_id,
        message: `act ${row.act_id} (waiting for the log of ${district}): ${message}`,
      })
    if (row.logged) wrong('queue_wrong', 'it waits although it is in the log')
    else if (!row.id) wrong('queue_wrong', 'there is no such act')
    else {
      if (!Buffer.from(leafHash(row.entry, sha256)).equals(row.leaf_hash))
        wrong('queue_wrong', 'its entry does not hash to the leaf that waits')
      verifyAct(vault, district, row, byAct.get(row.id) ?? [], erasures, images, wrong)
    }
  }
}

/** One act against its own entry and its values. */
function verifyAct(
  vault: Vault,
  district: string,
  row: ActRow,
  values: ValueRow[],
  erasures: ReadonlySet<string>,
  images: Map<string, Uint8Array>,
  wrong: (code: string, message: string) => void,
): void {
  let leaf: ReturnType<typeof decodeLeaf>
  try {
    leaf = decodeLeaf(row.entry)
  } catch (error) {
    wrong(
      'entry_malformed',
      `the entry is not a leaf: ${error instanceof Error ? error.message : String(error)}`,
    )
    return
  }
  if (
    leaf.act !== row.id ||
    leaf.district !== district ||
    leaf.type !== row.type ||
    leaf.outcome !== row.outcome ||
    leaf.n !== row.fields ||
    leaf.at !== row.at
  ) {
    wrong('act_changed', 'the act row does not agree with its entry')
  }
  if (values.length !== leaf.n) {
    wrong('value_missing', `${leaf.n} fields are committed, ${values.length} are there`)
    return
  }
  const root = Buffer.from(
    fieldsRootWith(
      sha256,
      values.map((value) => value.commitment),
    ),
  ).toString('hex')
  if (root !== leaf.fields) wrong('commitments_changed', 'the commitments do not hash to the fields root')
  for (const one of values) {
    if (one.salt === null || one.value === null) {
      if (one.field.startsWith('row:')) wrong('image_erased', `${one.field}: a register image was erased`)
      else if (!erasures.has(row.id)) wrong('value_erased', `${one.field}: erased, and nobody has decided so`)
      continue
    }
    let plain: Uint8Array
    try {
      plain = one.sealed ? vault.open(one.value) : one.value
    } catch {
      wrong('value_changed', `${one.field}: the sealed value does not open`)
      continue
    }
    if (!Buffer.from(commitmentWith(sha256, one.field, one.salt, plain)).equals(one.commitment))
      wrong('value_changed', `${one.field}: the value does not open its commitment`)
    else {
      const column = columnChanged(row, one.field, plain)
      if (column)
        wrong(
          column === 'actor' ? 'actor_changed' : 'act_changed',
          `the act row's ${column} is not the one committed`,
        )
    }
    if (one.field.startsWith('row:')) images.set(`${district}\n${one.field}`, sha256(plain))
  }
  if (row.subject_kind !== null && !values.some((one) => one.field === 'subject'))
    wrong('act_changed', 'the act row names a subject, and none was committed')
}

/** The column of the act's row that says something else than the committed field; null when they agree or no column says it. */
function columnChanged(row: ActRow, field: string, plain: Uint8Array): string | null {
  const committed = Buffer.from(plain).toString()
  switch (field) {
    case 'actor': {
      const { actor, session } = JSON.parse(committed) as { actor: string; session: string | null }
      const person = actor.startsWith('person:') ? actor.slice('person:'.length) : null
      if (row.actor !== actor || row.person_id !== person) return 'actor'
      return row.session_id === session ? null : 'session'
    }
    case 'request':
      // A refusal under an id that was used before is recorded under a fresh one.
      return row.outcome === 'refused' ||
        (JSON.parse(committed) as { id: string }).id.toLowerCase() === row.request_id
        ? null
        : 'request id'
    case 'subject':
      return committed === canonicalJson({ kind: row.subject_kind, id: row.subject_id }) ? null : 'subject'
    case 'refusal': {
      const told = row.answer.refusal
      const same =
        committed === canonicalJson({ code: row.refusal, clause: row.clause }) &&
        told?.code === row.refusal &&
        told.clause === row.clause
      return same ? null : 'refusal'
    }
    case 'result': {
      // What a read answered is not kept: its committed result says only what was seen.
      const kept = findAct(row.type)?.read ? 'null' : committed
      return canonicalOrNothing(row.answer.result) === kept ? null : 'answer'
    }
    default:
      return null
  }
}

/** Canonical text of what a row holds; empty when it has none, as no committed value is. */
function canonicalOrNothing(value: unknown): string {
  try {
    return canonicalJson(value)
  } catch {
    return ''
  }
}

function checkpointProblem(
  checkpoint: { size: number; root: Buffer; note: string },
  root: Uint8Array,
  origin: string,
  key: ReturnType<typeof publicKeyOfVkey>,
): string | null {
  const cut = checkpoint.note.lastIndexOf('\n\n')
  const text = checkpoint.note.slice(0, cut + 1)
  const line = checkpoint.note
    .slice(cut + 2)
    .split('\n')
    .find((one) => one.startsWith(`— ${origin} `))
  if (!line) return 'it has no signature of its log'
  const bytes = Buffer.from(line.split(' ')[2] ?? '', 'base64')
  if (
    !bytes.subarray(0, 4).equals(key.id) ||
    !verifySignature(null, Buffer.from(text), key.key, bytes.subarray(4))
  )
    return 'its signature does not verify'
  if (text !== `${origin}\n${checkpoint.size}\n${Buffer.from(root).toString('base64')}\n`)
    return 'what was signed is not the tree of these leaves'
  return checkpoint.root.equals(root) ? null : 'its stored root is not the root of its leaves'
}

async function verifyNodes(
  client: pg.PoolClient,
  district: string,
  expected: readonly TileRoot[],
  report: (problem: Problem) => void,
): Promise<void> {
  const stored = await client.query<{ level: number; idx: number; hash: Buffer }>(
    'select level, idx, hash from evidence.node where district = $1',
    [district],
  )
  const left = new Map(stored.rows.map((row) => [`${row.level}/${row.idx}`, row.hash]))
  for (const node of expected) {
    const name = `${node.level}/${node.idx}`
    if (!left.get(name)?.equals(node.hash))
      report({
        code: 'node_changed',
        district,
        message: `log ${district}: hash ${name} is missing or is not that of its tile`,
      })
    left.delete(name)
  }
  for (const name of left.keys())
    report({ code: 'node_extra', district, message: `log ${district}: hash ${name} belongs to no full tile` })
}

/** Acts that are in no log and wait for none. */
async function verifyLeafless(
  client: pg.PoolClient,
  district: string,
  report: (problem: Problem) => void,
): Promise<void> {
  const found = await client.query<{ id: string }>(
    `select a.id from kernel.act a where a.district = $1 and not exists (select from evidence.leaf l where l.district = a.district and l.act_id = a.id)
       and not exists (select from kernel.act_queue q where q.act_id = a.id) order by a.seq limit 20`,
    [district],
  )
  for (const { id } of found.rows)
    report({
      code: 'act_unlogged',
      district,
      act: id,
      message: `act ${id} of ${district} is in no log and waits for none`,
    })
}

const split = (name: string): [string, string] => {
  const at = name.indexOf('\n')
  return [name.slice(0, at), name.slice(at + 1)]
}

/** Compares every row of one table with the last image the logs commit to; takes each found image out of the map. */
async function verifyTable(
  client: pg.PoolClient,
  def: TableDef,
  images: Map<string, Uint8Array>,
  report: (problem: Problem) => void,
): Promise<number> {
  const columns = def.key.map((column) => `t."${column}"`)
  await client.query(
    `declare rows no scroll cursor for select ${imageSql('t')} as image, to_jsonb(t) as row from ${def.name} t order by ${columns.join(', ')}`,
  )
  let count = 0
  for (;;) {
    const page = await client.query<{ image: string; row: Record<string, unknown> & { district?: string } }>(
      `fetch ${pageSize} from rows`,
    )
    if (page.rows.length === 0) break
    for (const { image, row } of page.rows) {
      count++
      const field = imageField(def, row)
      // What the city allots to a district stands in the city's log.
      const own = `${row.district ?? 'city'}\n${field}`
      const name = images.has(own) ? own : `city\n${field}`
      const committed = images.get(name)
      const key = field.slice(`row:${def.name}:`.length)
      const at = { district: row.district ?? '', table: def.name, key }
      if (!committed)
        report({ code: 'row_unknown', ...at, message: `${def.name} ${key}: no act in the log made this row` })
      else {
        if (!Buffer.from(sha256(Buffer.from(image))).equals(committed))
          report({
            code: 'row_changed',
            ...at,
            message: `${def.name} ${key}: the row is not what the log commits to`,
          })
        images.delete(name)
      }
    }
  }
  await client.query('close rows')
  return count
}
