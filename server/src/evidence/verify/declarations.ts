import { isDeepStrictEqual } from 'node:util'
import { findAct } from '../../kernel/act.ts'
import type { Text } from '../../kernel/refusal.ts'
import { dutyTable } from '../../people/duties.ts'
import { registrationOffices } from '../../values/districts.ts'
import type { Run } from './run.ts'

/** Holds what the database was told of the code against the code: offices, who may perform which act, which duties exclude each other. */
export async function verifyDeclarations({ client, report }: Run): Promise<void> {
  const changed = (table: string, key: string, { zh, en }: Text, district = 'city') =>
    report({
      code: 'declaration_changed',
      district,
      table,
      key,
      zh: `${table} ${key}：${zh}`,
      en: `${table} ${key}: ${en}`,
    })
  const offices = await client.query<{ id: string }>('select id from kernel.district')
  const known = new Set(offices.rows.map(({ id }) => id))
  for (const { id } of registrationOffices)
    if (!known.has(id))
      changed('kernel.district', id, { zh: '缺少该登记机构', en: 'the office is not there' }, id)
  const astray = await client.query<{ district: string }>(
    'select distinct district from kernel.act a where not exists (select from kernel.district d where d.id = a.district)',
  )
  for (const { district } of astray.rows)
    changed(
      'kernel.district',
      district,
      { zh: '有行为属于不存在的登记机构', en: 'acts speak of an office that is not there' },
      district,
    )
  const types = await client.query<{
    type: string
    actors: string[]
    duties: string[]
    citywide: boolean
    grants: string | null
    high_value: boolean
  }>('select type, actors, duties, citywide, grants, high_value from kernel.act_type order by type')
  for (const { type, ...stored } of types.rows) {
    const act = findAct(type)
    const declared = act && {
      actors: act.actors,
      duties: act.duties,
      citywide: act.citywide ?? false,
      grants: act.grants ?? null,
      high_value: act.highValue ?? false,
    }
    if (declared && !isDeepStrictEqual(stored, declared))
      changed('kernel.act_type', type, {
        zh: '可办理的人或是否须当场确认与声明不符',
        en: 'who may perform it, or whether it is confirmed, is not what is declared',
      })
  }
  const conflicts = await client.query<{ a: string; b: string }>('select a, b from kernel.duty_conflict')
  const pairs = new Set(conflicts.rows.map(({ a, b }) => `${a}|${b}`))
  for (const pair of dutyTable.conflicts)
    if (!pairs.has(pair.toSorted().join('|')))
      changed('kernel.duty_conflict', pair.toSorted().join('|'), {
        zh: '这两项职责不再互斥',
        en: 'these duties no longer exclude each other',
      })
}
