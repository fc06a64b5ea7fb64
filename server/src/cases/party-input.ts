import type { FieldProblem } from '../kernel/refusal.ts'
import { creditCodeProblem, normaliseCreditCode } from '../values/creditCode.ts'
import { idNumberProblem, normaliseIdNumber } from '../values/idNumber.ts'
import { nameProblem, normaliseText } from '../values/text.ts'
import { normaliseUnitCode, unitCodeProblem } from '../values/unitCode.ts'

export interface AgentInput {
  name: string
  idNumber: string
}

export interface ApplicationInput {
  unitCode: string
  sale: 'whole' | 'share'
  sharing: '0' | '1' | '2'
  transferors: { partyId: string; share?: { num: number; den: number }; agent?: AgentInput }[]
  transferees: {
    kind: 'person' | 'company'
    name: string
    idNumber: string
    share?: { num: number; den: number }
    agent?: AgentInput
  }[]
}

/** A party whose agent, if any, is named in one form. */
export const normaliseAgent = <A extends { agent?: AgentInput }>(one: A): A =>
  one.agent
    ? {
        ...one,
        agent: {
          ...one.agent,
          name: normaliseText(one.agent.name),
          idNumber: normaliseIdNumber(one.agent.idNumber),
        },
      }
    : one

/** What is wrong with the fields of an application for another certificate. Pure. */
export function renewalProblems(
  input: { unitCode: string; applicants: { partyId: string; agent?: AgentInput }[] },
  at: Temporal.Instant,
): FieldProblem[] {
  const today = at.toZonedDateTimeISO('Asia/Shanghai').toPlainDate()
  const found: FieldProblem[] = []
  const check = (path: string, problem: { message: { zh: string; en: string } } | null) => {
    if (problem) found.push({ path, message: problem.message })
  }
  check('unitCode', unitCodeProblem(normaliseUnitCode(input.unitCode)))
  input.applicants.map(normaliseAgent).forEach(({ partyId, agent }, i) => {
    const path = `applicants.${i}`
    if (agent) {
      check(`${path}.agent.name`, nameProblem(agent.name))
      check(`${path}.agent.idNumber`, idNumberProblem(agent.idNumber, today))
    }
    if (input.applicants.findIndex((other) => other.partyId === partyId) < i)
      found.push({
        path: `${path}.partyId`,
        message: { zh: '申请人重复', en: 'The same applicant appears twice' },
      })
  })
  return found
}

/**
 * The application as it is checked and kept: spaces and letter case of numbers and names in one form, so that the
 * same person typed in two ways is one person.
 */
export function normaliseApplication<I extends ApplicationInput>(input: I): I {
  return {
    ...input,
    unitCode: normaliseUnitCode(input.unitCode),
    transferors: input.transferors.map(normaliseAgent),
    transferees: input.transferees.map((one) => ({
      ...normaliseAgent(one),
      name: normaliseText(one.name),
      idNumber: one.kind === 'person' ? normaliseIdNumber(one.idNumber) : normaliseCreditCode(one.idNumber),
    })),
  }
}

/**
 * What is wrong with an application's own fields: checksums, names, shares that no fraction can be, the same
 * person twice. Pure; the form calls it while the clerk types. Paths are those of the input.
 */
export function partyProblems(input: ApplicationInput, at: Temporal.Instant): FieldProblem[] {
  const today = at.toZonedDateTimeISO('Asia/Shanghai').toPlainDate()
  const found: FieldProblem[] = []
  const check = (path: string, problem: { message: { zh: string; en: string } } | null) => {
    if (problem) found.push({ path, message: problem.message })
  }
  const say = (path: string, zh: string, en: string) => found.push({ path, message: { zh, en } })
  check('unitCode', unitCodeProblem(input.unitCode))
  const share = (path: string, one: { num: number; den: number } | undefined) => {
    if (one && one.num > one.den) say(path, '份额不能大于 1', 'A share cannot be more than 1')
  }
  const agent = (path: string, one: AgentInput | undefined) => {
    if (!one) return
    check(`${path}.name`, nameProblem(one.name))
    check(`${path}.idNumber`, idNumberProblem(one.idNumber, today))
  }
  input.transferors.forEach((one, i) => {
    share(`transferors.${i}.share`, one.share)
    agent(`transferors.${i}.agent`, one.agent)
    if (input.transferors.findIndex((other) => other.partyId === one.partyId) < i)
      say(`transferors.${i}.partyId`, '转让人重复', 'The same transferor appears twice')
  })
  input.transferees.forEach((one, i) => {
    const path = `transferees.${i}`
    check(`${path}.name`, nameProblem(one.name))
    check(
      `${path}.idNumber`,
      one.kind === 'person' ? idNumberProblem(one.idNumber, today) : creditCodeProblem(one.idNumber),
    )
    share(`${path}.share`, one.share)
    agent(`${path}.agent`, one.agent)
    if (input.transferees.findIndex((other) => other.idNumber === one.idNumber) < i)
      say(`${path}.idNumber`, '受让人证件号码重复', 'The same identity number appears twice')
    if (input.sharing === '2' && !one.share)
      say(`${path}.share`, '按份共有须填写份额', 'Held by shares: a share is needed')
  })
  if (input.sharing === '0' && input.transferees.length > 1)
    say('sharing', '多个受让人不能选“单独所有”', 'Several buyers cannot hold alone')
  if (input.sharing !== '0' && input.transferees.length === 1 && input.sale === 'whole')
    say('sharing', '只有一个受让人,请选“单独所有”', 'A single buyer of the whole holds alone')
  return found
}
