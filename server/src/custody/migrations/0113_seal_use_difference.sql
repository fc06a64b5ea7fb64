-- 0113 seal use difference: where the uses of seals and the documents that bear them do not agree
-- Why:    clause 5.1: use is checked each day; the board and the watch ask the same question.
-- Change: additive.  Locks: none.  Data: none.  Undo: drop the view.

-- A certificate or paper that bears a seal nobody used on it; a use whose certificate neither bears the seal nor was spoiled; a use whose
-- paper does not bear it.
create view custody.seal_use_difference with (security_invoker = true) as
  select c.district, c.number as document, c.seal_no from register.certificate c
  where c.seal_no is not null and c.case_id is not null and not exists (
    select from kernel.custody_line l where l.district = c.district and l.case_id = c.case_id and l.kind = 'seal' and l.movement = 'use'
      and l.document = c.number and lower(l.serials)::text = c.seal_no)
  union all
  select l.district, l.document, lower(l.serials)::text from kernel.custody_line l
  where l.kind = 'seal' and l.movement = 'use' and l.from_place <> 'system' and not exists (
    select from register.certificate c where c.district = l.district and c.number = l.document and c.case_id = l.case_id
      and (c.seal_no = lower(l.serials)::text or exists (
        select from custody.void v where v.district = c.district and v.certificate_id = c.id and v.at >= l.at)))
  union all
  select n.district, n.file, n.seal_no::text from cases.notice n
  where n.seal_no is not null and not exists (
    select from kernel.custody_line l where l.district = n.district and l.case_id = n.case_id and l.kind = 'seal' and l.movement = 'use'
      and l.document = n.file and lower(l.serials) = n.seal_no)
  union all
  select l.district, l.document, lower(l.serials)::text from kernel.custody_line l
  where l.kind = 'seal' and l.movement = 'use' and l.from_place = 'system' and not exists (
    select from cases.notice n where n.district = l.district and n.case_id = l.case_id and n.file = l.document and n.seal_no = lower(l.serials));
grant select on custody.seal_use_difference to mingbu_app, mingbu_auditor;
