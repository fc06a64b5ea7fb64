import { attacks } from '../attack.ts'

/** What supervision wrote down: findings, days, turns at the window, scores, names, samples, duties and what was decided. */
export const onSupervision = attacks([
  [
    'finding-wiped-out',
    '连同通报和办理步骤删除一个问题',
    'a finding deleted with its notice and its steps',
    'row_missing',
    ({ t }) => [
      `delete from kernel.finding where id in (select finding_id from supervision.notice where district = '${t.district}')`,
      `delete from kernel.finding_step where district = '${t.district}'`,
      `delete from supervision.notice where district = '${t.district}'`,
    ],
  ],
  [
    'fix-day-moved',
    '推迟整改期限',
    'the day of a rectification moved',
    'row_changed',
    ({ t }) => [
      `update supervision.notice set plan_due = plan_due + 30 where district = '${t.district}'`,
      `update kernel.finding set due_on = due_on + 30 where district = '${t.district}' and due_on is not null`,
    ],
  ],
  [
    'turn-earlier',
    '提前坐班签到时间',
    'the time at which a leader signed in at the window',
    'row_changed',
    ({ t }) =>
      `update supervision.window_turn set at = at - interval '90 minutes' where district = '${t.district}'`,
  ],
  [
    'score-raised',
    '抬高检查得分',
    'the points of an inspection raised, and its total',
    'row_changed',
    () => [
      'update supervision.inspection_score set points = 10 where points < 6',
      'update supervision.inspection_report set total = 99.5',
    ],
  ],
  [
    'naming-removed',
    '从名单中抹去点名通报',
    'a naming taken off the list',
    'row_missing',
    ({ t }) => [
      `delete from supervision.naming_decision where district = '${t.district}'`,
      `delete from supervision.naming where district = '${t.district}'`,
    ],
  ],
  [
    'naming-refused',
    '把同意通报改成不同意',
    'a naming that was approved turned down',
    'row_changed',
    ({ t }) => `update supervision.naming_decision set approved = false where district = '${t.district}'`,
  ],
  [
    'sample-exchanged',
    '调换抽中的卷宗',
    'a drawn file exchanged for another',
    'projection_changed',
    () =>
      `update supervision.sample_item s set candidate = (select f.candidate from supervision.frame_item f where f.sampling_id = s.sampling_id
         and not exists (select from supervision.sample_item o where o.sampling_id = f.sampling_id and o.candidate = f.candidate) limit 1) where s.rank = 1`,
  ],
  [
    'frame-thinned',
    '从抽样范围中去掉一件',
    'a file taken out of what is drawn from',
    'projection_changed',
    () =>
      'delete from supervision.frame_item where candidate = (select min(candidate::text)::uuid from supervision.frame_item)',
  ],
  [
    'value-rewritten',
    '改动公开数值',
    'the public value of a sampling',
    'row_changed',
    () => `update supervision.sampling_value set value = value || '1'`,
  ],
  [
    'exemption-slipped-in',
    '塞入一条免除定期职责的决定',
    'a release from a duty slipped in',
    'row_unknown',
    ({ t }) => [
      `insert into supervision.exemption (district, id, kind, subject, period, reason, person_id, at, act_id)
       values ('${t.district}', '0190a000-0000-7000-8000-00000000000c', 'account.password', '${t.clerk}', '[2026-01-01,2027-01-01)', '工作需要', '${t.clerk}', now(), '${t.act}')`,
      `insert into supervision.exemption_decision (district, exemption_id, subject, asked_by, approved, word, person_id, at, act_id)
       values ('${t.district}', '0190a000-0000-7000-8000-00000000000c', '${t.clerk}', '${t.clerk}', true, '同意', '${t.other}', now(), '${t.otherAct}')`,
    ],
  ],
  [
    'decision-rewritten',
    '改写研判会决定',
    'a decision of a meeting written anew',
    'row_changed',
    ({ t }) =>
      `update supervision.meeting_decision set what = '另行研究', due_on = due_on + 90 where district = '${t.district}' and no = 1`,
  ],
  [
    'plan-day-moved',
    '推迟计划事项的期限',
    'the day of a plan item moved',
    'row_changed',
    ({ t }) => `update supervision.plan_term set due_on = due_on + 90 where district = '${t.district}'`,
  ],
])
