import { attend, confirmMinutes, convene, writeMinutes } from '../supervision/meetings/acts.ts'
import { addItem, reportItem } from '../supervision/plan/acts.ts'
import { officeDate } from '../values/calendar.ts'
import type { DemoHands, DemoStep } from './demo-rules.ts'

/** 研判会与计划 of the demo: Haishu met a week ago and decided two things; two items are planned, one of them well on its way (1.1, 6.1, 2.3). */
export function meetingSteps(hands: DemoHands): DemoStep[] {
  const working = (from: Temporal.PlainDate, step: 1 | -1): Temporal.PlainDate => {
    let day = from
    while (hands.calendar.isWorkingDay(day) !== true) day = day.add({ days: step })
    return day
  }
  const met = working(officeDate(hands.now).subtract({ days: 7 }), -1)
  const at = met.toZonedDateTime({ timeZone: 'Asia/Shanghai', plainTime: '16:20' }).toInstant()
  const due = (days: number) => working(officeDate(hands.now).add({ days }), 1).toString()
  const of = { district: 'haishu' }
  return [
    {
      at,
      async run() {
        const [head, leader, section] = await Promise.all([
          hands.as('haishu.head', at),
          hands.as('haishu.leader', at),
          hands.as('haishu.sectionhead', at),
        ])
        const { meetingId } = await hands.perform<{ meetingId: string }>(convene, leader!, {
          ...of,
          heldOn: met.toString(),
          place: '三楼会议室',
          topic: '本季度登记风险研判',
        })
        for (const who of [head!, leader!, section!]) await hands.perform(attend, who, { ...of, meetingId })
        await hands.perform(writeMinutes, section!, {
          ...of,
          meetingId,
          body: '会议听取了近期受理、审核、证书管理情况，研判了未销号的问题。\n会议认为：窗口一次性告知总体落实，空白证书盘点须常抓不懈；对岗位风险等级应结合一年来的问题复核。',
          decisions: [
            {
              what: '对空白证书、印章开展一次联合检查',
              ownerId: hands.person('haishu.certs1'),
              dueOn: due(10),
            },
            {
              what: '修订窗口受理制度，补充异议处理',
              ownerId: hands.person('haishu.sectionhead'),
              dueOn: due(20),
            },
          ],
        })
        await hands.perform(confirmMinutes, head!, { ...of, meetingId, good: true, word: '记录属实。' })
        const { itemId } = await hands.perform<{ itemId: string }>(addItem, leader!, {
          ...of,
          part: 'informatisation',
          title: '登记系统与档案系统联通',
          deliverable: '接口上线，新归档案卷自动入库位；稳定运行一个月的报告。',
          ownerId: hands.person('haishu.archive1'),
          dueOn: due(60),
          reviewDays: 30,
        })
        await hands.perform(addItem, leader!, {
          ...of,
          part: 'pilot',
          title: '林权登记多部门协同机制',
          deliverable: '林权类权籍调查和登记操作规范初稿，林业、乡镇意见流转流程。',
          ownerId: hands.person('haishu.sectionhead'),
          dueOn: due(120),
          reviewDays: 60,
        })
        await hands.perform(reportItem, await hands.as('haishu.archive1', at), {
          ...of,
          itemId,
          note: '完成接口联调，开始试运行。',
          percent: 60,
          finished: false,
          files: [],
        })
      },
    },
  ]
}
