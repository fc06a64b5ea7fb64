import { control } from '../kernel/control.ts'

const stages = [
  'case.apply',
  'case.applyRenewal',
  'case.attach',
  'case.citeSurvey',
  'case.checkIdentity',
  'case.accept',
  'case.firstReview',
  'case.secondReview',
  'case.sendBack',
  'case.refuse',
  'case.record',
  'case.print',
  'case.seal',
  'case.issue',
  'case.archive',
]

control({
  id: '6.2-handlers',
  clause: '6.2',
  kind: 'guard',
  title: {
    zh: '同一案件，不相容环节由不同的人办理',
    en: 'Exclusive stages of one case are done by different persons',
  },
  acts: stages,
  refusals: ['same_person'],
})
control({
  id: '6.2-responsible',
  clause: '6.2',
  kind: 'guard',
  title: {
    zh: '每个环节有一名责任人，改派有理由',
    en: 'Each step has one responsible person; reassignment has a reason',
  },
  acts: ['case.take', 'case.release', 'case.reassign'],
  refusals: ['same_person', 'taken_by_another', 'cannot_take', 'give_oneself'],
})
control({
  id: '6.2-order',
  clause: '6.2',
  kind: 'guard',
  title: { zh: '环节依次办理，不得跳过', en: 'Stages are done in order and none is skipped' },
  acts: stages,
  refusals: ['wrong_order', 'case_closed', 'no_return'],
})
control({
  id: '6.5-centre-staff',
  clause: '6.5',
  kind: 'guard',
  title: { zh: '受理须由登记中心工作人员办理', en: 'Only staff of the registration centre accept' },
  acts: ['case.accept', 'case.apply', 'case.applyRenewal'],
  refusals: ['no_duty', 'wrong_actor', 'wrong_district'],
})
control({
  id: '2.2-one-notice',
  clause: '2.2',
  kind: 'guard',
  title: { zh: '补正一次性书面告知', en: 'What is missing is told once, in writing' },
  acts: ['case.supplement'],
  refusals: ['one_notice_only'],
})
control({
  id: '6.1-deadline',
  clause: '6.1',
  kind: 'report',
  title: { zh: '办理时限：按承诺和法定工作日', en: 'Time limits in promised and legal working days' },
  acts: ['case.accept'],
  ledgers: [
    {
      name: { zh: '在办案件', en: 'Case in progress' },
      page: '/cases/:id',
      figures: ['due', 'overdue'],
      lines: `
        select district, id::text, number as label, null::uuid as act_id, promised_due < kernel.now() as overdue,
          promised_due between kernel.now() and kernel.now() + interval '1 day' as due
        from cases.case where state = 'in_progress' and accepted_at is not null and next_stage in ('first_review', 'second_review', 'recording')`,
    },
  ],
})
control({
  id: '4.4-blank-bound',
  clause: '4.4',
  kind: 'ledger',
  title: {
    zh: '每本空白证书只有一个去处，印制时与证号绑定',
    en: 'Each blank is in one place and bound to one certificate when printed',
  },
  acts: ['case.print', 'case.issue'],
  refusals: ['blank_not_held', 'serial_not_there', 'serial_twice'],
})
control({
  id: '4.5-renewal',
  clause: '4.5',
  kind: 'guard',
  title: {
    zh: '遗失补证先公告期满，破损换证先收回原证；同一权利始终只有一本有效证书',
    en: 'A lost certificate is re-issued after its notice, a damaged one against the old; one live certificate a right',
  },
  acts: ['case.applyRenewal', 'case.publishLoss', 'case.endLossNotice'],
  refusals: [
    'loss_notice_missing',
    'loss_notice_running',
    'loss_notice_given',
    'nothing_to_renew',
    'holders_renew',
    'old_taken_back',
    'old_declared_void',
  ],
  // Due is a notice that runs; overdue one that has run out and whose case was not taken on.
  ledgers: [
    {
      name: { zh: '遗失公告', en: 'Notice of loss' },
      page: '/cases/:id',
      figures: ['due', 'overdue'],
      lines: `
        select n.district, k.id::text, k.number as label, n.act_id, kernel.day_of(kernel.now()) <= n.until_day as due,
          kernel.day_of(kernel.now()) > n.until_day as overdue
        from cases.loss_notice n join cases.case k on k.district = n.district and k.id = n.case_id
        where n.ended_at is null and k.state = 'suspended'`,
    },
  ],
})
control({
  id: '4.6-keepers',
  clause: '4.6',
  kind: 'guard',
  title: {
    zh: '证书与印章分人保管、分人使用',
    en: 'Certificate and seal are kept and used by different people',
  },
  acts: ['case.print', 'case.seal', 'people.enrol'],
  refusals: ['duty_conflict', 'same_person', 'other_side_today', 'both_sides'],
})
control({
  id: '5.3-no-blank-sealed',
  clause: '5.3',
  kind: 'guard',
  title: { zh: '严禁在空白证书上盖章', en: 'A blank certificate is never sealed' },
  acts: ['case.seal'],
  refusals: ['not_printed', 'wrong_order'],
})
control({
  id: '4.1-one-file',
  clause: '4.1',
  kind: 'ledger',
  title: { zh: '一案一卷，按内容寻址的扫描件', en: 'One case, one file, scans kept by their content' },
  acts: ['case.attach', 'case.archive', 'file.store'],
})
