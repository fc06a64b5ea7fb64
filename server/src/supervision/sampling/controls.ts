import { control } from '../../kernel/control.ts'

control({
  id: '7.3-seed',
  clause: '7.3',
  kind: 'guard',
  title: {
    zh: '随机抽查：先定方案、冻结抽样框，后有公开数值，样本由两者算出，谁也不能挑选',
    en: 'Random sampling: plan and frame first, a public value later; the sample follows, and nobody can choose',
  },
  acts: ['sampling.plan', 'sampling.seed', 'sampling.confirm', 'sampling.lapse'],
  refusals: [
    'sampling_own_office',
    'sampling_open',
    'sampling_value_day_wrong',
    'value_early',
    'value_by_planner',
    'value_entered',
    'value_third',
    'value_differs',
    'plan_not_committed',
    'sampling_stands',
  ],
  // Overdue is a plan whose value nobody entered and confirmed within a week of its day.
  ledgers: [
    {
      name: { zh: '待录公布值的抽查', en: 'Sampling whose public value is to be entered' },
      page: '/samplings/:id',
      figures: ['due', 'overdue'],
      lines: `
        select s.district, s.id::text, s.value_on::text as label, s.act_id, kernel.day_of(kernel.now()) between s.value_on and s.value_on + 7 as due,
          kernel.day_of(kernel.now()) > s.value_on + 7 as overdue
        from supervision.sampling s
        where not exists (select from supervision.sampling_end e where e.district = s.district and e.sampling_id = s.id)
          and not exists (select from supervision.sampling_confirmation k where k.district = s.district and k.sampling_id = s.id and k.agrees)`,
    },
  ],
})
control({
  id: '7.3-check',
  clause: '7.3',
  kind: 'guard',
  title: {
    zh: '样本先自动检查，再由没有经办、不属于该机构的人检查表格、资料、流程和时限',
    en: 'The sample is checked automatically, then by people of no part in it: forms, materials, process, time',
  },
  acts: ['sampling.check', 'sampling.assign', 'sampling.look', 'sampling.answer', 'sampling.close'],
  refusals: [
    'check_first',
    'checker_of_office',
    'checker_handled',
    'checker_duty',
    'checker_only',
    'difference_reason',
    'sampling_unchecked',
  ],
  findings: ['sampling_fault'],
  // Due is what was sampled and nobody has answered for yet.
  ledgers: [
    {
      name: { zh: '待检查的样本', en: 'Sampled item that waits for its answer' },
      page: '/samplings/:id',
      figures: ['due'],
      lines: `
        select i.district, i.sampling_id::text || '/items/' || i.candidate as id, left(i.candidate::text, 13) as label, null::uuid as act_id, true as due
        from supervision.sample_item i
        where not exists (select from supervision.sample_answer a where a.district = i.district and a.sampling_id = i.sampling_id and a.candidate = i.candidate)`,
    },
  ],
})
control({
  id: '7.3-period',
  clause: '7.3',
  kind: 'obligation',
  title: { zh: '各登记机构按周期抽查', en: 'Every office is sampled within its period' },
  acts: ['sampling.setPace'],
  findings: ['sampling_overdue'],
  obligations: ['sampling.period'],
})
