import { type Refusal, refuser, type Text } from '../../kernel/refusal.ts'

/** 自查、互查、抽查、明访、暗访、年度案卷评查. */
export const inspectionKinds = ['self', 'mutual', 'spot', 'open', 'covert', 'case_review'] as const
export type InspectionKind = (typeof inspectionKinds)[number]
export const kindNames: Record<InspectionKind, Text> = {
  self: { zh: '自查', en: 'Self check' },
  mutual: { zh: '互查', en: 'Mutual check' },
  spot: { zh: '上级抽查', en: 'Spot check' },
  open: { zh: '明访', en: 'Open visit' },
  covert: { zh: '暗访', en: 'Covert visit' },
  case_review: { zh: '年度案卷评查', en: 'Yearly case review' },
}
/** The clause that asks for each kind. */
export const kindClauses: Record<InspectionKind, string> = {
  self: '1.2',
  mutual: '1.2',
  spot: '1.2',
  open: '7.1',
  covert: '7.1',
  case_review: '7.2',
}

/** Who plans, approves, decides what two readings tell differently, and sends reports. */
export const inspectDuties: readonly string[] = ['inspection', 'centre_lead', 'district_lead']
/** Who sees the plans, reports and ranking of the office. */
export const inspectionReaders: readonly string[] = [...inspectDuties, 'admin_audit']
/** Who writes and approves checklists, and says how often the checks of 1.2 fall due. */
export const checklistDuties: readonly string[] = ['inspection', 'district_lead']

export const refuseInspection = refuser({
  checklist_city: {
    status: 403,
    clause: '2.2',
    zh: '检查表由市局统一制定。',
    en: 'Checklists are written by the city bureau, one standard for all.',
  },
  checklist_own: {
    status: 403,
    clause: '1.2',
    zh: '检查表须由编写人以外的人批准。',
    en: 'A checklist is approved by somebody other than who wrote it.',
  },
  checklist_decided: { clause: '1.2', zh: '这一版检查表已经决定。', en: 'This version has been decided.' },
  checklist_changed: {
    clause: '1.2',
    zh: '检查表已有新的版本，请重新打开后再编写。',
    en: 'There is a newer version of this list: open it again.',
  },
  checklist_fixed: {
    clause: '1.2',
    zh: '检查表一经编写不能改动，只能编写新的版本。',
    en: 'A written version does not change; write a new one.',
  },
  checklist_not_in_force: {
    status: 422,
    clause: '1.2',
    zh: '须选用已批准的最新版本，且适用于这种检查。',
    en: 'Choose the newest approved version of a list that is meant for this kind.',
  },
  item_points_wrong: {
    status: 422,
    clause: '1.2',
    zh: '“是否”题满分为 1；合格分在 1 分至满分之间。',
    en: 'A yes-or-no item has one point; the pass mark lies between 1 and the most.',
  },
  plan_by_whom: {
    status: 422,
    clause: '1.2',
    zh: '自查由本机构进行，互查由另一区县进行，抽查、明访、暗访和案卷评查由市局进行。',
    en: 'An office checks itself, another district checks mutually, and the bureau spot-checks, visits and reviews.',
  },
  plan_days: {
    status: 422,
    clause: '1.2',
    zh: '日期不对：检查日不早于今天，最长 60 天；被查期间不晚于检查日，最长 800 天。',
    en: 'The days do not fit: visits begin today or later and last 60 days at most; the time inspected ends by then and is 800 days at most.',
  },
  plan_own: {
    status: 403,
    clause: '1.2',
    zh: '检查计划须由计划人和检查组以外的人批准。',
    en: 'A plan is approved by somebody who neither made it nor is on its team.',
  },
  plan_decided: { clause: '1.2', zh: '该计划已经决定。', en: 'This plan has been decided.' },
  team_of_two: {
    status: 422,
    clause: '1.2',
    zh: '检查组至少两人，其中两人评分，人员不得重复。',
    en: 'A team is two at least, nobody twice, and two of them score.',
  },
  nothing_drawn: {
    status: 422,
    clause: '7.2',
    zh: '被查期间没有可抽取的办结案件。',
    en: 'No case was closed in that time that could be drawn.',
  },
  inspection_cancelled: { clause: '1.2', zh: '检查已经取消。', en: 'The inspection was called off.' },
  inspection_begun: {
    clause: '1.2',
    zh: '已有评分或已抽取案卷，不能取消。',
    en: 'There are scores or drawn files; it is not called off any more.',
  },
  change_waits: { clause: '1.2', zh: '已有变更申请等待审批。', en: 'A change waits to be decided.' },
  change_none: { clause: '1.2', zh: '没有等待审批的变更。', en: 'No change waits to be decided.' },
  change_own: {
    status: 403,
    clause: '1.2',
    zh: '变更须由申请人和检查组以外的人审批；取消检查还须由计划人以外的人审批。',
    en: 'A change is decided by somebody who neither asked for it nor is on the team, and calling off by another than who planned.',
  },
  review_drawn: {
    clause: '7.2',
    zh: '案卷已经抽取，不能再抽。',
    en: 'The files have been drawn, once and for all.',
  },
  review_not_committed: {
    clause: '7.2',
    zh: '批准尚未列入已公布的日志检查点，请稍后再抽取。',
    en: 'No published checkpoint of the log holds the approval yet; draw a little later.',
  },
  review_not_drawn: { clause: '7.2', zh: '案卷尚未抽取。', en: 'The files are not drawn yet.' },
  draw_count: {
    status: 422,
    clause: '7.2',
    zh: '案卷评查须抽取 1 至 50 件，其他检查不抽取案件。',
    en: 'A case review draws 1 to 50 cases; other kinds draw none.',
  },
  inspector_not_of_office: {
    status: 403,
    clause: '1.2',
    zh: '检查人员须是实施检查机构的在岗人员。',
    en: 'Who inspects is at work in the office that inspects.',
  },
  inspector_own_office: {
    status: 403,
    clause: '1.2',
    zh: '现在或被查期间在被查机构任职的，不能检查该机构。',
    en: 'Nobody inspects the office where they work, or worked in the time inspected.',
  },
  inspector_own_cases: {
    status: 403,
    clause: '1.2',
    zh: '办理过被查案件的，不能检查这些案件。',
    en: 'Nobody inspects cases they handled.',
  },
  member_place: {
    clause: '1.2',
    zh: '只能由第三人替换仍在检查组、尚未提交评分的人员。',
    en: 'A third person replaces somebody who is on the team and has not handed in.',
  },
  not_approved: { clause: '1.2', zh: '检查计划尚未批准。', en: 'The plan is not approved.' },
  visit_not_begun: {
    clause: '7.1',
    zh: '计划尚未批准，或未到检查日（{from}）。',
    en: 'Not approved yet, or before its first day ({from}).',
  },
  not_reader: {
    status: 403,
    clause: '7.2',
    zh: '只有两名评分人可以评分。',
    en: 'Only the two who read score.',
  },
  reading_handed_in: {
    clause: '7.2',
    zh: '评分已经提交，不能再改。',
    en: 'This reading was handed in and does not change.',
  },
  reading_not_whole: {
    clause: '7.2',
    zh: '还有 {left} 项没有评分。',
    en: '{left} items have no score yet.',
  },
  score_wrong: {
    status: 422,
    clause: '7.2',
    zh: '没有这一项，或超过满分（{most}）。',
    en: 'There is no such item, or its points are more than {most}.',
  },
  fault_needs_note: {
    status: 422,
    clause: '7.2',
    zh: '低于合格分的须写明问题，不适用的须写明理由。',
    en: 'Below the pass mark, say what is wrong; where an item does not apply, say why.',
  },
  photo_unknown: {
    status: 422,
    clause: '7.2',
    zh: '没有这张上传的照片，请重新上传。',
    en: 'This photo is not known; upload it again.',
  },
  ruling_by_third: {
    status: 403,
    clause: '7.2',
    zh: '评分分歧须由评分人以外的第三人裁定。',
    en: 'A difference is decided by a third person, not by who read.',
  },
  ruling_not_needed: {
    clause: '7.2',
    zh: '这一项没有需要裁定的分歧，或已经裁定。',
    en: 'There is nothing to decide about this item, or it has been decided.',
  },
  inspection_unfinished: {
    clause: '7.2',
    zh: '两人评分尚未都提交，或还有分歧没有裁定。',
    en: 'The two readings are not both in, or a difference is undecided.',
  },
  report_faults: {
    clause: '7.4',
    zh: '通报须把低于合格分的每一项列为该机构的问题，且只列这些。',
    en: 'A report makes a finding of each item below its pass mark, and of nothing else.',
  },
  report_sent: { clause: '7.2', zh: '通报已经发出。', en: 'The report has been sent.' },
  report_own: {
    status: 403,
    clause: '7.2',
    zh: '通报须由检查组以外的人、由检查机构或市局发出。',
    en: 'Somebody outside the team sends the report, of the office that inspected or of the bureau.',
  },
})

/** What is known of somebody who would inspect. */
export interface InspectorFacts {
  personId: string
  office: string
  atWork: boolean
  workedThere: boolean
  cases: number
}

/** Says why somebody may not inspect; null when they may. Pure; the database asks the same of itself (`supervision.inspector_conflict`). */
export function inspectorConflict(
  plan: { district: string; inspected: string; kind: InspectionKind; handlers?: readonly string[] },
  facts: InspectorFacts | undefined,
): Refusal | null {
  if (!facts?.atWork || facts.office !== plan.district) return refuseInspection('inspector_not_of_office')
  return ownConflict(plan, facts)
}

/** Says why what somebody works on, or worked on, keeps them from it, wherever they work now. Pure. */
function ownConflict(
  plan: { inspected: string; kind: InspectionKind; handlers?: readonly string[] },
  facts: InspectorFacts,
): Refusal | null {
  if (plan.kind !== 'self') {
    if (facts.office === plan.inspected || facts.workedThere) return refuseInspection('inspector_own_office')
    if (facts.cases > 0) return refuseInspection('inspector_own_cases')
  }
  return plan.handlers?.includes(facts.personId) ? refuseInspection('inspector_own_cases') : null
}

/** Which office may inspect which, in which way. Pure. */
export function byWhom(kind: InspectionKind, district: string, inspected: string): boolean {
  if (inspected === 'city') return false
  if (kind === 'self') return district === inspected
  if (kind === 'mutual') return district !== inspected && district !== 'city'
  return district === 'city'
}

/** An inspection as its rules see it. */
export interface Inspection {
  district: string
  id: string
  kind: InspectionKind
  inspected: string
  checklistId: string
  visitFrom: string
  visitTo: string
  plannedBy: string
  /** Null while it waits. */
  approved: boolean | null
  /** Who is on the team now, who has ever been, and who handed in. */
  team: readonly { personId: string; reader: boolean }[]
  ever: readonly string[]
  handedIn: readonly string[]
  /** Who handled a case on its sheets. */
  handlers: readonly string[]
  facts: readonly InspectorFacts[]
  /** Whether it has its sheets, and whether a published checkpoint holds the approval of a review. */
  drawn: boolean
  committed: boolean
  /** Whether it was called off, and whether it has scores or drawn files, after which it cannot be. */
  cancelled: boolean
  begun: boolean
  /** How many changes were asked for, and the one that waits to be decided. */
  changes: number
  waiting: {
    no: number
    what: 'cancel' | 'replace'
    leaves: string | null
    joins: string | null
    askedBy: string
  } | null
  /** What the one who asks has not scored yet. */
  left: number
  /** Differences nobody has decided; null before both readings are in. */
  undecided: number | null
  reported: boolean
  today: string
}

export const readersOf = (one: Inspection): string[] =>
  one.team.filter(({ reader }) => reader).map(({ personId }) => personId)
const factsOf = (one: Inspection, personId: string | null) =>
  one.facts.find((facts) => facts.personId === personId)

/** Says what keeps somebody from deciding on a plan. Pure. */
export function decideRefusal(one: Inspection, personId: string | null): Refusal | null {
  if (one.approved !== null) return refuseInspection('plan_decided')
  if (personId === one.plannedBy || one.ever.includes(personId!)) return refuseInspection('plan_own')
  for (const { personId: member } of one.team) {
    const conflict = inspectorConflict(one, factsOf(one, member))
    if (conflict) return conflict
  }
  return null
}

/** Says what keeps the files of a review from being drawn. Pure. */
export function drawRefusal(one: Inspection): Refusal | null {
  if (one.kind !== 'case_review') return refuseInspection('draw_count')
  if (one.cancelled) return refuseInspection('inspection_cancelled')
  if (one.drawn) return refuseInspection('review_drawn')
  if (one.approved !== true) return refuseInspection('not_approved')
  return one.committed ? null : refuseInspection('review_not_committed')
}

/** Says what keeps somebody from writing their reading, or from handing it in. Pure. */
export function readingRefusal(
  one: Inspection,
  personId: string | null,
  step: 'score' | 'submit',
): Refusal | null {
  if (!readersOf(one).includes(personId!)) return refuseInspection('not_reader')
  if (one.handedIn.includes(personId!)) return refuseInspection('reading_handed_in')
  if (one.cancelled) return refuseInspection('inspection_cancelled')
  if (one.approved !== true || one.today < one.visitFrom)
    return refuseInspection('visit_not_begun', { from: one.visitFrom })
  if (!one.drawn) return refuseInspection('review_not_drawn')
  const conflict = inspectorConflict(one, factsOf(one, personId))
  if (conflict) return conflict
  return step === 'submit' && one.left > 0 ? refuseInspection('reading_not_whole', { left: one.left }) : null
}

/** Says what keeps somebody from deciding what two readings tell differently. Pure. */
export function rulingRefusal(one: Inspection, personId: string | null): Refusal | null {
  if (one.undecided === null) return refuseInspection('inspection_unfinished')
  if (one.undecided === 0) return refuseInspection('ruling_not_needed')
  if (readersOf(one).includes(personId!)) return refuseInspection('ruling_by_third')
  return inspectorConflict(one, factsOf(one, personId))
}

/** Says what keeps a change of any kind from being asked for. Pure. */
function askRefusal(one: Inspection): Refusal | null {
  if (one.cancelled) return refuseInspection('inspection_cancelled')
  return one.waiting ? refuseInspection('change_waits') : null
}

/** Says what keeps it from being called off. Pure. */
export function cancelRefusal(one: Inspection): Refusal | null {
  if (one.approved !== true) return refuseInspection('not_approved')
  if (one.begun) return refuseInspection('inspection_begun')
  return askRefusal(one)
}

/** Says what keeps somebody from changing the team. Pure. */
export function replaceRefusal(one: Inspection): Refusal | null {
  if (one.approved === false) return refuseInspection('not_approved')
  const done = one.team.every(({ personId, reader }) => !reader || one.handedIn.includes(personId))
  return done ? refuseInspection('member_place') : askRefusal(one)
}

/** Says what keeps somebody from deciding on a change. Pure. */
export function changeRefusal(one: Inspection, personId: string | null): Refusal | null {
  const { waiting } = one
  if (!waiting) return refuseInspection('change_none')
  const own = [waiting.askedBy, waiting.joins, ...one.ever]
  if (waiting.what === 'cancel') own.push(one.plannedBy)
  return own.includes(personId!) ? refuseInspection('change_own') : null
}

/** Says what keeps somebody from sending the report. Pure. */
export function sendRefusal(one: Inspection, personId: string | null, home: string): Refusal | null {
  if (one.reported) return refuseInspection('report_sent')
  if (one.undecided !== 0) return refuseInspection('inspection_unfinished')
  const facts = factsOf(one, personId)
  if (!facts || one.ever.includes(facts.personId) || (home !== 'city' && home !== one.district))
    return refuseInspection('report_own')
  return one.kind === 'self' ? null : ownConflict(one, facts)
}
