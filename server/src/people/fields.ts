import { Type } from 'typebox'
import { type FieldProblem, type Refusal, refuseKernel } from '../kernel/refusal.ts'
import { idNumberProblem, normaliseIdNumber } from '../values/idNumber.ts'
import { staffNameProblem } from './rules.ts'

/** Fields that several acts about people share. */
export const District = Type.String({ title: '登记机构|Office', maxLength: 20 })
export const PersonId = Type.String({ title: '人员|Person', format: 'uuid' })
export const ProposalId = Type.String({ title: '提请|Proposal', format: 'uuid' })
export const Name = Type.String({ title: '姓名|Name', minLength: 1, maxLength: 60 })
export const IdNumber = Type.String({
  title: '身份证号|Identity number',
  minLength: 18,
  maxLength: 18,
  sensitive: true,
})
export const Username = Type.String({ title: '用户名|User name', pattern: '^[a-z0-9][a-z0-9._-]{1,39}$' })
export const Post = Type.String({ title: '岗位|Post', pattern: '^[a-z0-9][a-z0-9_.-]{0,39}$' })
export const Day = (title: string) => Type.String({ title, format: 'date' })
export const Note = Type.String({ title: '说明|Note', minLength: 1, maxLength: 500 })

/** One of a list of words. */
export const literals = <T extends string>(values: readonly T[], title: string) =>
  Type.Unsafe<T>(
    Type.Union(
      values.map((one) => Type.Literal(one)),
      { title },
    ),
  )

/** The refusal for input whose fields are wrong in ways a schema cannot say; null when none is. */
export const wrongFields = (fields: FieldProblem[]): Refusal | null =>
  fields.length === 0 ? null : refuseKernel('invalid_input', { count: fields.length }, { fields })

/** Problems of a colleague's name and number, under the paths of the input. */
export function identityProblems(
  { name, idNumber }: { name: string; idNumber: string },
  at: Temporal.Instant,
  prefix = '',
): FieldProblem[] {
  const today = at.toZonedDateTimeISO('Asia/Shanghai').toPlainDate()
  const ofName = staffNameProblem(name)
  const ofNumber = idNumberProblem(normaliseIdNumber(idNumber), today)
  return [
    ...(ofName ? [{ path: `${prefix}name`, message: ofName }] : []),
    ...(ofNumber ? [{ path: `${prefix}idNumber`, message: ofNumber.message }] : []),
  ]
}

/** A day in Ningbo as the moment it begins. */
export const dayStart = (day: string): Temporal.Instant =>
  Temporal.PlainDate.from(day).toZonedDateTime('Asia/Shanghai').toInstant()
