import { Type } from 'typebox'
import { act } from '../kernel/act.ts'
import { lookUp, moveSerials, rangeOf, refuseCustody } from '../kernel/ledger.ts'
import { constraintMeans, invalid } from '../kernel/perform.ts'
import { refuseKeeping } from './rules.ts'
import { BlankKind, numberRange, rangeProblems, readRange } from './serials.ts'
import { isUploaded } from './subjects.ts'
import { voidTable } from './tables.ts'

constraintMeans('void_once', () => refuseKeeping('void_where'))
constraintMeans('void_listed', () => refuseKeeping('void_where'))

/** Why a blank became void, as the list of voids says it. */
export const voidReasons = {
  misprint: { zh: '打印错误', en: 'Misprinted' },
  soiled: { zh: '污损', en: 'Soiled' },
  torn: { zh: '缺页或撕裂', en: 'Torn or incomplete' },
  format: { zh: '版式错误', en: 'Wrong layout' },
  power_cut: { zh: '打印中断', en: 'Printing broke off' },
  test: { zh: '测试', en: 'Test print' },
  found_again: { zh: '缺失后找到', en: 'Found again after it was missing' },
} as const
export const VoidReason = Type.Union(
  Object.keys(voidReasons).map((reason) => Type.Literal(reason as keyof typeof voidReasons)),
  { title: '作废原因|Reason' },
)
export const Photo = (title: string) => Type.String({ title, pattern: '^[0-9a-f]{64}$' })

/**
 * 作废: blanks that were not yet bound to a certificate are stamped void, with a picture of the stamp, and listed. The
 * keeper voids what lies in the store or was missing and turned up, everybody what they hold themselves.
 */
export const voidBlanks = act({
  type: 'custody.void',
  title: { zh: '空白证书作废', en: 'Void blanks' },
  clauses: ['4.5'],
  duties: ['certificate_keeping', 'printing'],
  highValue: true,
  input: Type.Object(
    {
      kind: BlankKind,
      ...numberRange,
      reason: VoidReason,
      photo: Photo('加盖作废章照片|Picture of the stamp'),
      note: Type.Optional(Type.String({ title: '说明|Note', minLength: 1, maxLength: 500 })),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ voidId: Type.String(), count: Type.Integer() }),
  created: (result) => ({ kind: 'void', id: result.voidId }),
  problems: (input) => {
    const fields = rangeProblems(input)
    return fields.length > 0 ? invalid(fields) : null
  },
  async handle({ tx, district, actor }, input) {
    if (!(await isUploaded(tx, district, input.photo)))
      return refuseKeeping(
        'photo_unknown',
        {},
        { fields: [{ path: 'photo', message: refuseKeeping('photo_unknown').message }] },
      )
    const { edition, serials } = readRange(input)
    const { places, stops } = await lookUp(tx, input.kind, edition, serials)
    const mine = `person:${actor.personId}`
    const from = places.length === 1 ? places[0]! : mine
    if (places.length > 1) return refuseKeeping('void_where')
    // They may lie where a count is under way, and that is told to nobody.
    if (places.length === 0 && stops.some(({ reason }) => reason === 'counting'))
      return refuseCustody('serial_stands_still')
    if (['store', 'missing'].includes(from) && !actor.duties.includes('certificate_keeping'))
      return refuseKeeping('not_keeper')
    const [row] = await tx.put<{ id: string }>(voidTable, {
      district,
      kind: input.kind,
      edition,
      serials: rangeOf(serials),
      reason: input.reason,
      note: input.note,
      photo: input.photo,
    })
    const refused = await moveSerials(tx, {
      district,
      kind: input.kind,
      edition,
      serials,
      movement: 'void',
      from: ['store', 'missing'].includes(from) ? from : mine,
      to: 'void',
    })
    return refused ?? { voidId: row!.id, count: serials.to - serials.from }
  },
})
