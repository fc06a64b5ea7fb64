import { hash, randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Installation } from './installation.ts'
import { ownerAddress } from './owner.ts'

/** One write of an act to a business table, as the log holds it. */
interface Write {
  table: string
  /** Image after the write, canonical JSON text. */
  image: string
  /** Columns an update changed and the row's id; null when the row was inserted. */
  changed: { columns: string[]; id: string } | null
}

/** All one act wrote. */
interface Recorded {
  act: Record<string, unknown> & { id: string }
  values: { field: string; commitment: Buffer; salt: Buffer; value: Buffer; sealed: boolean }[]
  writes: Write[]
}

/** Replays recorded acts with fresh ids, on connections of the database's owner. */
export interface Replay {
  /** As many workers as asked; each replays all acts once, in their order, and returns each act's milliseconds. */
  workers: (() => Promise<number[]>)[]
  close(): Promise<void>
}

/**
 * The floor of a whole case. Reads from the log which rows every act after `afterSeq` wrote, copies the tables
 * they lie in, empty, with checks and indexes, and writes those rows again and again: one transaction per act, all
 * of its prepared statements sent in one go. Indexes that refuse doubles do not in the copies, since the same rows
 * come many times; foreign keys, triggers and row-level security are left out.
 */
export async function openReplay(
  { world }: Installation,
  afterSeq: number,
  count: number,
  connections: number,
): Promise<Replay> {
  const admin = await world.admin()
  let recorded: Recorded[]
  let fromBefore: { table: string; image: string }[]
  try {
    ;({ recorded, fromBefore } = await readActs(admin, afterSeq))
    const tables = new Set([
      'kernel.act',
      'kernel.act_value',
      'kernel.act_queue',
      ...recorded.flatMap((one) => one.writes.map((write) => write.table)),
    ])
    await admin.query('create schema replay')
    for (const table of tables) await copyTable(admin, table)
  } finally {
    await admin.end()
  }
  const owner = await ownerAddress(world)
  const clients = Array.from(
    { length: Math.min(connections, count) },
    () => new pg.Client({ ...owner, pipeline: true }),
  )
  await Promise.all(clients.map((client) => client.connect()))
  const text = JSON.stringify(recorded.map(({ act, writes }) => ({ act, writes })))
  const born = new Set([
    ...recorded.map((one) => one.act.id),
    ...recorded.map((one) => String(one.act.request_id)),
    ...bornIds(recorded),
  ])
  const workers = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const client = clients[i % clients.length]!
      // Rows that were there before and changed (a holding of blanks, the old certificate): each worker has its own.
      const own = new Map(fromBefore.map(({ image }) => [String(JSON.parse(image).id), randomUUID()]))
      for (const { table, image } of fromBefore) await client.query(insertInto(table, [renamed(image, own)]))
      return async () => {
        const times: number[] = []
        const names = new Map([
          ...own,
          ...[...born].map(
            (id) => [id, id.length === 64 ? hash('sha256', randomUUID()) : randomUUID()] as const,
          ),
        ])
        const fresh = JSON.parse(renamed(text, names)) as Pick<Recorded, 'act' | 'writes'>[]
        for (const [n, one] of fresh.entries()) {
          const from = performance.now()
          await writeAct(client, one, recorded[n]!.values, names)
          times.push(performance.now() - from)
        }
        return times
      }
    }),
  )
  return { workers, close: async () => void (await Promise.all(clients.map((client) => client.end()))) }
}

const copyOf = (table: string): string => `replay.${table.replace('.', '_')}`

async function copyTable(admin: pg.Client, table: string): Promise<void> {
  await admin.query(
    `create table ${copyOf(table)} (like ${table} including defaults including constraints including identity including storage)`,
  )
  const { rows } = await admin.query<{ definition: string; primary: boolean; columns: string }>(
    // A key of numbers alone (a file's) comes as often as its rows do: ids and hashes are new each time, numbers are not.
    `select pg_get_indexdef(i.indexrelid) as definition, pg_get_constraintdef(c.oid) as columns,
       i.indisprimary and exists (select from pg_attribute a where a.attrelid = i.indrelid and a.attnum = any (i.indkey) and a.attname <> 'district'
         and a.atttypid in ('uuid'::regtype, 'text'::regtype)) as primary
     from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype = 'p' where i.indrelid = $1::regclass`,
    [table],
  )
  for (const { definition, primary, columns } of rows) {
    const plain = definition.replace(/^CREATE (UNIQUE )?INDEX \S+ ON \S+/, `create index on ${copyOf(table)}`)
    await admin.query(primary ? `alter table ${copyOf(table)} add ${columns}` : plain)
  }
}

/** The acts after `afterSeq` with what each wrote, and the rows older than they which they changed. */
async function readActs(
  admin: pg.Client,
  afterSeq: number,
): Promise<{ recorded: Recorded[]; fromBefore: { table: string; image: string }[] }> {
  const acts = await admin.query<{ row: Recorded['act'] }>(
    'select to_jsonb(a) as row from kernel.act a where seq > $1 order by seq',
    [afterSeq],
  )
  const recorded: Recorded[] = []
  const known = new Set<string>()
  const fromBefore: { table: string; image: string }[] = []
  for (const { row } of acts.rows) {
    const { rows: values } = await admin.query<Recorded['values'][number]>(
      'select field, commitment, salt, value, sealed from kernel.act_value where act_id = $1 order by no',
      [row.id],
    )
    const writes: Write[] = []
    let was: string | null = null
    for (const { field, value } of values) {
      const [, kind, table, key] = /^(row|was):([a-z_.]+):(.*)$/.exec(field) ?? []
      if (!kind || !table) continue
      const image = value.toString()
      if (kind === 'was') {
        was = image
        if (!known.has(`${table}:${key}`)) fromBefore.push({ table, image })
      } else {
        writes.push({ table, image, changed: was === null ? null : changeOf(was, image) })
        was = null
      }
      known.add(`${table}:${key}`)
    }
    recorded.push({ act: row, values, writes })
  }
  return { recorded, fromBefore }
}

function changeOf(was: string, now: string): Write['changed'] {
  const [before, after] = [JSON.parse(was), JSON.parse(now)]
  const columns = Object.keys(after).filter(
    (column) => JSON.stringify(before[column]) !== JSON.stringify(after[column]),
  )
  return { columns: columns.length > 0 ? columns : ['district'], id: after.id }
}

/** Ids and file names that came into being with the acts, and must be others each time. */
function bornIds(recorded: Recorded[]): string[] {
  return recorded
    .flatMap((one) => one.writes)
    .filter((write) => write.changed === null)
    .map((write) => JSON.parse(write.image))
    .flatMap((row) => [row.id, row.case_id, row.file])
    .filter((id) => typeof id === 'string')
}

/** The text with every id that has a new name under it. */
const renamed = (text: string, names: ReadonlyMap<string, string>): string =>
  text.replace(
    /[0-9a-f]{64}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
    (id) => names.get(id) ?? id,
  )

const insertInto = (table: string, images: string[]) => ({
  name: `insert ${table}`,
  text: `insert into ${copyOf(table)} select * from jsonb_populate_recordset(null::${copyOf(table)}, $1::jsonb)`,
  values: [`[${images.join(',')}]`],
})

const actColumns = [
  'district',
  'id',
  'type',
  'at',
  'actor',
  'person_id',
  'session_id',
  'request_id',
  'input_hash',
  'outcome',
  'clause',
  'subject_kind',
  'subject_id',
  'answer',
  'entry',
  'fields',
]
const insertAct = `insert into ${copyOf('kernel.act')} (${actColumns.join(', ')}) values (${actColumns.map((_, i) => `$${i + 1}`).join(', ')})`
const insertValues = `insert into ${copyOf('kernel.act_value')} (district, act_id, no, field, commitment, salt, value, sealed)
  select $1, $2, u.no - 1, u.f, u.c, u.s, u.v, u.x from unnest($3::text[], $4::bytea[], $5::bytea[], $6::bytea[], $7::boolean[]) with ordinality as u (f, c, s, v, x, no)`

/** One act's rows in one transaction and one round trip; rows of one table that follow each other go together. */
async function writeAct(
  client: pg.Client,
  { act, writes }: Pick<Recorded, 'act' | 'writes'>,
  values: Recorded['values'],
  names: ReadonlyMap<string, string>,
): Promise<void> {
  const statements: pg.QueryConfig[] = [{ name: 'begin', text: 'begin' }]
  for (let i = 0; i < writes.length; ) {
    const { table, image, changed } = writes[i]!
    if (changed) {
      const set = changed.columns.map((column) => `"${column}" = n."${column}"`).join(', ')
      statements.push({
        name: `update ${hash('sha256', `${table} ${set}`).slice(0, 40)}`,
        text: `update ${copyOf(table)} t set ${set} from jsonb_populate_record(null::${copyOf(table)}, $1::jsonb) n where t.district = n.district and t.id = n.id`,
        values: [image],
      })
      i++
      continue
    }
    let end = i
    while (end < writes.length && writes[end]!.table === table && !writes[end]!.changed) end++
    statements.push(
      insertInto(
        table,
        writes.slice(i, end).map((write) => write.image),
      ),
    )
    i = end
  }
  statements.push(
    { name: 'act', text: insertAct, values: actColumns.map((column) => act[column]) },
    {
      name: 'values',
      text: insertValues,
      values: [
        act.district,
        act.id,
        values.map((value) => renamed(value.field, names)),
        values.map((value) => value.commitment),
        values.map((value) => value.salt),
        values.map((value) => value.value),
        values.map((value) => value.sealed),
      ],
    },
    {
      name: 'queue',
      text: `insert into ${copyOf('kernel.act_queue')} values (lastval(), $1, $2, $3)`,
      values: [act.district, act.id, values[0]!.commitment],
    },
    { name: 'commit', text: 'commit' },
  )
  await Promise.all(statements.map((statement) => client.query(statement)))
}
