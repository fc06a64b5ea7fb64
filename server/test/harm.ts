import type pg from 'pg'
import { expect } from 'vitest'
import { type Problem, type VerifyReport, verifyUncommitted } from '../src/evidence/verify.ts'
import { declaredTables, type TableDef } from '../src/platform/db/tx.ts'
import type { TestWorld } from './world.ts'

/** A statement that harms something, with its values if it has some. */
export type Harm = string | [sql: string, values: unknown[]]

/** So many tables are harmed at once that a report, which stops at a hundred problems, still names them all. */
export const tablesAtOnce = 14

/** What is said of the rows of one table; what hangs on them (projections, sessions) is said besides. */
export const ofTable = ({ problems }: VerifyReport, { name }: TableDef): Problem[] =>
  problems.filter((one) => one.table === name && one.code.startsWith('row_'))
export const codes = (problems: readonly Problem[]): string[] =>
  [...new Set(problems.map((one) => one.code))].toSorted()

/** The key of a row `t` of a table as problems name it, as SQL. */
export const keyOf = ({ key }: TableDef): string =>
  `concat_ws('/', ${key.map((one) => `to_jsonb(t) ->> '${one}'`).join(', ')})`

/**
 * Does harm as whoever owns the machine: superuser, with triggers off, so that the guards of the database
 * are off for them. The harm is undone afterwards, so verification runs inside that transaction, as the auditor.
 */
export async function afterwards(
  client: pg.Client,
  { deps }: Pick<TestWorld, 'deps'>,
  harm: () => Promise<void>,
): Promise<VerifyReport> {
  await client.query('begin; set local session_replication_role = replica')
  try {
    await harm()
    return await verifyUncommitted(client, deps.vault)
  } finally {
    await client.query('rollback')
  }
}

/** @throws Error when nothing was harmed: then nothing would be shown either. */
export async function harm(client: pg.Client, one: Harm): Promise<void> {
  const { rowCount } = typeof one === 'string' ? await client.query(one) : await client.query(...one)
  if (!rowCount) throw new Error(`this harms nothing: ${String(one)}`)
}

interface Row {
  def: TableDef
  ctid: string
  key: string
}

/** One row of every declared table that `of` names, and the tables that have none. */
export async function rowsOf(
  client: pg.Client,
  of: (name: string) => boolean,
): Promise<{ rows: Row[]; empty: string[] }> {
  const rows: Row[] = []
  const empty: string[] = []
  for (const def of declaredTables().filter(({ name }) => of(name))) {
    const found = await client.query<{ ctid: string; key: string }>(
      `select ctid::text, ${keyOf(def)} as key from ${def.name} t limit 1`,
    )
    if (found.rows[0]) rows.push({ def, ...found.rows[0] })
    else empty.push(def.name)
  }
  return { rows, empty }
}

/** Each of these rows deleted is missing; and where the log has forgotten it, it is unknown. */
export async function expectRowsNamed(
  client: pg.Client,
  world: Pick<TestWorld, 'deps'>,
  rows: readonly Row[],
): Promise<void> {
  const after = (...harms: Harm[]) =>
    afterwards(client, world, async () => {
      for (const one of harms) await harm(client, one)
    })
  for (let from = 0; from < rows.length; from += tablesAtOnce) {
    const some = rows.slice(from, from + tablesAtOnce)
    const deleted = await after(
      ...some.map(({ def, ctid }) => `delete from ${def.name} where ctid = '${ctid}'`),
    )
    for (const { def, key } of some)
      expect(ofTable(deleted, def), def.name).toMatchObject([{ code: 'row_missing', table: def.name, key }])
    // The log forgets the row when the act's image of it is gone: the row then stands there without an act.
    const unknown = await after(
      ...some.map(
        ({ def, key }): Harm => [
          `update kernel.act_value set salt = null, value = null where field = $1`,
          [`row:${def.name}:${key}`],
        ],
      ),
    )
    expect(codes(unknown.problems)).toEqual(expect.arrayContaining(['image_erased', 'row_unknown']))
    for (const { def, key } of some)
      expect(
        unknown.problems.find((one) => one.code === 'row_unknown' && one.table === def.name),
        def.name,
      ).toMatchObject({ table: def.name, key })
  }
}

/** Every table of a slice has a row by now, and each is held against the log. Returns nothing: it expects. */
export async function expectTablesNamed(world: TestWorld, of: RegExp): Promise<void> {
  await world.sequencer.drain()
  const client = await world.admin()
  try {
    const { rows, empty } = await rowsOf(client, (name) => of.test(name))
    expect(empty, 'no row of these was written').toEqual([])
    expect(rows.length).toBeGreaterThan(0)
    await expectRowsNamed(client, world, rows)
  } finally {
    await client.end()
  }
}
