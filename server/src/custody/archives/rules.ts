import { refuser } from '../../kernel/refusal.ts'

/** What a store room should show (JGJ 25): degrees Celsius, and per cent of relative humidity. */
export const roomLimits = { temperature: [14, 24], humidity: [45, 60] } as const

/** Warnings about the picture of a page. */
export const scanFlags = ['unreadable', 'blank', 'dark', 'skewed', 'duplicate', 'coarse'] as const
export type ScanFlag = (typeof scanFlags)[number]

/** A place on a shelf as the book writes it, `shelf:A/01/03`, and as its label says it, `A-01-03`. */
export const shelfPlace = (room: string, rack: string, box: string): string => `shelf:${room}/${rack}/${box}`
export const placeLabel = (place: string): string => place.replace(/^shelf:/, '').replaceAll('/', '-')

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
  file_checked: { clause: '4.1', zh: '这卷已复核。', en: 'This file has been checked.' },
  file_unchecked: {
    clause: '4.1',
    zh: '案卷未经另一人复核，不能移交库房。',
    en: 'A file goes to the room only after another person has checked it.',
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
  file_missing: { clause: '4.2', zh: '这卷已记为缺失。', en: 'This file is recorded as missing.' },
  file_not_missing: { clause: '4.2', zh: '这卷没有记为缺失。', en: 'This file is not recorded as missing.' },
})
