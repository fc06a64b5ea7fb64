import { type DutyTable, declareDuties } from '../kernel/duty.ts'

/** Duties that handle a case, in the order of the stages. */
const handling = [
  'acceptance',
  'first_review',
  'second_review',
  'recording',
  'printing',
  'sealing',
  'archiving',
] as const
const survey = ['survey_submission', 'survey_review'] as const
const admins = ['admin_system', 'admin_security', 'admin_audit'] as const
const leaders = ['centre_lead', 'district_lead', 'inspection'] as const

/**
 * Stage groups of which no two may be one person within one case. The two reviews are apart from each other
 * (初审 ≠ 复审). Issue to the holder (发证) happens at the acceptance window and belongs to its group.
 */
const groups = handling

/** Who may open a case and read what happened in it. */
export const caseDuties: readonly string[] = [...handling, 'issuing', ...leaders]

/** Who takes cases out of the pool, and who gives them to somebody else. */
export const workDuties: readonly string[] = [...handling, 'issuing']
export const workLeads: readonly string[] = ['centre_lead', 'district_lead']

/** Who may look at a register page, each time with a purpose (6.7). */
export const lookDuties: readonly string[] = [
  'acceptance',
  'first_review',
  'second_review',
  'recording',
  'printing',
  'enquiry',
  ...leaders,
]

/** Who may read the acts of the office. */
export const evidenceDuties: readonly string[] = [...handling, 'enquiry', ...leaders, 'admin_audit']

/** Who may follow a colleague's account: sign-ins, failed ones, everything done. One's own may be followed by anybody. */
export const accountDuties: readonly string[] = [...leaders, 'admin_audit', 'admin_security']

/** Who may end a colleague's session. The audit administrator watches and changes nothing. */
export const endSessionDuties: readonly string[] = [...leaders, 'admin_security']

/** Who watches how the logs stand with their witnesses. */
export const witnessDuties: readonly string[] = [...leaders, ...admins]

/** Who may have the whole installation verified. */
export const verifyDuties: readonly string[] = ['inspection', 'admin_audit']

/** Who has the separation of duties proved, and reads what came of it. */
export const proofDuties: readonly string[] = ['inspection', 'admin_audit']

/** Who may read, of any unit, who looked at its page and why. */
export const lookerDuties: readonly string[] = ['centre_lead', 'inspection', 'admin_audit']

/** Who may make audit packs, which disclose data to outsiders. */
export const packDuties: readonly string[] = ['inspection', 'admin_audit']

/** Who sees who holds which rights, and why. */
export const matrixDuties: readonly string[] = [...leaders, ...admins]
/** Who decides on requests for rights. */
export const deciderDuties: readonly string[] = ['centre_lead', 'district_lead', 'admin_security']

/** What a right may be used for (用途). A look at the register names one; a grant may be limited to some. */
export const purposes = ['case', 'enquiry', 'inspection', 'quality', 'administration', 'keeping'] as const
export type Purpose = (typeof purposes)[number]

/** The purposes a duty can serve; asking for a right, one names those it is needed for (6.7). */
export function purposesOf(duty: string): readonly Purpose[] {
  if ((admins as readonly string[]).includes(duty)) return ['administration']
  if ((leaders as readonly string[]).includes(duty)) return ['inspection', 'quality']
  if (duty === 'enquiry') return ['enquiry']
  if (duty === 'certificate_keeping' || duty === 'seal_keeping') return ['keeping']
  return ['case']
}

/** Who may ask that what the law lets go be erased, and who, as another person, does it. */
export const erasureDuties = {
  propose: ['centre_lead', 'inspection'],
  erase: ['admin_audit'],
} as const satisfies Record<string, readonly string[]>

function pairs<T>(items: readonly T[]): (readonly [T, T])[] {
  return items.flatMap((a, i) => items.slice(i + 1).map((b) => [a, b] as const))
}
const cross = <A, B>(left: readonly A[], right: readonly B[]) =>
  left.flatMap((a) => right.map((b) => [a, b] as const))

/** The clause that keeps two duties apart: administrators 6.7, outsiders 6.5, certificates and seals 4.6, stages 6.2. */
function conflictClause(a: string, b: string): '6.7' | '6.5' | '4.6' | '6.2' {
  const has = (...ids: readonly string[]) => ids.includes(a) || ids.includes(b)
  if (has('bank', 'court')) return '6.5'
  if (has(...admins)) return '6.7'
  return has('certificate_keeping', 'seal_keeping') ? '4.6' : '6.2'
}

/**
 * The duty table of the house (岗位职责与不相容表): clause 6.2 for the stages of a case, survey entry and
 * maintenance; 4.6 for the keepers of certificates and seals; 6.7 for the three administrators.
 * A reviewer may hold both review duties: the per-case bar keeps them apart in every single case.
 */
export const dutyTable: DutyTable = declareDuties({
  duties: [
    { id: 'acceptance', name: { zh: '受理', en: 'Acceptance' } },
    { id: 'first_review', name: { zh: '初审', en: 'First review' } },
    { id: 'second_review', name: { zh: '复审', en: 'Second review' } },
    { id: 'recording', name: { zh: '登簿', en: 'Recording' } },
    { id: 'printing', name: { zh: '缮证', en: 'Certificate printing' } },
    { id: 'certificate_keeping', name: { zh: '证书保管', en: 'Certificate keeping' } },
    { id: 'sealing', name: { zh: '用印', en: 'Sealing' } },
    { id: 'seal_keeping', name: { zh: '印章保管', en: 'Seal keeping' } },
    { id: 'issuing', name: { zh: '发证', en: 'Issue' } },
    { id: 'archiving', name: { zh: '归档', en: 'Archiving' } },
    { id: 'survey_submission', name: { zh: '权籍成果提交', en: 'Survey submission' } },
    { id: 'survey_review', name: { zh: '权籍成果审核', en: 'Survey review' } },
    { id: 'enquiry', name: { zh: '查询', en: 'Enquiry desk' } },
    { id: 'centre_lead', name: { zh: '登记中心负责人', en: 'Head of the registration centre' } },
    { id: 'district_lead', name: { zh: '分管领导', en: 'Leader in charge' } },
    { id: 'inspection', name: { zh: '督查', en: 'Inspection' } },
    { id: 'admin_system', name: { zh: '系统管理员', en: 'System administrator' } },
    { id: 'admin_security', name: { zh: '安全管理员', en: 'Security administrator' } },
    { id: 'admin_audit', name: { zh: '审计管理员', en: 'Audit administrator' } },
    { id: 'bank', name: { zh: '银行经办', en: 'Bank agent' } },
    { id: 'court', name: { zh: '法院经办', en: 'Court agent' } },
  ],
  conflicts: [
    ...pairs(handling).filter(([a, b]) => !(a === 'first_review' && b === 'second_review')),
    ['certificate_keeping', 'seal_keeping'],
    ['certificate_keeping', 'sealing'],
    ['printing', 'seal_keeping'],
    ['survey_submission', 'survey_review'],
    ...cross(survey, ['acceptance'] as const),
    ...pairs(admins),
    ...cross(admins, [
      ...handling,
      ...survey,
      ...leaders,
      'certificate_keeping',
      'seal_keeping',
      'issuing',
      'enquiry',
    ] as const),
    ...cross(
      ['bank', 'court'] as const,
      [
        ...handling,
        ...survey,
        ...leaders,
        ...admins,
        'certificate_keeping',
        'seal_keeping',
        'issuing',
        'enquiry',
      ] as const,
    ),
  ],
  conflictClause,
  stages: [
    { id: 'acceptance', name: { zh: '受理', en: 'Acceptance' }, duty: 'acceptance', group: 'acceptance' },
    {
      id: 'first_review',
      name: { zh: '初审', en: 'First review' },
      duty: 'first_review',
      group: 'first_review',
      after: ['acceptance'],
      mayReturn: true,
    },
    {
      id: 'second_review',
      name: { zh: '复审', en: 'Second review' },
      duty: 'second_review',
      group: 'second_review',
      after: ['first_review'],
      onlyIf: 'secondReview',
      mayReturn: true,
    },
    {
      id: 'recording',
      name: { zh: '登簿', en: 'Recording' },
      duty: 'recording',
      group: 'recording',
      after: ['first_review', 'second_review'],
      mayReturn: true,
    },
    {
      id: 'printing',
      name: { zh: '缮证', en: 'Certificate printing' },
      duty: 'printing',
      group: 'printing',
      after: ['recording'],
    },
    {
      id: 'sealing',
      name: { zh: '用印', en: 'Sealing' },
      duty: 'sealing',
      group: 'sealing',
      after: ['printing'],
    },
    {
      id: 'issue',
      name: { zh: '发证', en: 'Issue' },
      duty: 'issuing',
      group: 'acceptance',
      after: ['sealing'],
    },
    {
      id: 'archive',
      name: { zh: '归档', en: 'Archiving' },
      duty: 'archiving',
      group: 'archiving',
      after: ['issue'],
    },
  ],
  exclusive: pairs(groups),
  survey: {
    stages: [
      {
        id: 'survey_submission',
        name: { zh: '权籍成果提交', en: 'Survey submission' },
        duty: 'survey_submission',
        group: 'survey_submission',
      },
      {
        id: 'survey_review',
        name: { zh: '权籍成果审核', en: 'Survey review' },
        duty: 'survey_review',
        group: 'survey_review',
        after: ['survey_submission'],
        mayReturn: true,
      },
    ],
    exclusive: [['survey_submission', 'survey_review']],
  },
  before: cross(survey, ['acceptance'] as const),
  maintenance: {
    stages: [
      {
        id: 'request',
        name: { zh: '维护申请', en: 'Request' },
        duty: 'admin_system',
        also: ['centre_lead', 'district_lead'],
        group: 'request',
      },
      {
        id: 'approval',
        name: { zh: '维护审批', en: 'Approval' },
        duty: 'admin_security',
        group: 'approval',
        after: ['request'],
      },
      {
        id: 'execution',
        name: { zh: '维护实施', en: 'Execution' },
        duty: 'admin_system',
        group: 'execution',
        after: ['approval'],
      },
    ],
    exclusive: pairs(['request', 'approval', 'execution'] as const),
  },
  sides: { certificate: ['printing', 'certificate_keeping'], seal: ['sealing', 'seal_keeping'] },
  window: {
    leaders: ['centre_lead', 'district_lead'],
    posts: ['acceptance', 'first_review', 'second_review', 'printing'],
  },
  coverDays: 31,
  rules: [
    'closed',
    'once',
    'asked_for',
    'return',
    'for_ever',
    'assignee',
    'fit_to_take',
    'away',
    'same_day',
    'window_leader',
    'window_post',
    'window_one_day',
    'window_confirmed',
    'cover_own',
    'cover_bounded',
    'cover_confirmed',
  ],
})
