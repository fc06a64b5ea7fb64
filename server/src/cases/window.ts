import { Type } from 'typebox'
import { act, type Guard, type Subject } from '../kernel/act.ts'
import { constraintMeans } from '../kernel/perform.ts'
import { table } from '../platform/db/tx.ts'
import { renderReceipt } from './papers.ts'
import { type CaseState, refuseCase } from './rules.ts'
import { CaseId } from './steps.ts'
import { handlerTable, loadCase, noticeTable } from './subject.ts'

export const windowSignatureTable = table('cases.window_signature', ['case_id', 'turn_id'])
constraintMeans('window_signature_in_turn', () => refuseCase('window_no_turn'))
constraintMeans('window_signature_of_handled', () => refuseCase('window_not_handled'))
constraintMeans('window_signature_once', () => refuseCase('window_signed'))
constraintMeans('window_signature_handler', () => refuseCase('not_your_group'))

/** A case, and how it stands in the turn of whoever acts. Read by this act alone, so that no other pays for it. */
interface AtWindow extends CaseState {
  window: {
    turn: string
    /** The post they hold, which is the stage they handle. */
    post: string
    /** Who did that stage of the case in this turn; null when nobody did. */
    handledBy: string | null
    signed: boolean
  } | null
}
const atWindow: Subject<AtWindow> = {
  kind: 'case',
  async load(tx, id, lock) {
    const state = await loadCase(tx, id, lock)
    if (!state) return null
    const { window } = await tx.one<Pick<AtWindow, 'window'>>`
      select cases.window_standing(${state.district}, ${id}::uuid, kernel.act_person()) as window`
    return { ...state, window }
  },
}

/** Posts whose signed paper is a copy of the acceptance slip; what reviewers sign stands on the approval form. */
const slipPosts = ['acceptance', 'printing']

const inTurn: Guard<AtWindow, unknown> = ({ window }) => {
  if (!window) return refuseCase('window_no_turn')
  if (!window.handledBy) return refuseCase('window_not_handled')
  return window.signed ? refuseCase('window_signed') : null
}
/** Who signs has a hand in the case at that post: nobody who handled another group of it signs there (6.2). */
const ofGroup: Guard<AtWindow, unknown> = ({ window, process }, { actor }) => {
  const handled = process.handlers[actor.personId ?? '']
  return handled !== undefined && handled !== window?.post ? refuseCase('not_your_group') : null
}

/**
 * 坐班领导签名: a leader signs, with their own name and device, what was handled at the window in their turn (3.3). A leader of the
 * office signs what they did themselves; one of the city sits beside the office's staff and signs what was done there.
 */
export const signAtWindow = act({
  type: 'case.signAtWindow',
  title: { zh: '坐班领导签名', en: 'Sign at the window' },
  clauses: ['3.3'],
  duties: [],
  citywide: true,
  highValue: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    { district: Type.String({ title: '登记机构|Office', maxLength: 20 }), caseId: CaseId },
    { additionalProperties: false },
  ),
  result: Type.Object({ file: Type.Union([Type.String(), Type.Null()]) }),
  subject: atWindow,
  subjectId: (input) => input.caseId,
  guards: [inTurn, ofGroup],
  async handle(ctx, _input, state) {
    const { tx, actor, district } = ctx
    const { turn, post, handledBy } = state.window!
    if (state.process.handlers[actor.personId!] === undefined)
      await tx.put(handlerTable, { district, case_id: state.id, duty_group: post })
    await tx.put(windowSignatureTable, {
      district,
      case_id: state.id,
      turn_id: turn,
      stage: post,
      handled_by: handledBy,
    })
    if (!slipPosts.includes(post)) return { file: null }
    const { pdf, pages } = await renderReceipt(ctx, state, { signed: true })
    const file = await ctx.deps.files.keep(pdf)
    await tx.put(noticeTable, {
      district,
      case_id: state.id,
      kind: 'acceptance_receipt',
      body: { pages, signedInTurn: turn },
      file,
    })
    return { file }
  },
})
