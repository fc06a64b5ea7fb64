import { control } from '../../kernel/control.ts'
import { postRisks } from './risk.ts'

control({
  id: '1.1-meetings',
  clause: '1.1',
  kind: 'obligation',
  title: {
    zh: '定期召开研判会：议程由未销号问题生成，纪要由另一名参会人员确认',
    en: 'Review meetings in time: the agenda is the open findings, and another who was there confirms the minutes',
  },
  acts: ['meeting.convene', 'meeting.attend', 'meeting.minutes', 'meeting.confirm', 'meeting.setPace'],
  refusals: [
    'not_meeting_day',
    'not_attended',
    'minutes_own',
    'minutes_wait',
    'minutes_confirmed',
    'meeting_unled',
  ],
  findings: ['review_meeting_overdue'],
  obligations: ['meeting.review'],
})
control({
  id: '1.1-decisions',
  clause: '1.1',
  kind: 'obligation',
  title: {
    zh: '研判会议定事项责任到人、限期落实，由另一人核实销项',
    en: 'What a meeting decided has an owner and a day, and is closed by somebody else',
  },
  acts: ['meeting.report', 'meeting.check'],
  refusals: [
    'decision_own',
    'decision_not_yours',
    'decision_unconfirmed',
    'decision_closed',
    'decision_file_own',
  ],
  findings: ['decision_overdue'],
  obligations: ['meeting.decision'],
})
control({
  id: '7.5-risk',
  clause: '7.5',
  kind: 'detector',
  title: {
    zh: '岗位风险等级与一年来的问题对照，偏低即提示',
    en: 'The risk grade of each post against a year’s findings: one that is too low shows',
  },
  // Open are posts graded lower than their findings say; they close when the register of posts is put right.
  ledgers: [
    {
      name: { zh: '已评级的岗位', en: 'Post with a risk grade' },
      page: '/responsibility',
      figures: ['governed', 'open'],
      lines: async (tx) =>
        (await postRisks(tx, null))
          .filter((one) => one.risk !== null)
          .map((one) => ({
            district: one.district,
            id: one.id,
            label: one.zh,
            label_en: one.en,
            act_id: null,
            governed: true,
            open: one.differs === 'higher',
          })),
    },
  ],
})
