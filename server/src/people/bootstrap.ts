import { Type } from 'typebox'
import { act } from '../kernel/act.ts'
import { constraintMeans } from '../kernel/perform.ts'
import type { FieldProblem, Text } from '../kernel/refusal.ts'
import { normaliseIdNumber } from '../values/idNumber.ts'
import { IdNumber, identityProblems, Name, Username, wrongFields } from './fields.ts'
import { normaliseName, refusePeople } from './rules.ts'
import { keepImages, type Written } from './tables.ts'
import { makeTicket } from './tickets.ts'

constraintMeans('bootstrap_once', () => refusePeople('bootstrap_once'))

/** The three administrators (三员), who exclude one another (6.7), with the post each holds. */
export const administrators = [
  {
    key: 'system',
    duty: 'admin_system',
    post: 'system_administrator',
    name: { zh: '系统管理员', en: 'System administrator' },
    measures: {
      zh: '只可提请、不可批准；不接触登记业务；全部操作进入日志，由审计管理员查看。',
      en: 'Proposes and never approves; does no registration work; everything done is in the log and looked at by the audit administrator.',
    },
  },
  {
    key: 'security',
    duty: 'admin_security',
    post: 'security_administrator',
    name: { zh: '安全管理员', en: 'Security administrator' },
    measures: {
      zh: '只批准他人提请的事项；不得为本人办理；权限定期复核。',
      en: 'Decides what others propose and never on their own matters; rights are recertified.',
    },
  },
  {
    key: 'audit',
    duty: 'admin_audit',
    post: 'audit_administrator',
    name: { zh: '审计管理员', en: 'Audit administrator' },
    measures: {
      zh: '只看不改；不得兼任系统或安全管理员；核验报告对外公布。',
      en: 'Looks and changes nothing; is never system or security administrator; publishes what verification says.',
    },
  },
] as const satisfies readonly { key: string; duty: string; post: string; name: Text; measures: Text }[]
export type AdministratorKey = (typeof administrators)[number]['key']

const Admin = Type.Object(
  { name: Name, idNumber: IdNumber, username: Username },
  { additionalProperties: false },
)

/**
 * Enrols the three first administrators of an empty installation, three different people. The first act of the city's
 * log besides what the installation adopts for itself; the database lets it happen once. Tickets leave here and nowhere else.
 */
export const bootstrap = act({
  type: 'people.bootstrap',
  title: { zh: '初始化三员', en: 'Enrol the first administrators' },
  grants: 'write',
  clauses: ['6.3', '6.7'],
  actors: ['service'],
  duties: [],
  input: Type.Object({ system: Admin, security: Admin, audit: Admin }, { additionalProperties: false }),
  // Numbers inside an object could not be sealed one by one; what is kept are the rows.
  secretInput: ['system', 'security', 'audit'],
  result: Type.Object({
    made: Type.Array(Type.Object({ key: Type.String(), personId: Type.String(), username: Type.String() })),
    tickets: Type.Array(Type.String()),
  }),
  secretResult: ['tickets'],
  created: () => ({ kind: 'installation', id: 'administrators' }),
  problems: (input, at) => {
    const found: FieldProblem[] = administrators.flatMap(({ key }) =>
      identityProblems(input[key], at, `${key}.`),
    )
    for (const field of ['idNumber', 'username'] as const) {
      const seen = new Set<string>()
      for (const { key } of administrators) {
        const value = field === 'idNumber' ? normaliseIdNumber(input[key].idNumber) : input[key].username
        if (seen.has(value)) found.push({ path: `${key}.${field}`, message: threePeople })
        seen.add(value)
      }
    }
    return wrongFields(found)
  },
  async handle({ tx, deps }, input) {
    const rows = administrators.map(({ key, duty, post, name, measures }) => {
      const idNumber = normaliseIdNumber(input[key].idNumber)
      return {
        duty,
        post,
        postZh: name.zh,
        postEn: name.en,
        measuresZh: measures.zh,
        measuresEn: measures.en,
        name: normaliseName(input[key].name),
        username: input[key].username,
        idHash: deps.vault.searchHash(idNumber).toString('hex'),
        idSealed: deps.vault.seal(idNumber).toString('hex'),
      }
    })
    const { done } = await tx.one<{ done: { made: { id: string; duty: string }[]; images: Written[] } }>`
      select people.bootstrap(${JSON.stringify(rows)}::jsonb) as done`
    keepImages(tx, done.images)
    const made = administrators.map(({ key, duty }) => ({
      key,
      personId: done.made.find((one) => one.duty === duty)!.id,
      username: input[key].username,
    }))
    const tickets: string[] = []
    for (const { personId } of made) tickets.push(await makeTicket(tx, personId, 'enrol'))
    return { made, tickets }
  },
})

const threePeople: Text = {
  zh: '三名管理员必须是三个不同的人。',
  en: 'The three administrators are three different people.',
}
