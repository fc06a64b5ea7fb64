import { Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import { words } from '../rectification/acts.ts'
import { atField } from '../rectification/subject.ts'
import { ofInspection, onInspection, personField } from './plans.ts'
import {
  cancelRefusal,
  changeRefusal,
  inspectDuties,
  inspectorConflict,
  refuseInspection,
  replaceRefusal,
} from './rules.ts'
import { inspectorFacts } from './subject.ts'
import { changeDecisionTable, changeTable, memberTable } from './tables.ts'

const reason = words('理由|Reason', 500)
const asked = Type.Object({ no: Type.Integer() })

/** 申请取消检查: asked for with a reason, decided by another than who planned it; it stays in the list and meets no duty. */
export const cancelInspection = act({
  ...onInspection,
  type: 'inspection.cancel',
  title: { zh: '申请取消检查', en: 'Ask to call off an inspection' },
  clauses: ['1.2', '7.1', '7.2'],
  duties: inspectDuties,
  input: Type.Object({ ...ofInspection, reason }, { additionalProperties: false }),
  result: asked,
  guards: [cancelRefusal],
  async handle({ tx }, input, one) {
    const no = one.changes + 1
    await tx.put(changeTable, {
      district: one.district,
      inspection_id: one.id,
      no,
      what: 'cancel',
      reason: input.reason.trim(),
    })
    return { no }
  },
})

/** 申请替换成员: a third person asks for somebody without a conflict in the place of who cannot go. */
export const replaceMember = act({
  ...onInspection,
  type: 'inspection.replaceMember',
  title: { zh: '申请替换检查组成员', en: 'Ask to replace a member of the team' },
  clauses: ['1.2'],
  duties: inspectDuties,
  input: Type.Object(
    { ...ofInspection, out: personField('退出|Who leaves'), in: personField('加入|Who joins'), reason },
    { additionalProperties: false },
  ),
  result: asked,
  guards: [replaceRefusal],
  async handle({ tx, actor }, input, one) {
    const leaving = one.team.some(({ personId }) => personId === input.out)
    if (!leaving || one.handedIn.includes(input.out) || actor.personId === input.out)
      return atField('out', refuseInspection('member_place'))
    if (one.ever.includes(input.in) || actor.personId === input.in)
      return atField('in', refuseInspection('member_place'))
    const { period } = await tx.one<{ period: string }>`
      select period::text from supervision.inspection where district = ${one.district} and id = ${one.id}`
    const [facts] = await inspectorFacts(tx, [input.in], { ...one, period })
    const conflict = inspectorConflict(one, facts)
    if (conflict) return atField('in', conflict)
    const no = one.changes + 1
    await tx.put(changeTable, {
      district: one.district,
      inspection_id: one.id,
      no,
      what: 'replace',
      leaves: input.out,
      joins: input.in,
      reason: input.reason.trim(),
    })
    return { no }
  },
})

/** 审批变更: by another than who asked, outside the team. What the one who leaves had noted no longer counts. */
export const decideChange = act({
  ...onInspection,
  type: 'inspection.decideChange',
  title: { zh: '审批检查变更', en: 'Decide on a change' },
  clauses: ['1.2', '7.1', '7.2'],
  duties: inspectDuties,
  input: Type.Object(
    { ...ofInspection, approved: Type.Boolean({ title: '批准|Approve' }), word: words('意见|Word', 500) },
    { additionalProperties: false },
  ),
  result: Type.Object({ approved: Type.Boolean() }),
  guards: [(one, { actor }) => changeRefusal(one, actor.personId)],
  async handle({ tx }, { approved, word }, one) {
    const { no, what, leaves, joins, askedBy } = one.waiting!
    const of = { district: one.district, inspection_id: one.id }
    if (approved && what === 'cancel' && one.begun) return refuseInspection('inspection_begun')
    const place = one.team.find(({ personId }) => personId === leaves)
    if (approved && what === 'replace' && (!place || one.handedIn.includes(leaves!)))
      return refuseInspection('member_place')
    await tx.put(changeDecisionTable, { ...of, no, asked_by: askedBy, approved, word: word.trim() })
    if (approved && what === 'replace')
      await tx.put(memberTable, { ...of, person_id: joins, reader: place!.reader, replaces: leaves })
    return { approved }
  },
})
