import { Type } from 'typebox'
import { act } from '../kernel/act.ts'
import { type DutyTable, dutyName, grantConflict } from '../kernel/duty.ts'
import { constraintMeans } from '../kernel/perform.ts'
import type { Refusal } from '../kernel/refusal.ts'
import { derivePassword } from './acts.ts'
import { refusePeople } from './rules.ts'
import { dutyGrantTable, keepImages, type Written } from './tables.ts'

interface Enrolled {
  id: string
  images: Written[]
}

constraintMeans('duty_conflict_static', () => refusePeople('duty_conflict', { held: '—', duty: '—' }))
constraintMeans('account_one_live_per_person', () => refusePeople('second_account'))
constraintMeans('account_username', () => refusePeople('username_taken'))
constraintMeans('identity_pkey', () => refusePeople('identity_taken'))

/** The first of `duties` that conflicts with one before it, as a refusal that names both; null when all may be held together. */
function conflictWithin(table: DutyTable, duties: readonly string[]): Refusal | null {
  for (const [i, duty] of duties.entries()) {
    const held = grantConflict(table, duties.slice(0, i), duty)
    if (held === null) continue
    const say = (lang: 'zh' | 'en') =>
      refusePeople('duty_conflict', { held: dutyName(held)[lang], duty: dutyName(duty)[lang] })
    return { ...say('zh'), message: { zh: say('zh').message.zh, en: say('en').message.en } }
  }
  return null
}

/**
 * Enrols one person with identity, post, duties and account. In this spine only the bootstrap and the demo seed
 * may do it; the accounts issue adds the act by which two administrators enrol a colleague.
 */
export const enrol = act({
  type: 'people.enrol',
  title: { zh: '人员建档', en: 'Enrol a person' },
  clauses: ['6.3', '6.7'],
  actors: ['service'],
  duties: [],
  grants: 'write',
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: Type.String({ title: '登记机构|Office', maxLength: 20 }),
      name: Type.String({ title: '姓名|Name', minLength: 1, maxLength: 60 }),
      idNumber: Type.String({
        title: '身份证号|Identity number',
        minLength: 18,
        maxLength: 18,
        sensitive: true,
      }),
      username: Type.String({ title: '用户名|User name', pattern: '^[a-z0-9][a-z0-9._-]{1,39}$' }),
      password: Type.String({ title: '密码|Password', minLength: 8, maxLength: 200 }),
      posts: Type.Array(
        Type.Object({
          id: Type.String({ maxLength: 40 }),
          zh: Type.String({ maxLength: 60 }),
          en: Type.String({ maxLength: 100 }),
        }),
        { maxItems: 10 },
      ),
      duties: Type.Array(Type.String({ maxLength: 40 }), { maxItems: 20 }),
      demo: Type.Boolean(),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ personId: Type.String() }),
  created: (result) => ({ kind: 'person', id: result.personId }),
  secretInput: ['password'],
  async handle({ tx, deps, district }, input) {
    const conflict = conflictWithin(deps.duties, input.duties)
    if (conflict) return conflict
    const salt = crypto.getRandomValues(new Uint8Array(16))
    const derived = await derivePassword(input.password, salt, 'argon2id:m=19456,t=2,p=1')
    const { person } = await tx.one<{ person: Enrolled }>`
      select people.enrol(${input.name}, ${deps.vault.searchHash(input.idNumber)}, ${deps.vault.seal(input.idNumber)}, ${input.username},
        ${salt}, ${derived}, ${JSON.stringify(input.posts)}, ${input.demo ? input.password : null}) as person`
    keepImages(tx, person.images)
    await tx.put(
      dutyGrantTable,
      input.duties.map((duty) => ({ district, person_id: person.id, duty, during: '[2020-01-01,)' })),
    )
    return { personId: person.id }
  },
})
