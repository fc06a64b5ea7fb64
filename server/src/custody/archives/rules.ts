import { type Refusal, refuser } from '../../kernel/refusal.ts'

/** What a store room should show (JGJ 25): degrees Celsius, and per cent of relative humidity. */
export const roomLimits = { temperature: [14, 24], humidity: [45, 60] } as const

/** Warnings about the scan of a paper; `pages`: it has other pages than are listed. */
export const scanFlags = ['unreadable', 'blank', 'dark', 'skewed', 'duplicate', 'coarse', 'pages'] as const
export type ScanFlag = (typeof scanFlags)[number]

/** Why nothing was measured of a scan. */
export const scanFaults = [
  'missing',
  'not_readable',
  'encrypted',
  'too_many_pages',
  'too_large',
  'too_long',
] as const
export type ScanFault = (typeof scanFaults)[number]

/** A place on a shelf as the book writes it, `shelf:A/01/03`, and as its label says it, `A-01-03`. */
export const shelfPlace = (room: string, rack: string, box: string): string => `shelf:${room}/${rack}/${box}`
export const placeLabel = (place: string): string => place.replace(/^shelf:/, '').replaceAll('/', '-')

/** How long a record is kept (保管期限): for ever, thirty years, ten years. What is kept how long is the table `archives.term`. */
export const terms = ['permanent', 'long', 'short'] as const
export type Term = (typeof terms)[number]
/** Covers a file is bound in (卷皮). */
export const covers = ['soft', 'hard', 'box'] as const
export type Cover = (typeof covers)[number]

export const refuseArchive = refuser({
  pages_differ: {
    status: 422,
    clause: '4.1',
    zh: '卷内目录共 {listed} 页，实点 {counted} 页，请逐件核对。',
    en: 'The list of contents has {listed} pages, {counted} were counted. Check each item.',
  },
  file_as_listed: {
    clause: '4.1',
    zh: '案卷须与卷内目录、扫描件一致，归档后不能再添加材料。',
    en: 'A file agrees with its list of contents and its scans; nothing is added after filing.',
  },
  own_file: {
    status: 403,
    clause: '4.1',
    zh: '案卷须由立卷人和答复扫描警示的人以外的人复核。',
    en: 'A file is checked by somebody who neither made it up nor answered for its scans.',
  },
  scans_unmeasured: {
    clause: '4.1',
    zh: '扫描件还没有检测质量。',
    en: 'The scans have not been measured yet.',
  },
  scans_measured: {
    clause: '4.1',
    zh: '扫描件已检测过质量。',
    en: 'The scans have been measured already.',
  },
  scan_unanswered: {
    clause: '4.1',
    zh: '还有扫描警示没有答复。',
    en: 'A warning about a scan is not answered yet.',
  },
  scan_answered: {
    clause: '4.1',
    zh: '这页没有待答复的警示。',
    en: 'No warning about this page waits for an answer.',
  },
  scan_pages_told: {
    clause: '4.1',
    zh: '扫描件页数与目录不符或有警示的页，须如实列出。',
    en: 'A scan with other pages than are listed, or with a page that is warned of, says so.',
  },
  file_checked: { clause: '4.1', zh: '这卷已复核。', en: 'This file has been checked.' },
  file_unchecked: {
    clause: '4.1',
    zh: '案卷未经另一人复核，不能装订、移交库房。',
    en: 'A file is bound and goes to the room only after another person has checked it.',
  },
  file_unbound: {
    clause: '4.1',
    zh: '案卷尚未装订，不能移交库房。',
    en: 'A file goes to the room only bound.',
  },
  case_not_archived: {
    clause: '4.1',
    zh: '本件尚未归档，请在案件页归档。',
    en: 'The case is not archived yet; archive it on its page.',
  },
  case_has_file: { clause: '4.1', zh: '本件已有案卷。', en: 'The case has its file already.' },
  file_bound: { clause: '4.1', zh: '这卷已装订。', en: 'This file is bound already.' },
  binding_order: {
    clause: '4.1',
    zh: '案卷须在另一人复核之后，由持有人按目录页数装订。',
    en: 'A file is bound after its check, with every page that is listed, by who holds it.',
  },
  file_permanent: {
    status: 403,
    clause: '4.1',
    zh: '案卷永久保管，不得鉴定销毁。',
    en: 'The file is kept for ever: it is neither appraised nor destroyed.',
  },
  term_running: {
    clause: '4.1',
    zh: '案卷保管期限未满。',
    en: 'The term of the file is not over.',
  },
  file_term: {
    clause: '4.1',
    zh: '案卷保管期限须与保管期限表一致。',
    en: 'A file has the term that the table gives its kind.',
  },
  file_not_with_you: {
    status: 403,
    clause: '4.1',
    zh: '案卷不在您手中。',
    en: 'The file is not in your hands.',
  },
  file_own_hand: {
    status: 403,
    clause: '4.1',
    zh: '移交人和接收人须是两个人。',
    en: 'Who hands a file over and who receives it are two persons.',
  },
  file_not_offered: {
    clause: '4.1',
    zh: '这卷没有待接收的移交。',
    en: 'No hand-over of this file waits for a signature.',
  },
  file_not_in_room: {
    clause: '4.1',
    zh: '案卷不在库房，不能上架。',
    en: 'The file is not in the room and cannot be shelved.',
  },
  file_moves_so: {
    status: 403,
    clause: '4.1',
    zh: '案卷须经复核移交、放入已登记的档案盒，借出须经批准。',
    en: 'A file moves as it was checked, into a box that is known, or as a loan was approved.',
  },
  box_unknown: {
    status: 422,
    clause: '4.1',
    zh: '没有这个档案盒。',
    en: 'There is no such box.',
  },
  room_known: { clause: '4.1', zh: '这个库房已登记。', en: 'This room is registered already.' },
  box_known: { clause: '4.1', zh: '其中有档案盒已登记。', en: 'Some of these boxes are registered already.' },
  pace_by_leader: {
    status: 403,
    clause: '4.1',
    zh: '检查间隔由负责人设定。',
    en: 'A leader sets how often rooms are inspected.',
  },
  inspection_note: {
    status: 422,
    clause: '4.1',
    zh: '有一项不符合要求，请写明情况和处理。',
    en: 'Something is not as it should be: say what, and what is done about it.',
  },
  file_not_shelved: {
    clause: '4.2',
    zh: '案卷不在架上。',
    en: 'The file is not on its shelf.',
  },
  loan_needs_approval: {
    status: 403,
    clause: '4.2',
    zh: '借出库房须先经另一人批准。',
    en: 'A file leaves the room only after another person has approved it.',
  },
  loan_in_room: {
    clause: '4.2',
    zh: '在库房内阅览不需批准。',
    en: 'Reading in the room needs no approval.',
  },
  loan_three_persons: {
    status: 403,
    clause: '4.2',
    zh: '借阅人、批准人和经办人须是三个人。',
    en: 'Who borrows, who approves and who hands out are three persons.',
  },
  loan_not_yours: {
    status: 403,
    clause: '4.2',
    zh: '这笔借阅不是您的。',
    en: 'This loan is not yours.',
  },
  loan_step: {
    clause: '4.2',
    zh: '这笔借阅现在不能办这一步。',
    en: 'This step of the loan is not due now.',
  },
  loan_insiders: {
    status: 403,
    clause: '4.2',
    zh: '外单位人员不能借阅档案，请按查询规定办理。',
    en: 'Outsiders never borrow; they query by the rules.',
  },
  loan_lent: {
    clause: '4.2',
    zh: '这卷已交给另一人。',
    en: 'This file is with somebody else.',
  },
  loan_note: {
    status: 422,
    clause: '4.2',
    zh: '页数与借出时不符或有损坏，请写明情况。',
    en: 'Pages are missing or something is damaged: say what.',
  },
  file_counted: {
    clause: '4.1',
    zh: '正在清点，清点完再办。',
    en: 'It is being counted; wait until that is over.',
  },
  file_stopped: {
    status: 403,
    clause: '4.1',
    zh: '清点时这卷有差异，查清前不能借出。',
    en: 'The file differed at the stock-take; it is not lent until that is explained.',
  },
  stocktake_open: {
    clause: '4.1',
    zh: '这个库房正在清点。',
    en: 'A stock-take of this room is under way.',
  },
  stocktake_closed: { clause: '4.1', zh: '这次清点已结束。', en: 'This stock-take is over.' },
  stocktake_boxes_left: {
    clause: '4.1',
    zh: '还有档案盒没有清点完，不能结束。',
    en: 'Some boxes are not counted to the end yet.',
  },
  box_counted: {
    clause: '4.1',
    zh: '这盒在本次清点中已清点或正在清点。',
    en: 'This box was counted in this stock-take, or is being counted.',
  },
  box_step: {
    clause: '4.1',
    zh: '这盒的清点现在不能办这一步。',
    en: 'This step of the count is not due now.',
  },
  box_other_counter: {
    status: 403,
    clause: '4.1',
    zh: '清点由开始的人提交，复点须由另一人办理。',
    en: 'Who began a count hands it in; somebody else counts again.',
  },
  file_difference_closed: {
    clause: '4.1',
    zh: '这项差异已查清。',
    en: 'This difference has been explained.',
  },
  file_difference_own: {
    status: 403,
    clause: '4.1',
    zh: '清点人和复点人不能查清自己清点的差异。',
    en: 'Who counted does not explain what differed.',
  },
  file_difference_outcome: {
    status: 422,
    clause: '4.1',
    zh: '盒内没有的卷，结论是“找到”或“丢失”；盒内多出的卷，结论是“查明原因”。',
    en: 'What was not in the box was found or is lost; what was in it and should not be is explained.',
  },
  file_difference_moved: {
    clause: '4.1',
    zh: '这卷已不在原盒，不能按丢失处理。',
    en: 'The book has the file elsewhere by now; it cannot be called lost from this box.',
  },
  file_missing: { clause: '4.2', zh: '这卷已记为缺失。', en: 'This file is recorded as missing.' },
  file_not_missing: { clause: '4.2', zh: '这卷没有记为缺失。', en: 'This file is not recorded as missing.' },
})

/** Says that pages counted are not those of the list, at the field that has them; null when they are. Pure. */
export function pagesDiffer(listed: number, counted: number): Refusal | null {
  if (counted === listed) return null
  const wrong = refuseArchive('pages_differ', { listed, counted })
  return { ...wrong, fields: [{ path: 'pages', message: wrong.message }] }
}
