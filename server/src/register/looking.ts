import type { Actor, Ctx } from '../kernel/act.ts'
import { type Limits, outOfReach } from '../kernel/limits.ts'
import { constraintMeans, invalid } from '../kernel/perform.ts'
import { type Refusal, refuser } from '../kernel/refusal.ts'
import { dutyTable, type Purpose, purposesOf } from '../people/duties.ts'
import { table } from '../platform/db/tx.ts'

export const lookTable = table('register.look', ['id'])

/** Why somebody looks at a register page. */
export type LookPurpose = Extract<Purpose, 'case' | 'enquiry' | 'inspection' | 'quality'>

export const refuseLook = refuser({
  look_without_case: {
    status: 403,
    clause: '6.7',
    zh: '您没有正在办理的案件涉及本单元，不能以办案为由查看。已记录这次尝试。',
    en: 'No case on this unit is in your hands, so you may not look at it for a case. This attempt was recorded.',
  },
  look_purpose_not_yours: {
    status: 403,
    clause: '6.7',
    zh: '您的职责不包括这一查看目的。已记录这次尝试。',
    en: 'None of your duties serves this purpose. This attempt was recorded.',
  },
})
constraintMeans('look_case_bound', () => refuseLook('look_without_case'))
constraintMeans('look_purpose_served', () => refuseLook('look_purpose_not_yours'))

/** What a look at a unit hangs on, from `register.look_facts`. */
export interface LookFacts {
  /** Whether the case named, if one was, is of this unit. */
  named: boolean
  limits: Limits
  /** Open cases on the unit, and whether the reader is among the handlers of each. */
  cases: readonly { id: string; business: string; nextStage: string; handler: boolean }[]
}

/** The open case on the unit that is in this person's hands: theirs as a handler, or because its next stage is theirs to do. */
export function caseInHand(
  { cases, limits }: LookFacts,
  actor: Pick<Actor, 'duties'>,
  forCase?: string,
): string | null {
  const found = cases.find(({ id, business, nextStage, handler }) => {
    if (forCase !== undefined && id !== forCase) return false
    const duty = dutyTable.stages.find((stage) => stage.id === nextStage)?.duty
    return (
      handler ||
      (duty !== undefined && actor.duties.includes(duty) && !outOfReach(limits, duty, business, 'case'))
    )
  })
  return found?.id ?? null
}

/** Whether some duty of this person serves the purpose, as far as it was given for it. Pure; the screen asks it too. */
export const serves = (duties: readonly string[], purpose: LookPurpose, limits: Limits = {}): boolean =>
  duties.some((duty) => purposesOf(duty).includes(purpose) && !outOfReach(limits, duty, null, purpose))

/**
 * Writes down a look and what permits it, or says why nothing does (6.7): a look for a case needs one in hand on this
 * very unit; any other purpose needs a duty that serves it. The database decides the same when the row is written.
 */
export async function takeLook(
  { tx, actor, district }: Pick<Ctx, 'tx' | 'actor' | 'district'>,
  { unitCode, purpose, forCase }: { unitCode: string; purpose: LookPurpose; forCase?: string },
): Promise<Refusal | null> {
  const { facts } = await tx.one<{ facts: LookFacts }>`
    select register.look_facts(${unitCode}, ${forCase ?? null}::uuid) as facts`
  if (!facts.named)
    return invalid([
      { path: 'forCase', message: { zh: '不是本单元的案件', en: 'It is not a case of this unit' } },
    ])
  const caseId = purpose === 'case' ? caseInHand(facts, actor, forCase) : null
  if (purpose === 'case' && caseId === null) return refuseLook('look_without_case')
  if (purpose !== 'case' && !serves(actor.duties, purpose, facts.limits))
    return refuseLook('look_purpose_not_yours')
  await tx.put(lookTable, { district, unit_code: unitCode, purpose, ...(caseId ? { case_id: caseId } : {}) })
  return null
}
