import { decideChecklist, writeChecklist } from '../supervision/inspections/checklists.ts'
import { decideInspection, planInspection } from '../supervision/inspections/plans.ts'
import { saveScores, submitReading } from '../supervision/inspections/readings.ts'
import { sendReport } from '../supervision/inspections/reports.ts'
import { officeDate } from '../values/calendar.ts'
import type { DemoHands, DemoStep } from './demo-rules.ts'

const items = [
  { clause: '3.3', wording: '窗口人员按作息时间在岗，着装规范，主动说明一次性告知内容', weight: 2 },
  { clause: '4.2', wording: '借阅档案逐笔签字，借离档案室的有审批', weight: 3 },
  { clause: '4.6', wording: '空白证书与登记专用章由两人分别保管，盘点台账齐全', weight: 4 },
  { clause: '5.3', wording: '印章放置区与受理柜台保持安全距离，人离章收', weight: 4 },
  { clause: '6.3', wording: '一人一号，离开座位锁定窗口', weight: 3 },
].map((one, i) => ({
  ...one,
  ...(i === 0 ? { scoring: 'yes_no', most: 1, pass: 1 } : { scoring: 'points', most: 10, pass: 6 }),
}))

/** 检查 of the demo: an open visit of Jiangbei with its report, a covert visit that is planned, and a self check of Haishu to be scored. */
export function inspectionSteps(hands: DemoHands, person: (key: string) => string): DemoStep[] {
  const at = hands.now
    .toZonedDateTimeISO('Asia/Shanghai')
    .subtract({ days: 5 })
    .with({ hour: 15, minute: 10, second: 0, millisecond: 0, microsecond: 0, nanosecond: 0 })
    .toInstant()
  const day = officeDate(at)
  const today = officeDate(hands.now)
  const act = async <T>(by: string, what: Parameters<DemoHands['perform']>[0], input: object) =>
    hands.perform<T>(what, await hands.as(by, at), input)
  const approved = async (
    by: string,
    other: string,
    input: { district: string } & Record<string, unknown>,
  ) => {
    const { inspectionId } = await act<{ inspectionId: string }>(by, planInspection, {
      periodFrom: day.subtract({ days: 90 }).toString(),
      periodTo: day.toString(),
      draw: 0,
      ...input,
    })
    const of = { district: input.district, inspectionId }
    await act(other, decideInspection, { ...of, approved: true, word: '同意，按期进行。' })
    return of
  }
  const visit = (from: Temporal.PlainDate, to: Temporal.PlainDate, team: string[]) => ({
    visitFrom: from.toString(),
    visitTo: to.toString(),
    team: team.map(person),
    readers: team.map(person),
  })
  return [
    {
      at,
      async run() {
        const { checklistId } = await act<{ checklistId: string }>('city.inspector1', writeChecklist, {
          code: 'window',
          title: '窗口作风、规范与风险检查表',
          kinds: ['self', 'mutual', 'spot', 'open', 'covert'],
          threshold: 20,
          after: 0,
          items,
        })
        await act('city.head', decideChecklist, { checklistId, approved: true, word: '同意施行。' })
        const bureau = ['city/deputy', 'city/bureauhead']
        const open = await approved('city.inspector1', 'city.head', {
          district: 'city',
          kind: 'open',
          inspected: 'jiangbei',
          checklistId,
          ...visit(day, day, bureau),
        })
        for (const [who, points] of [
          ['city.deputy', [1, 9, 8, 5, 10]],
          ['city.bureauhead', [1, 8, 8, 4, 9]],
        ] as const) {
          await act(who, saveScores, {
            ...open,
            scores: points.map((value, i) => ({
              sheet: 1,
              item: i + 1,
              points: value,
              photos: [],
              ...(value < items[i]!.pass && { note: '两枚印章在受理柜台上，经办人离座' }),
            })),
          })
          await act(who, submitReading, open)
        }
        await act('city.head', sendReport, {
          inspected: 'jiangbei',
          inspectionId: open.inspectionId,
          word: '窗口总体规范，印章放置须立即整改。',
        })
        await approved('city.inspector1', 'city.head', {
          district: 'city',
          kind: 'covert',
          inspected: 'haishu',
          checklistId,
          ...visit(today.add({ days: 6 }), today.add({ days: 12 }), bureau),
        })
        await approved('haishu.head', 'haishu.leader', {
          district: 'haishu',
          kind: 'self',
          inspected: 'haishu',
          checklistId,
          ...visit(day, today.add({ days: 9 }), ['haishu/clerk1', 'haishu/archive1']),
        })
      },
    },
  ]
}
