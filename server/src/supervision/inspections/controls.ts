import { control, type Ledger } from '../../kernel/control.ts'

/** Plans whose last day has passed and whose report was not sent, told where they were made. */
const late = (...kinds: string[]): Ledger => ({
  name: { zh: '未报结果的检查', en: 'Inspection without its report' },
  page: '/inspections/:id',
  figures: ['due'],
  lines: `
    select i.district, i.id::text, o.name_zh || ' ' || lower(i.visit) as label, o.name_en || ' ' || lower(i.visit) as label_en, i.act_id, true as due
    from supervision.inspection i join kernel.district o on o.id = i.inspected
      left join supervision.inspection_decision d on d.district = i.district and d.inspection_id = i.id
    where i.kind in (${kinds.map((kind) => `'${kind}'`).join(', ')}) and d.approved is not false and not supervision.inspection_cancelled(i.district, i.id) and upper(i.visit) <= kernel.day_of(kernel.now()) and not exists (
      select from supervision.inspection_report r where r.district = i.inspected and r.inspecting = i.district and r.inspection_id = i.id)`,
})

control({
  id: '1.2-checks',
  clause: '1.2',
  kind: 'obligation',
  title: {
    zh: '自查、区县互查、上级抽查按期进行',
    en: 'Self checks, mutual checks and spot checks are made when they fall due',
  },
  acts: ['inspection.plan', 'inspection.decide', 'inspection.send', 'inspection.setPace'],
  refusals: ['plan_by_whom', 'plan_days', 'plan_own', 'plan_decided'],
  findings: ['self_check_missed', 'mutual_check_missed', 'spot_check_missed', 'check_fault'],
  obligations: ['inspection.self', 'inspection.mutual', 'inspection.spot'],
  ledgers: [late('self', 'mutual', 'spot')],
})
control({
  id: '1.2-team',
  clause: '1.2',
  kind: 'guard',
  title: {
    zh: '不检查本人任职的机构和本人办理的案件；检查组两人以上',
    en: 'Nobody inspects their own office or cases; a team is two at least',
  },
  acts: ['inspection.replaceMember', 'inspection.cancel', 'inspection.decideChange'],
  refusals: [
    'inspector_own_office',
    'inspector_own_cases',
    'inspector_not_of_office',
    'team_of_two',
    'member_place',
    'change_own',
    'change_waits',
    'inspection_begun',
    'inspection_cancelled',
  ],
})
control({
  id: '1.2-lists',
  clause: '1.2',
  kind: 'ledger',
  title: {
    zh: '检查表全市统一，分版本，由编写人以外的人批准',
    en: 'One checklist for the city, in versions, approved by another than who wrote it',
  },
  acts: ['checklist.write', 'checklist.decide'],
  refusals: ['checklist_own', 'checklist_city', 'checklist_not_in_force', 'checklist_changed'],
  ledgers: [
    {
      name: { zh: '待批的检查表', en: 'Checklist that waits for its decision' },
      page: '/inspections/checklists',
      figures: ['due'],
      lines: `
        select c.district, c.id::text, c.title || ' ' || c.version as label, c.act_id, true as due from supervision.checklist c where not exists (
          select from supervision.checklist_decision d where d.district = c.district and d.checklist_id = c.id)`,
    },
  ],
})
control({
  id: '7.1-visits',
  clause: '7.1',
  kind: 'obligation',
  title: {
    zh: '每年对各窗口至少一次明访、一次暗访，查出的问题进入整改',
    en: 'Every office has an open and a covert visit each year; what they find is put right',
  },
  refusals: ['visit_not_begun', 'not_approved'],
  findings: ['open_visit_missed', 'covert_visit_missed', 'visit_fault'],
  obligations: ['inspection.open', 'inspection.covert'],
  ledgers: [late('open', 'covert')],
})
control({
  id: '7.2-reviews',
  clause: '7.2',
  kind: 'obligation',
  title: {
    zh: '每年对各地各类业务案卷集中评查，案卷由系统抽取',
    en: 'Case files of every office and kind are reviewed each year; the system draws them',
  },
  acts: ['inspection.draw'],
  refusals: ['nothing_drawn', 'draw_count', 'review_drawn', 'review_not_committed', 'review_not_drawn'],
  findings: ['case_review_missed', 'review_fault'],
  obligations: ['inspection.case_review'],
  ledgers: [late('case_review')],
})
control({
  id: '7.2-two-readings',
  clause: '7.2',
  kind: 'guard',
  title: {
    zh: '两人各自评分、互不可见，分歧由第三人裁定，总分由系统计算',
    en: 'Two score without seeing each other, a third decides differences, and the total is computed',
  },
  acts: ['inspection.score', 'inspection.submit', 'inspection.rule'],
  refusals: [
    'not_reader',
    'reading_handed_in',
    'reading_not_whole',
    'score_wrong',
    'fault_needs_note',
    'ruling_by_third',
    'ruling_not_needed',
    'inspection_unfinished',
    'report_own',
    'report_faults',
  ],
})
