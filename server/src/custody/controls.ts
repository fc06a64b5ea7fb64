import { control } from '../kernel/control.ts'

control({
  id: '4.4-two-hands',
  clause: '4.4',
  kind: 'guard',
  title: { zh: '证书领用须交出、签收两人两次签字', en: 'Blanks change hands against two signatures' },
  acts: ['custody.offer', 'custody.take', 'custody.endOffer'],
  refusals: ['own_hand', 'not_for_you', 'not_keeper', 'taker_unfit', 'wrong_hand', 'hand_over_ended'],
})
control({
  id: '4.4-deliveries',
  clause: '4.4',
  kind: 'ledger',
  title: {
    zh: '入库登记起讫号码，由另一人清点',
    en: 'Deliveries by first and last number, counted by another',
  },
  acts: ['custody.receive', 'custody.countDelivery'],
  refusals: ['own_delivery', 'delivery_differs', 'not_in_delivery', 'serial_twice', 'delivery_counted'],
  findings: ['delivery_short'],
  ledgers: [
    {
      name: { zh: '未清点的入库', en: 'Delivery that nobody has counted' },
      page: '/custody/deliveries',
      figures: ['due'],
      lines: `
        select district, id::text, lower(serials) || '–' || upper(serials) - 1 as label, act_id, true as due from custody.delivery where counted_by is null`,
    },
  ],
})
control({
  id: '4.4-balance',
  clause: '4.4',
  kind: 'report',
  title: {
    zh: '账平：收入数＝库存＋领用＋已缮＋已发＋作废＋销毁＋缺失',
    en: 'The books add up: received is in store, with people, printed, issued, void, destroyed or missing',
  },
  // Open is a book whose lines and holdings do not say the same; there is none, or somebody was at the tables.
  ledgers: [
    {
      name: { zh: '账册', en: 'Book' },
      page: '/custody/book',
      figures: ['governed', 'open'],
      lines: `
        select coalesce(l.district, h.district) as district, concat_ws(' ', coalesce(l.kind, h.kind), coalesce(l.edition, h.edition)) as id,
          concat_ws(' ', case coalesce(l.kind, h.kind) when 'certificate' then '证书' when 'proof' then '证明' when 'seal' then '印章' when 'file' then '案卷' end,
            coalesce(l.edition, h.edition), l.n) as label,
          concat_ws(' ', coalesce(l.kind, h.kind), coalesce(l.edition, h.edition), l.n) as label_en, null::uuid as act_id, true as governed, l.n is distinct from h.n as open
        from (select district, kind, edition, sum(upper(serials) - lower(serials)) as n from kernel.custody_line where from_place is null group by 1, 2, 3) l
          full join (select district, kind, edition, sum(upper(serials) - lower(serials)) as n from kernel.custody_holding group by 1, 2, 3) h
            on (h.district, h.kind, h.edition) = (l.district, l.kind, l.edition)`,
    },
  ],
})
control({
  id: '4.4-reorder',
  clause: '4.4',
  kind: 'report',
  title: { zh: '库存不足时提醒申领', en: 'A store that runs low is told in time' },
  ledgers: [
    {
      name: { zh: '库存', en: 'Store of blanks' },
      page: '/custody',
      figures: ['governed', 'due'],
      lines: `
        select s.district, s.kind as id, case s.kind when 'certificate' then '证书' else '证明' end || ' ' || s.n as label, s.kind || ' ' || s.n as label_en, null::uuid as act_id, true as governed, s.n < coalesce(r.level, 1000) as due
        from (select h.district, h.kind, sum(case when h.place = 'store' then upper(h.serials) - lower(h.serials) else 0 end) as n from kernel.custody_holding h
            where h.kind in ('certificate', 'proof') and not exists (select from custody.count c
              where c.district = h.district and c.kind = h.kind and c.place = 'store' and c.state in ('counting', 'recounting'))
            group by h.district, h.kind) s
          left join custody.reorder_level r on r.district = s.district and r.kind = s.kind`,
    },
  ],
})
control({
  id: '4.5-void-list',
  clause: '4.5',
  kind: 'ledger',
  title: { zh: '作废证书加盖作废章、逐本登记', en: 'Void blanks are stamped and listed one by one' },
  acts: ['custody.void', 'case.spoil', 'case.reprint'],
  refusals: ['photo_unknown', 'void_where', 'not_this_file', 'nothing_to_redo'],
})
control({
  id: '4.5-destruction',
  clause: '4.5',
  kind: 'guard',
  title: {
    zh: '集中销毁须上级批准、两人监销，四人分开',
    en: 'Destroyed together, as the superior approved, before two witnesses: four persons',
  },
  acts: ['custody.askDestruction', 'custody.decideDestruction', 'custody.witness'],
  refusals: ['superior_only', 'four_persons', 'destruction_order', 'minutes_missing', 'nothing_void'],
  ledgers: [
    {
      name: { zh: '未办结的销毁', en: 'Destruction under way' },
      page: '/custody/destructions',
      figures: ['due'],
      lines: `
        select district, id::text, kernel.day_of(at)::text as label, act_id, true as due from custody.destruction where state in ('asked', 'approved', 'witnessed')`,
    },
  ],
})
control({
  id: '4.6-stocktake',
  clause: '4.6',
  kind: 'obligation',
  title: { zh: '每月盘点库存证书', en: 'Stores of blanks are counted every month' },
  acts: ['custody.startCount', 'custody.submitCount', 'custody.recount', 'custody.abandonCount'],
  refusals: ['count_own', 'count_not_yours', 'count_twice', 'count_over'],
  findings: ['stocktake_overdue'],
  obligations: ['custody.stocktake'],
})
control({
  id: '4.6-difference',
  clause: '4.6',
  kind: 'detector',
  title: {
    zh: '盘点差异即列问题并停用该号段，由他人查清',
    en: 'A difference is a finding, stops its numbers, and is closed by somebody else',
  },
  acts: ['custody.recount', 'custody.explain'],
  refusals: ['difference_own', 'difference_closed', 'serial_stands_still'],
  findings: ['stock_difference'],
})
control({
  id: '5.1-use-count',
  clause: '5.1',
  kind: 'detector',
  title: {
    zh: '用印次数与盖章的证书、文书逐份相符',
    en: 'Uses of a seal and the certificates and papers that bear it agree one by one',
  },
  acts: ['case.seal', 'case.reseal', 'custody.watchSealUse'],
  refusals: ['seal_not_held', 'not_printed'],
  findings: ['seal_use_differs'],
  // What differs now; each day it is a finding as well.
  ledgers: [
    {
      name: { zh: '用印不符的文书', en: 'Paper and use of a seal that differ' },
      page: '/custody/seals',
      figures: ['open'],
      lines: `
        select district, document || ' ' || seal_no as id, document as label, null::uuid as act_id, true as open from custody.seal_use_difference`,
    },
  ],
})
control({
  id: '5.1-seal-register',
  clause: '5.1',
  kind: 'ledger',
  title: {
    zh: '印章登记：专人保管，取出、归还逐次记账',
    en: 'Seals are registered, each with its keeper; taken out and returned in a book',
  },
  acts: ['custody.registerSeal', 'custody.takeOutSeal', 'custody.putBackSeal', 'custody.retireSeal'],
  refusals: [
    'seal_known',
    'seal_own',
    'seal_not_in',
    'seal_not_with_you',
    'seal_retired',
    'seal_not_own',
    'seal_unregistered',
  ],
  // Due is a seal that is in the book and not in the register: taken over when the installation began.
  ledgers: [
    {
      name: { zh: '未登记的印章', en: 'Seal that is not in the register' },
      page: '/custody/seals',
      figures: ['due'],
      lines: `
        select h.district, n::text as id, n::text as label, null::uuid as act_id, true as due
        from kernel.custody_holding h cross join lateral generate_series(lower(h.serials), upper(h.serials) - 1) n
        where h.kind = 'seal' and not exists (select from custody.seal s where s.district = h.district and s.no = n)`,
    },
  ],
})
control({
  id: '5.1-closing',
  clause: '5.1',
  kind: 'obligation',
  title: {
    zh: '下班集中收章，未入柜即列问题',
    en: 'After hours every seal is in the safe, or it is a finding at once',
  },
  acts: ['custody.closeSeals', 'custody.watchSeals'],
  refusals: ['seal_closer', 'seal_day_closed'],
  findings: ['seal_out_at_closing', 'seal_day_open'],
  obligations: ['custody.closing'],
})
control({
  id: '5.2-seal-handover',
  clause: '5.2',
  kind: 'guard',
  title: {
    zh: '一人一岗一章，交接须领导事先批准',
    en: 'One person, one seal; handed over only as a leader approved before',
  },
  acts: [
    'custody.registerSeal',
    'custody.approveSealHandover',
    'custody.giveSeal',
    'custody.takeSeal',
    'custody.cancelSealHandover',
  ],
  refusals: [
    'seal_one_each',
    'seal_three_persons',
    'seal_not_approved',
    'seal_approved_already',
    'seal_taker_unfit',
  ],
})
control({
  id: '5.1-seal-end',
  clause: '5.1',
  kind: 'ledger',
  title: {
    zh: '停用的印章经市局批准、两人监销，新章注明替换哪一枚',
    en: 'A seal out of use is destroyed as the bureau approved before two; the next names the one it replaces',
  },
  acts: ['custody.retireSeal', 'custody.askSealDestruction', 'custody.decideDestruction', 'custody.witness'],
  refusals: ['seal_not_retired', 'seal_kept_by_you', 'seal_still_used'],
  // Due is a seal out of use that still lies in the safe.
  ledgers: [
    {
      name: { zh: '停用待销毁的印章', en: 'Seal out of use, not destroyed yet' },
      page: '/custody/seals',
      figures: ['due'],
      lines: `
        select district, no::text as id, no || ' ' || name as label, act_id, true as due from custody.seal where state = 'retired'`,
    },
  ],
})
control({
  id: '5.3-left-the-counter',
  clause: '5.3',
  kind: 'guard',
  title: {
    zh: '离柜锁章，由本人解锁；无人值守的印章不能使用',
    en: 'Who leaves the counter locks the seal and unlocks it; an unattended seal is not used',
  },
  acts: ['custody.lockSeal', 'custody.unlockSeal'],
  refusals: ['seal_locked', 'seal_not_locked'],
  // Due is a seal that is locked now.
  ledgers: [
    {
      name: { zh: '锁着的印章', en: 'Seal that is locked' },
      page: '/custody/seals',
      figures: ['due'],
      lines: `
        select district, no::text as id, no || ' ' || name as label, act_id, true as due from custody.seal where state = 'active' and locked_at is not null`,
    },
  ],
})
control({
  id: '5.3-never-outside',
  clause: '5.3',
  kind: 'guard',
  title: {
    zh: '印章不外借、不带出，申请一律拒绝并留痕',
    en: 'No seal is lent or taken outside; asking is refused and kept',
  },
  acts: ['custody.takeSealOutside'],
  refusals: ['seal_never_outside'],
})
