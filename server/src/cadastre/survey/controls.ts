import { control } from '../../kernel/control.ts'

control({
  id: '6.2-survey',
  clause: '6.2',
  kind: 'guard',
  title: {
    zh: '权籍成果提交、审核与受理，由不同的人办理',
    en: 'A survey is submitted, reviewed and its case accepted by different persons',
  },
  acts: ['survey.submit', 'survey.resubmit', 'survey.review', 'case.apply', 'case.citeSurvey', 'case.accept'],
  refusals: ['same_person'],
})
control({
  id: '2.2-survey-review',
  clause: '2.2',
  kind: 'guard',
  title: {
    zh: '权籍成果按统一清单审核，问题一次性书面告知，审核未结不受理、不登簿',
    en: 'Surveys are reviewed by one list, problems told once in writing; nothing is accepted or recorded before a review has ended',
  },
  acts: [
    'survey.submit',
    'survey.resubmit',
    'survey.review',
    'case.citeSurvey',
    'case.accept',
    'case.record',
  ],
  refusals: [
    'survey_open',
    'survey_told_once',
    'survey_problems',
    'survey_pending',
    'survey_not_accepted',
    'survey_area_differs',
  ],
})
control({
  id: '2.2-survey-term',
  clause: '2.2',
  kind: 'detector',
  title: {
    zh: '权籍成果审核全市同一期限，超期即成问题',
    en: 'One term for the review of surveys in the whole city; a review past it is a finding',
  },
  acts: ['survey.watch'],
  findings: ['survey_overdue'],
})
