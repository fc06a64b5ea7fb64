-- 0106 take-over: a case that was archived before there were files gets its file, counted by one and checked by another
-- Why:    clause 4.1: what was filed before 0100 lay in the room and in no book.
-- Change: a file may also be made in an act of its own, of a case that is archived and has none.
-- Locks:  none.  Data: none.  Undo: restore check_file of 0100; afterwards go forward.
create or replace function archives.check_file() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if not coalesce(t.act_type = 'case.archive' or (t.act_type = 'archives.takeOver' and exists (select from cases.stage s
      where s.district = new.district and s.case_id = new.case_id and s.stage = 'archive')), false)
    or new.pages is distinct from archives.pages_listed(new.case_id) or new.scan_set is distinct from archives.scan_set(new.case_id) then
    raise exception 'a file is made when its case is filed, with the pages and the scans that are listed' using errcode = '23514', constraint = 'file_as_listed';
  end if;
  return new;
end $$;

-- Archived cases of this office without a file, for who looks for them; the oldest first.
create function archives.without_file() returns table (case_id uuid, number text, unit_code text, filed_at timestamptz)
  language sql stable security definer set search_path = pg_catalog as $$
    select c.id, c.number, c.unit_code, s.at from cases.case c join cases.stage s on s.district = c.district and s.case_id = c.id and s.stage = 'archive'
    where c.district = kernel.act_district() and c.state = 'archived'
      and not exists (select from archives.file f where f.district = c.district and f.case_id = c.id)
    order by s.at, c.id limit 200
$$;
-- What lies in the file of an archived case, in order: papers as they were given, then materials.
create function archives.contents_of(of_case uuid) returns table (title text, content text, pages integer)
  language sql stable security definer set search_path = pg_catalog as $$
    select x.title, x.content, x.pages from (
      select 1 as part, n.at, n.id::text as id, case n.kind when 'acceptance_receipt' then '受理凭证' when 'supplement' then '补正告知书'
        when 'non_acceptance' then '不予受理告知书' when 'refusal' then '不予登记告知书' when 'approval_form' then '登记审批表'
        when 'mortgagee' then '抵押权人通知' else n.kind end as title, n.file as content, coalesce((n.body ->> 'pages')::integer, 1) as pages
      from cases.notice n where n.district = kernel.act_district() and n.case_id = of_case and n.file is not null and n.kind <> 'archive_list'
      union all
      select 2, m.at, lpad(m.no::text, 5, '0'), m.name, m.file, m.pages from cases.material m
      where m.district = kernel.act_district() and m.case_id = of_case) x
    order by x.part, case when x.part = 1 then x.at end, x.id
$$;
revoke execute on function archives.without_file(), archives.contents_of(uuid) from public;
grant execute on function archives.without_file(), archives.contents_of(uuid) to mingbu_app;
