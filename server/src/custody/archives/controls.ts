import { control, type OfficeCounts } from '../../kernel/control.ts'

control({
  id: '4.1-filing',
  clause: '4.1',
  kind: 'guard',
  title: {
    zh: '一案一卷，实点页数与目录一致才归档',
    en: 'One case, one file: filed only with the pages that are listed',
  },
  acts: ['case.archive'],
  refusals: ['pages_differ', 'file_as_listed'],
})
control({
  id: '4.1-scans',
  clause: '4.1',
  kind: 'guard',
  title: {
    zh: '扫描件检测质量，警示须答复，另一人复核',
    en: 'Scans are measured, warnings answered, and another person checks',
  },
  acts: ['archives.measureScans', 'archives.answerScan', 'archives.recheckFile', 'archives.offerFile'],
  refusals: ['own_file', 'scans_unmeasured', 'scan_unanswered', 'file_unchecked', 'pages_differ'],
  count: (tx) => tx.rows<OfficeCounts>`
    select f.district, count(*)::int as due from archives.file f
    where not exists (select from archives.recheck c where c.district = f.district and c.file_no = f.no) group by f.district`,
})
control({
  id: '4.1-transfer',
  clause: '4.1',
  kind: 'ledger',
  title: {
    zh: '案卷移交库房两人签字，按架位存放',
    en: 'Files go to the room against two signatures, and to a known box',
  },
  acts: [
    'archives.offerFile',
    'archives.takeFile',
    'archives.endOffer',
    'archives.shelve',
    'archives.openRoom',
    'archives.addBoxes',
  ],
  refusals: [
    'file_own_hand',
    'file_not_with_you',
    'file_not_offered',
    'file_not_in_room',
    'box_unknown',
    'wrong_hand',
    'file_moves_so',
  ],
  count: (tx) => tx.rows<OfficeCounts>`
    select h.district, count(*)::int as due from kernel.custody_holding h where h.kind = 'file' and h.place = 'store' group by h.district`,
})
control({
  id: '4.1-store-rooms',
  clause: '4.1',
  kind: 'obligation',
  title: { zh: '库房防火、防盗、防潮定期检查', en: 'Store rooms are inspected for fire, theft and damp' },
  acts: ['archives.inspectRoom'],
  refusals: ['inspection_note'],
  findings: ['store_room_unsound', 'store_room_overdue'],
  count: (tx) => tx.rows<OfficeCounts>`
    select district, count(*)::int as overdue from archives.room_age where since <= kernel.now() - make_interval(days => days) group by district`,
})
control({
  id: '4.2-loans',
  clause: '4.2',
  kind: 'guard',
  title: {
    zh: '借阅逐次签字，带出库房须另一人批准，外单位不借',
    en: 'Every loan is signed for, out of the room only with approval by another, never to outsiders',
  },
  acts: [
    'archives.askLoan',
    'archives.decideLoan',
    'archives.handOut',
    'archives.signForLoan',
    'archives.withdrawLoan',
    'archives.giveBack',
    'archives.receiveBack',
  ],
  refusals: [
    'loan_needs_approval',
    'loan_three_persons',
    'loan_not_yours',
    'loan_step',
    'loan_insiders',
    'loan_lent',
    'loan_note',
    'no_duty',
    'wrong_hand',
  ],
})
control({
  id: '4.2-overdue',
  clause: '4.2',
  kind: 'detector',
  title: { zh: '借阅逾期即列为问题', en: 'A loan that is overdue is a finding' },
  acts: ['archives.watchLoan'],
  refusals: [],
  findings: ['loan_overdue'],
  count: (tx) => tx.rows<OfficeCounts>`
    select district, count(*)::int as governed, count(*) filter (where due_on < kernel.day_of(kernel.now()))::int as overdue
    from archives.loan where state in ('out', 'returning') group by district`,
})
control({
  id: '4.2-loss',
  clause: '4.2',
  kind: 'detector',
  title: {
    zh: '归还清点页数，缺页、损坏、缺失即列为问题',
    en: 'Pages are counted on return; what is missing, damaged or lost is a finding',
  },
  acts: ['archives.receiveBack', 'archives.reportLoss', 'archives.foundFile'],
  refusals: [],
  findings: ['file_pages_missing', 'file_damaged', 'file_lost'],
})
