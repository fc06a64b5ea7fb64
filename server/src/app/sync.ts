import { createPublicKey, hkdfSync } from 'node:crypto'
import type pg from 'pg'
import { ed25519FromSeed, vkeyOf } from '../evidence/keys.ts'
import { declaredActs } from '../kernel/act.ts'
import type { DutyTable } from '../kernel/duty.ts'
import type { Secrets } from '../platform/secrets.ts'
import { registrationOffices } from '../values/districts.ts'

/**
 * Brings what the database must know of the code up to date, as owner: offices, duties and their conflicts, act
 * types with who may perform them, service tokens, one log per district. Repeatable; removes nothing that acts
 * refer to.
 */
export async function syncDeclarations(admin: pg.Client, duties: DutyTable, secrets: Secrets): Promise<void> {
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
  for (const act of declaredActs()) {
    await admin.query(
      `insert into kernel.act_type values ($1, $2, $3, $4)
       on conflict (type) do update set actors = excluded.actors, duties = excluded.duties, citywide = excluded.citywide`,
      [act.type, act.actors, act.duties, act.citywide ?? false],
    )
  }
  for (const [name, token] of Object.entries(secrets.services)) {
    await admin.query(
      `insert into kernel.service values ($1, sha256(decode($2, 'hex'))) on conflict (name) do update set token_hash = excluded.token_hash`,
      [name, token],
    )
  }
  await admin.query(`insert into kernel.setting values ('salt_pepper', $1) on conflict (name) do nothing`, [
    secrets.saltPepper,
  ])
  for (const office of registrationOffices) {
    const { origin, vkey } = logIdentity(secrets, office.id)
    await admin.query('insert into evidence.log values ($1, $2, $3) on conflict (district) do nothing', [
      office.id,
      origin,
      vkey,
    ])
    await admin.query(
      `insert into evidence.head (district, root) values ($1, sha256('')) on conflict (district) do nothing`,
      [office.id],
    )
  }
  await admin.query('commit')
}

/** Origin, key and verifier key of a district's log. The origin is the log's identity and never changes. */
export function logIdentity(secrets: Pick<Secrets, 'logSeed'>, district: string) {
  const seed = Buffer.from(
    hkdfSync('sha256', Buffer.from(secrets.logSeed, 'hex'), '', `mingbu log ${district}`, 32),
  )
  const privateKey = ed25519FromSeed(seed)
  const publicKey = createPublicKey(privateKey)
  const origin = `mingbu.example/${district}`
  return { origin, privateKey, vkey: vkeyOf(origin, publicKey) }
}
