import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import pg from 'pg'
import type { Secrets } from '../secrets.ts'
import { StartupError } from '../startup-error.ts'

/** One numbered SQL file of one capability. Numbers are unique over the whole house and give the order. */
export interface Migration {
  number: number
  name: string
  sql: string
  sha256: string
}

const source = join(import.meta.dirname, '..', '..')

/** Every migration of every capability, in order. @throws Error when two share a number: that is our bug. */
export function allMigrations(): Migration[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /migrations\/\d{4}_[a-z0-9_]+\.sql$/.test(path),
  )
  const migrations = files.map((path) => {
    const sql = readFileSync(join(source, path), 'utf8')
    const name = basename(path, '.sql')
    return {
      number: Number(name.slice(0, 4)),
      name,
      sql,
      sha256: createHash('sha256').update(sql).digest('hex'),
    }
  })
  migrations.sort((a, b) => a.number - b.number)
  migrations.forEach((migration, i) => {
    if (migrations[i + 1]?.number === migration.number)
      throw new Error(`two migrations are numbered ${migration.number}`)
  })
  return migrations
}

/**
 * Makes the product's roles, or sets those that are there. They belong to the whole cluster, and PostgreSQL refuses whoever
 * changes one in the same moment as another installation: such a one tries again.
 */
export async function makeRoles(admin: pg.Client, secrets: Secrets): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await setRoles(admin, secrets)
    } catch (error) {
      if (tries === roleTries || !metAnother(error)) throw error
      await new Promise((wake) => setTimeout(wake, 20 * Math.random() * tries))
    }
  }
}

const roleTries = 20
/** What PostgreSQL says when two change or make one role at once. */
const metAnother = (error: unknown): boolean =>
  error instanceof pg.DatabaseError &&
  (/^tuple concurrently (updated|deleted)$/.test(error.message) ||
    error.code === '23505' ||
    error.code === '42710')

async function setRoles(admin: pg.Client, secrets: Secrets): Promise<void> {
  const isSuper = await admin.query<{ rolsuper: boolean }>(
    'select rolsuper from pg_roles where rolname = current_user',
  )
  for (const role of ['mingbu_owner', 'mingbu_app', 'mingbu_sequencer', 'mingbu_auditor'] as const) {
    const login =
      role === 'mingbu_owner' ? 'nologin' : `login password ${admin.escapeLiteral(secrets.roles[role])}`
    const exists = await admin.query('select 1 from pg_roles where rolname = $1', [role])
    // Only a superuser may say `nosuperuser` of a role that is there already; what we made never was one.
    const never = isSuper.rows[0]?.rolsuper ? 'nosuperuser nobypassrls' : ''
    await admin.query(`${exists.rowCount ? 'alter' : 'create'} role ${role} ${login} ${never}`)
  }
  if (!isSuper.rows[0]?.rolsuper) await admin.query('grant mingbu_owner to current_user')
}

/**
 * Makes the roles and brings the schema up to date, as administrator. Repeatable; each file runs once, in its
 * own transaction, as `mingbu_owner`. Where people work already, only under a released maintenance order (6.2).
 * @throws StartupError when an applied migration's text has changed since: history is not edited.
 */
export async function migrate(
  admin: pg.Client,
  secrets: Secrets,
  migrations: readonly Migration[] = allMigrations(),
): Promise<string[]> {
  await makeRoles(admin, secrets)
  const database = await admin.query<{ name: string }>('select current_database() as name')
  const quoted = admin.escapeIdentifier(database.rows[0]!.name)
  await admin.query(`revoke all on database ${quoted} from public`)
  await admin.query(`grant connect on database ${quoted} to mingbu_app, mingbu_sequencer, mingbu_auditor`)
  await admin.query(`grant create on database ${quoted} to mingbu_owner`)
  await admin.query('revoke all on schema public from public')
  await admin.query(
    'grant usage on schema public to mingbu_owner, mingbu_app, mingbu_sequencer, mingbu_auditor',
  )
  await admin.query('create extension if not exists btree_gist; create extension if not exists pg_trgm')
  await admin.query(`create schema if not exists migration authorization mingbu_owner`)
  await admin.query(`create table if not exists migration.applied (
    number integer primary key, name text not null, sha256 text not null, applied_at timestamptz not null default now())`)
  await admin.query('alter table migration.applied add column if not exists order_id uuid')

  const applied = new Map(
    (
      await admin.query<{ number: number; sha256: string }>('select number, sha256 from migration.applied')
    ).rows.map((row) => [row.number, row.sha256]),
  )
  const pending = migrations.filter((migration) => {
    const before = applied.get(migration.number)
    if (before !== undefined && before !== migration.sha256)
      throw new StartupError(`Migration ${migration.name} was changed after it had been applied.`)
    return before === undefined
  })
  const order = pending.length > 0 ? await orderFor(admin, pending.at(-1)!.name) : null
  const done: string[] = []
  for (const migration of pending) {
    await admin.query('begin')
    try {
      await admin.query('set local role mingbu_owner; set local search_path = public, pg_catalog')
      await admin.query(migration.sql)
      await admin.query('reset role')
      await admin.query(
        'insert into migration.applied (number, name, sha256, order_id) values ($1, $2, $3, $4)',
        [migration.number, migration.name, migration.sha256, order],
      )
      await admin.query('commit')
    } catch (error) {
      await admin.query('rollback')
      throw error
    }
    done.push(migration.name)
  }
  return done
}

/**
 * The maintenance order under which pending migrations may run; null where none is needed: on an empty installation, in a
 * demo, and on one older than orders are.
 * @throws StartupError when people work here and no order for exactly these migrations was released.
 */
async function orderFor(admin: pg.Client, last: string): Promise<string | null> {
  const known = await admin.query<{ there: boolean }>(
    `select to_regclass('people.maintenance_order') is not null as there`,
  )
  if (!known.rows[0]!.there) return null
  await admin.query('begin')
  try {
    await admin.query('set local role mingbu_owner')
    const { rows } = await admin.query<{ free: boolean; id: string | null }>(
      `select not exists (select from kernel.person) or exists (select from kernel.setting where name = 'demo' and value = 'true') as free,
         (select id from people.maintenance_order where kind = 'migration' and state = 'released' and target = $1 and expires_at > kernel.now()
          order by id limit 1) as id`,
      [last],
    )
    const { free, id } = rows[0]!
    if (id === null && !free) throw new StartupError(noOrder(last))
    return id
  } finally {
    await admin.query('rollback')
  }
}

const noOrder = (last: string): string =>
  `This version brings migrations up to ${last}, and people work on this installation, so it migrates only under a maintenance order (clause 6.2).
Start the version that ran before. Under 维护指令 / Maintenance orders a leader or system administrator asks for one of kind “migration” with the target “${last}”,
the security administrator approves it, and another system administrator carries it out. Then start this version again before the order expires.`
