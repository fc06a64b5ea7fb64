import { createHash } from 'node:crypto'
import pg from 'pg'

// Whole numbers arrive as numbers, exact decimals and wide integers beyond 2^53 never do.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new Error(`the database returned ${text}, beyond a safe integer`)
  return value
})
// Times stay text here: `Temporal.Instant.from` reads them with microseconds, which Date would drop.
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) =>
  Temporal.Instant.from(text.replace(' ', 'T')).toString(),
)
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text)

/** A value PostgreSQL takes as a parameter. Objects and arrays of objects go as JSON. */
export type SqlValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly (string | number | boolean | null | Uint8Array)[]

interface Prepared {
  name: string
  text: string
}
const prepared = new WeakMap<TemplateStringsArray, Prepared>()

function statement(strings: TemplateStringsArray): Prepared {
  const known = prepared.get(strings)
  if (known) return known
  const text = strings.reduce((sql, part, i) => sql + (i === 0 ? '' : `$${i}`) + part, '')
  const made = { name: nameOf(text), text }
  prepared.set(strings, made)
  return made
}

/** A prepared statement's name: the same text has the same name on every connection. */
function nameOf(text: string): string {
  const known = names.get(text)
  if (known) return known
  const name = createHash('sha256').update(text).digest('hex').slice(0, 32)
  names.set(text, name)
  return name
}
const names = new Map<string, string>()

/**
 * Runs one prepared statement with the transaction's first word before it or its last behind it, in one round trip and
 * one write. When the statement fails the server skips the rest, so a failed statement is never committed.
 */
export function withWord(
  client: pg.PoolClient,
  word: 'begin' | 'commit',
  text: string,
  values: SqlValue[],
): Promise<Record<string, unknown> | undefined> {
  return new Promise((resolve, reject) => {
    const query = new pg.Query({ name: nameOf(text), text, values }, (error, result) => {
      if (error) return reject(error)
      const [first, second] = result as unknown as [pg.QueryResult, pg.QueryResult]
      resolve((word === 'begin' ? second : first).rows[0])
    })
    const submit = query.submit.bind(query)
    query.submit = (connection) => {
      const say = () => {
        connection.parse({ name: '', text: word, types: [] }, true)
        connection.bind({}, true)
        connection.execute(null, true)
      }
      const sync = () => {
        if (word === 'commit') say()
        connection.sync()
      }
      connection.stream.cork()
      try {
        if (word === 'begin') say()
        return submit(Object.create(connection, { sync: { value: sync } }))
      } finally {
        connection.stream.uncork()
      }
    }
    client.query(query)
  })
}

/**
 * An array of byte strings as PostgreSQL reads one in binary: cheaper for both sides than its text form. The items of a
 * `text[]` are their UTF-8 bytes, those of a `boolean[]` one byte each.
 */
export function arrayOf(type: 'bytea' | 'text' | 'boolean', items: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(
    items.reduce((sum, item) => sum + 4 + item.length, items.length > 0 ? 20 : 12),
  )
  bytes.writeInt32BE(items.length > 0 ? 1 : 0, 0)
  bytes.writeInt32BE(0, 4)
  bytes.writeInt32BE(oids[type], 8)
  if (items.length === 0) return bytes
  bytes.writeInt32BE(items.length, 12)
  bytes.writeInt32BE(1, 16)
  let at = 20
  for (const item of items) {
    bytes.writeInt32BE(item.length, at)
    bytes.set(item, at + 4)
    at += 4 + item.length
  }
  return bytes
}
const oids = { boolean: 16, bytea: 17, text: 25 } as const

/** A table whose rows are evidence: each write leaves the row's image in the act. */
export interface TableDef {
  /** `schema.table`. */
  name: string
  /** Primary-key columns after `district`, in order. */
  key: readonly string[]
  /** View that shows of each row what its acts commit to, where that is not the whole row. */
  seenAs?: string
  /** Columns that name a file of the store by its SHA-256. */
  files?: readonly string[]
  /** Acts of other offices may change a row as well (a person moves from one to another): its last image in any log counts. */
  anyLog?: boolean
}

const tables = new Map<string, TableDef>()

/** Declares a table whose rows `Tx.put` and `Tx.change` write and `mingbu verify` checks against the log. */
export function table(
  name: string,
  key: readonly string[],
  more: Pick<TableDef, 'seenAs' | 'files' | 'anyLog'> = {},
): TableDef {
  const made = { name, key, ...more }
  if (tables.has(name)) throw new Error(`table ${name} is declared twice`)
  tables.set(name, made)
  return made
}

/** Every declared table, for verification. */
export function declaredTables(): TableDef[] {
  return [...tables.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The image of one row before or after a write: canonical text made by PostgreSQL from the stored row. */
export interface RowImage {
  field: string
  image: string
}

/** Name under which a row's image is committed: `row:<table>:<key>`, or `was:…` for the image before. */
export function imageField(
  def: TableDef,
  row: Record<string, unknown>,
  prefix: 'row' | 'was' = 'row',
): string {
  return `${prefix}:${def.name}:${def.key.map((column) => String(row[column])).join('/')}`
}

/** SQL text of a row's image; nulls are left out so that a column added later changes no old image. */
export const imageSql = (alias: string): string => `jsonb_strip_nulls(to_jsonb(${alias}))::text`

/**
 * One open transaction on one connection. Queries are written as SQL with values in place:
 * tx.one`select name from kernel.person where id = ${id}`. Each text is prepared once per connection.
 */
export class Tx {
  /** Images of every row written through this transaction, in order. */
  readonly images: RowImage[] = []
  readonly client: pg.PoolClient

  constructor(client: pg.PoolClient) {
    this.client = client
  }

  /** All rows. */
  async rows<T>(strings: TemplateStringsArray, ...values: SqlValue[]): Promise<T[]> {
    const { name, text } = statement(strings)
    const result = await this.client.query({ name, text, values: values as unknown[] })
    return result.rows as T[]
  }

  /** The first row, or null. */
  async maybe<T>(strings: TemplateStringsArray, ...values: SqlValue[]): Promise<T | null> {
    return (await this.rows<T>(strings, ...values))[0] ?? null
  }

  /** The row that must be there. @throws Error when it is not: our bug. */
  async one<T>(strings: TemplateStringsArray, ...values: SqlValue[]): Promise<T> {
    const row = await this.maybe<T>(strings, ...values)
    if (row === null) throw new Error(`a row was expected of: ${statement(strings).text.slice(0, 80)}`)
    return row
  }

  /**
   * Inserts rows of a declared table and keeps their images for the act. Columns the app may not choose (id,
   * act, person, time) come from defaults. Returns the stored rows in order of insertion.
   */
  async put<T = Record<string, unknown>>(
    def: TableDef,
    rows: Record<string, unknown> | Record<string, unknown>[],
  ): Promise<T[]> {
    const list = Array.isArray(rows) ? rows : [rows]
    if (list.length === 0) return []
    const columns = Object.keys(list[0]!).filter((column) => list[0]![column] !== undefined)
    const quoted = columns.map((column) => `"${column}"`).join(', ')
    const text = `insert into ${def.name} as t (${quoted}) select ${quoted} from jsonb_populate_recordset(null::${def.name}, $1::jsonb)
      returning ${imageSql('t')} as image`
    const result = await this.client.query<{ image: string }>({
      name: nameOf(text),
      text,
      values: [JSON.stringify(list)],
    })
    return result.rows.map(({ image }) => {
      const row = JSON.parse(image) as T & Record<string, unknown>
      this.images.push({ field: imageField(def, row), image })
      return row
    })
  }

  /** Changes one row of a declared projection and keeps its images before and after. @throws Error when the row is not there. */
  async change<T = Record<string, unknown>>(
    def: TableDef,
    key: Record<string, string | number>,
    set: Record<string, unknown>,
  ): Promise<T> {
    const keys = Object.keys(key)
    const columns = Object.keys(set)
    const where = (alias: string) => keys.map((column, i) => `${alias}."${column}" = $${i + 2}`).join(' and ')
    const text = `with was as (select ${imageSql('t')} as image from ${def.name} t where ${where('t')})
      update ${def.name} t set ${columns.map((column) => `"${column}" = n."${column}"`).join(', ')}
      from jsonb_populate_record(null::${def.name}, $1::jsonb) n
      where ${where('t')}
      returning ${imageSql('t')} as image, (select image from was) as was`
    const result = await this.client.query<{ image: string; was: string }>({
      name: nameOf(text),
      text,
      values: [JSON.stringify(set), ...Object.values(key)],
    })
    const found = result.rows[0]
    if (!found || result.rows.length !== 1)
      throw new Error(`${def.name}: ${result.rows.length} rows changed where one was expected`)
    const row = JSON.parse(found.image) as T & Record<string, unknown>
    this.images.push(
      { field: imageField(def, row, 'was'), image: found.was },
      { field: imageField(def, row), image: found.image },
    )
    return row
  }
}

/** A row that a function of the database wrote, as the act that called it commits to it. */
export interface Written {
  table: string
  image: string
  /** The row before, where it was changed. */
  was?: string
}

/** Keeps the images of rows that a definer function wrote in the act that called it. */
export function keepImages(tx: Tx, rows: readonly Written[]): void {
  for (const { table, image, was } of rows) {
    const def = declaredTables().find((one) => one.name === table)
    if (!def) throw new Error(`a function wrote ${table}, which no act commits to`)
    const key = JSON.parse(image) as Record<string, unknown>
    if (was) tx.images.push({ field: imageField(def, key, 'was'), image: was })
    tx.images.push({ field: imageField(def, key), image })
  }
}
