import { type PlanRule, qualityRule, sealRule, windowRule, windowRuleAmended } from '../city/rules.ts'
import type { AnyAct } from '../kernel/act.ts'
import { decideRule, proposeRule, readRule } from '../supervision/rulebook/acts.ts'
import { officeDate, type WorkingCalendar } from '../values/calendar.ts'

/** What a part of the demo acts with: somebody signed in at a time, and an act of theirs that must go through. */
export interface DemoHands {
  now: Temporal.Instant
  calendar: WorkingCalendar
  /** Id of somebody, by user name. */
  person(username: string): string
  as(username: string, at: Temporal.Instant): Promise<Buffer>
  perform<T>(act: AnyAct, token: Buffer, input: unknown): Promise<T>
}
export interface DemoStep {
  at: Temporal.Instant
  run: () => Promise<void>
}

/** A rule as it is proposed, and the answers beside it. */
const said = ({ quiz, ...content }: PlanRule) => ({
  content: {
    ...content,
    reviewDays: 365,
    readDays: 10,
    quiz: quiz.map(({ question, options }) => ({ question, options })),
  },
  answers: quiz.map((one) => one.answer),
})

/**
 * 制度汇编 of the demo: a rule of the window that its clerks have read and that is amended from next month, one of the
 * bureau that keepers of seals have still to read, and one that waits for its decision (2.1).
 */
export function ruleSteps(hands: DemoHands): DemoStep[] {
  const before = (days: number, hour: number) =>
    hands.now
      .toZonedDateTimeISO('Asia/Shanghai')
      .subtract({ days })
      .with({ hour, minute: 10, second: 0, millisecond: 0, microsecond: 0, nanosecond: 0 })
      .toInstant()
  let windowRuleId = ''
  const approve = async (district: string, by: string, proposalId: string, at: Temporal.Instant) =>
    hands.perform(decideRule, await hands.as(by, at), {
      district,
      proposalId,
      approved: true,
      word: '同意，按期施行。',
    })
  const propose = async (by: string, at: Temporal.Instant, more: object) =>
    hands.perform<{ proposalId: string; documentId: string }>(proposeRule, await hands.as(by, at), more)
  const first = before(30, 9)
  const amended = before(2, 9)
  return [
    {
      at: first,
      async run() {
        const made = await propose('haishu.sectionhead', first, {
          action: 'create',
          effectiveOn: officeDate(first).toString(),
          reason: '落实通知第二条，统一窗口受理做法。',
          ...said(windowRule),
        })
        windowRuleId = made.documentId
        await approve('haishu', 'haishu.leader', made.proposalId, first)
        for (const clerk of ['haishu.clerk1', 'haishu.clerk2', 'haishu.clerk3']) {
          const token = await hands.as(clerk, first)
          const read = (answers: readonly number[]) =>
            hands.perform(readRule, token, {
              district: 'haishu',
              documentId: made.documentId,
              no: 1,
              answers,
            })
          if (clerk.endsWith('2')) await read([0, 2])
          await read(windowRule.quiz.map((one) => one.answer))
        }
      },
    },
    {
      at: amended,
      async run() {
        const next = officeDate(hands.now).with({ day: 1 }).add({ months: 1 })
        const made = await propose('haishu.sectionhead', amended, {
          action: 'amend',
          documentId: windowRuleId,
          effectiveOn: next.toString(),
          reason: '根据窗口坐班发现的问题，补充异议处理。',
          ...said(windowRuleAmended),
        })
        await approve('haishu', 'haishu.leader', made.proposalId, amended)
        const seals = await propose('city.inspector1', amended, {
          action: 'create',
          effectiveOn: officeDate(amended).toString(),
          reason: '落实通知第五条，统一全市印章管理。',
          ...said(sealRule),
        })
        await approve('city', 'city.head', seals.proposalId, amended)
        await propose('haishu.sectionhead', amended, {
          action: 'create',
          effectiveOn: next.toString(),
          reason: '落实通知第七条，规范检查与整改。',
          ...said(qualityRule),
        })
      },
    },
  ]
}
