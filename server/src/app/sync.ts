import type pg from 'pg'
import { custodyRules } from '../custody/book.ts'
import { originOf } from '../evidence/neighbours.ts'
import { declaredActs } from '../kernel/act.ts'
import type { DutyTable } from '../kernel/duty.ts'
import type { Secrets } from '../platform/secrets.ts'
import type { Signer } from '../signing/signer.ts'
import type { WorkingCalendar } from '../values/calendar.ts'
import { registrationOffices } from '../values/districts.ts'

/**
 * Brings what the database must know of the code up to date, as owner: offices, duties and their conflicts, act
 * types with who may perform them, service tokens, one log per district. Repeatable; removes nothing that acts
 * refer to.
 */
export async function syncDeclarations(
  admin: pg.Client,
  duties: DutyTable,
  secrets: Secrets,
  signer: Pick<Signer, 'vkeys'>,
  calendar: WorkingCalendar,
): Promise<void> {
  await admin.query('begin')
  await admin.query('set local role mingbu_owner')
  for (const [sort, office] of registrationOffices.entries()) {
    await admin.query(
      `insert into kernel.district (id, name_zh, name_en, county_code, is_city, sort) values ($1, $2, $3, $4, $5, $6)
       on conflict (id) do update set name_zh = excluded.name_zh, name_en = excluded.name_en, sort = excluded.sort`,
      [office.id, office.name.zh, office.name.en, office.countyCode, office.id === 'city', sort],
    )
  }
  for (const duty of duties.duties) {
    await admin.query(
      'insert into kernel.duty values ($1, $2, $3) on conflict (id) do update set name_zh = excluded.name_zh, name_en = excluded.name_en',
      [duty.id, duty.name.zh, duty.name.en],
    )
  }
  for (const pair of duties.conflicts)
    await admin.query(
      'insert into kernel.duty_conflict values ($1, $2) on conflict do nothing',
      [...pair].sort(),
    )
  for (const [side, held] of Object.entries(duties.sides))
    for (const duty of held)
      await admin.query(
        'insert into kernel.duty_side values ($1, $2) on conflict (duty) do update set side = excluded.side',
        [duty, side],
      )
  for (const [part, held] of [
    ['leader', duties.window.leaders],
    ['post', duties.window.posts],
  ] as const)
    for (const duty of held)
      await admin.query('insert into people.window_part values ($1, $2) on conflict do nothing', [duty, part])
  // Grants that were there before their duty had a side.
  await admin.query(
    `insert into kernel.duty_grant_side select g.district, g.id, g.person_id, d.side, kernel.days_of(g.during)
     from kernel.duty_grant g join kernel.duty_side d on d.duty = g.duty on conflict (district, grant_id) do nothing`,
  )
  for (const act of declaredActs()) {
    await admin.query(
      `insert into kernel.act_type (type, actors, duties, citywide, kept_years, despite, grants, high_value) values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (type) do update set actors = excluded.actors, duties = excluded.duties, citywide = excluded.citywide,
         kept_years = excluded.kept_years, despite = excluded.despite, grants = excluded.grants, high_value = excluded.high_value`,
      [
        act.type,
        act.actors,
        act.duties,
        act.citywide ?? false,
        act.keptYears ?? null,
        act.despite ?? [],
        act.grants ?? null,
        act.highValue ?? false,
      ],
    )
  }
  const days = calendar.exceptions()
  await admin.query('delete from supervision.calendar_day')
  await admin.query('insert into supervision.calendar_day select * from unnest($1::date[], $2::boolean[])', [
    days.map((one) => one.day),
    days.map((one) => one.working),
  ])
  await admin.query('delete from kernel.custody_rule')
  for (const { kind, movement, from, to, hands, acts } of custodyRules)
    await admin.query('insert into kernel.custody_rule values ($1, $2, $3, $4, $5, $6)', [
      kind,
      movement,
      from,
      to,
      hands,
      acts,
    ])
  for (const [name, token] of Object.entries(secrets.services)) {
    await admin.query(
      `insert into kernel.service values ($1, sha256(decode($2, 'hex'))) on conflict (name) do update set token_hash = excluded.token_hash`,
      [name, token],
    )
  }
  await admin.query(`insert into kernel.setting values ('salt_pepper', $1) on conflict (name) do nothing`, [
    secrets.saltPepper,
  ])
  await openLogs(admin, signer)
  await admin.query('commit')
}

/** Gives each office that has none a log, under the key its signer shows. */
async function openLogs(admin: pg.Client, signer: Pick<Signer, 'vkeys'>): Promise<void> {
  const { rows } = await admin.query<{ district: string }>('select district from evidence.log')
  const known = new Set(rows.map((row) => row.district))
  const missing = registrationOffices.filter((office) => !known.has(office.id))
  if (missing.length === 0) return
  const vkeys = await signer.vkeys(missing.map((office) => originOf(office.id)))
  for (const [i, office] of missing.entries()) {
    await admin.query('insert into evidence.log values ($1, $2, $3)', [
      office.id,
      originOf(office.id),
      vkeys[i],
    ])
    await admin.query(`insert into evidence.head (district, root) values ($1, sha256(''))`, [office.id])
  }
}
