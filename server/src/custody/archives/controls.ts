import { control } from '../../kernel/control.ts'

control({
  id: '4.1-filing',
  clause: '4.1',
  kind: 'guard',
  title: {
    zh: '一案一卷，实点页数与目录一致才归档',
    en: 'One case, one file: filed only with the pages that are listed',
  },
  acts: ['case.archive', 'archives.takeOver'],
  refusals: ['pages_differ', 'file_as_listed', 'case_not_archived', 'case_has_file'],
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
  refusals: [
    'own_file',
    'scans_unmeasured',
    'scan_unanswered',
    'file_unchecked',
    'pages_differ',
    'scan_pages_told',
  ],
  ledgers: [
    {
      name: { zh: '未复核的案卷', en: 'File that nobody has checked again' },
      page: '/archives/files/:id',
      figures: ['due'],
      lines: `
        select f.district, f.number as id, f.number as label, f.act_id, true as due from archives.file f
        where not exists (select from archives.recheck c where c.district = f.district and c.file_no = f.no)`,
    },
  ],
})
control({
  id: '4.1-binding',
  clause: '4.1',
  kind: 'guard',
  title: {
    zh: '复核后装订，未装订不入库',
    en: 'A file is bound after its check, and goes to the room only bound',
  },
  acts: ['archives.bindFile', 'archives.offerFile'],
  refusals: ['file_unchecked', 'file_unbound', 'file_bound', 'binding_order', 'pages_differ'],
  ledgers: [
    {
      name: { zh: '案卷', en: 'File' },
      page: '/archives/files/:id',
      figures: ['governed', 'due'],
      lines: `
        select f.district, f.number as id, f.number as label, f.act_id, true as governed, h.place like 'person:%'
            and not exists (select from archives.binding g where g.district = f.district and g.file_no = f.no)
            and exists (select from archives.recheck c where c.district = f.district and c.file_no = f.no) as due
        from archives.file f left join kernel.custody_holding h on h.district = f.district and h.kind = 'file' and h.serials @> f.no`,
    },
  ],
})
control({
  id: '4.1-retention',
  clause: '4.1',
  kind: 'guard',
  title: {
    zh: '按保管期限表保管，登记簿和案卷永久，不得销毁',
    en: 'Kept for the term of the table; register and case files for ever, and never destroyed',
  },
  acts: ['case.archive', 'archives.askAppraisal'],
  refusals: ['file_permanent', 'term_running', 'file_term'],
  findings: ['file_term_over'],
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
  ledgers: [
    {
      name: { zh: '库房待上架的案卷', en: 'File in the room that has no box yet' },
      page: '/archives/files/:id',
      figures: ['due'],
      lines: `
        select f.district, f.number as id, f.number as label, f.act_id, true as due
        from kernel.custody_holding h join archives.file f on f.district = h.district and h.serials @> f.no
        where h.kind = 'file' and h.place = 'store'`,
    },
  ],
})
control({
  id: '4.1-store-rooms',
  clause: '4.1',
  kind: 'obligation',
  title: { zh: '库房防火、防盗、防潮定期检查', en: 'Store rooms are inspected for fire, theft and damp' },
  acts: ['archives.inspectRoom'],
  refusals: ['inspection_note', 'pace_by_leader'],
  findings: ['store_room_unsound', 'store_room_overdue'],
  obligations: ['archives.inspection'],
})
control({
  id: '4.1-stocktake',
  clause: '4.1',
  kind: 'obligation',
  title: {
    zh: '每年逐盒盲点案卷，差异另一人复点，查清前不借出',
    en: 'Every year files are counted blind, box by box; what differs is not lent until explained',
  },
  acts: [
    'archives.startStocktake',
    'archives.startBox',
    'archives.submitBox',
    'archives.recountBox',
    'archives.abandonBox',
    'archives.explainFile',
    'archives.closeStocktake',
  ],
  refusals: [
    'box_other_counter',
    'box_counted',
    'box_step',
    'stocktake_open',
    'stocktake_closed',
    'stocktake_boxes_left',
    'file_stopped',
    'file_counted',
    'file_difference_own',
    'file_difference_closed',
    'file_difference_outcome',
    'file_difference_moved',
  ],
  findings: ['file_difference', 'file_stocktake_overdue'],
  obligations: ['archives.stocktake'],
  ledgers: [
    {
      name: { zh: '案卷盘点差异', en: 'File that is not where the book says' },
      page: '/archives/stocktakes',
      figures: ['due'],
      lines: `
        select d.district, d.id::text, f.number as label, d.act_id, true as due
        from archives.file_difference d join archives.file f on f.district = d.district and f.no = d.file_no where d.outcome is null`,
    },
  ],
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
  ledgers: [
    {
      name: { zh: '借出的案卷', en: 'File on loan' },
      page: '/archives',
      figures: ['governed', 'overdue'],
      lines: `
        select l.district, l.id::text, f.number as label, l.act_id, true as governed, l.due_on < kernel.day_of(kernel.now()) as overdue
        from archives.loan l join archives.file f on f.district = l.district and f.no = l.file_no where l.state in ('out', 'returning')`,
    },
  ],
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
