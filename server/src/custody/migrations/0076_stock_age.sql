-- 0076 stock age: since when each store of blanks has not been counted, asked by the board and by the watch alike
-- Why:    clause 4.6: a stock-take that is overdue is a finding and not only a figure.
-- Change: one view, read with the rights of who asks.  Locks: none.  Undo: drop the view.
create view custody.stock_age with (security_invoker = true) as
  select h.district, h.kind, h.edition, coalesce(
    (select max(coalesce(c.second_at, c.first_at)) from custody.count c
      where c.district = h.district and c.kind = h.kind and c.edition = h.edition and c.place = 'store' and c.state in ('agreed', 'differs')),
    (select min(l.at) from kernel.custody_line l where l.district = h.district and l.kind = h.kind and l.edition = h.edition)) as since
  from (select distinct district, kind, edition from kernel.custody_holding where kind in ('certificate', 'proof') and place = 'store') h;
grant select on custody.stock_age to mingbu_app, mingbu_auditor;
