-- 0102 retention: how long each kind of record is kept is a table; no file of the archive is ever destroyed
-- Why:    clause 4.1 (storage has clear requirements); regulations art. 13: the register is kept for ever. Case files are kept for
--         ever too, so there is no way that destroys one, whatever a list of destructions says.
-- Change: additive; a column that older files leave empty, which means the term of their kind.
-- Locks:  archives.file and the destruction tables, for a moment.  Data: the terms themselves.  Undo: forward only.
create table archives.term (
  kind  text primary key check (kind ~ '^[a-z_]+(:[A-Z0-9]+)?$'),
  term  text not null check (term in ('permanent', 'long', 'short')),
  years smallint,
  constraint term_years check ((term = 'permanent') = (years is null) and years between 1 and 100),
  constraint term_for_ever check (kind not in ('register', 'case') or term = 'permanent')
);
comment on table archives.term is 'Terms (保管期限) by kind of record, one for the whole city. `case` is a case file; `case:T01` would be the term of one kind of business.';
insert into archives.term (kind, term, years) values
  ('register', 'permanent', null), ('case', 'permanent', null), ('custody_ledger', 'long', 30), ('transfer_list', 'long', 30),
  ('loan_register', 'long', 30), ('stocktake', 'long', 30), ('room_inspection', 'short', 10), ('duplicate', 'short', 10);
grant select on archives.term to mingbu_app, mingbu_auditor;

alter table archives.file add column term text check (term in ('permanent', 'long', 'short'));
grant insert (term) on archives.file to mingbu_app;
create function archives.term_of(of_case uuid) returns text
  language sql stable security definer set search_path = pg_catalog as $$
    select t.term from archives.term t join cases.case c on c.district = kernel.act_district() and c.id = of_case
    where t.kind in ('case', 'case:' || c.business) order by length(t.kind) desc limit 1
$$;
create function archives.check_term() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if new.term is distinct from archives.term_of(new.case_id) then
    raise exception 'a file has the term of its kind' using errcode = '23514', constraint = 'file_term';
  end if;
  return new;
end $$;
create trigger kept before insert on archives.file for each row execute function archives.check_term();

-- Blanks are destroyed by a list; files stand on none.
alter table custody.destruction add constraint destruction_no_files check (kind <> 'file');
alter table custody.destruction_item add constraint destruction_lists_no_files check (kind <> 'file');
create function archives.check_kept() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  raise exception 'files are kept; nothing destroys one' using errcode = '23514', constraint = 'file_kept';
end $$;
-- Its name puts it before every other guard of a line.
create trigger a_kept before insert on kernel.custody_line for each row when (new.kind = 'file' and new.movement in ('destroy', 'void'))
  execute function archives.check_kept();

revoke execute on function archives.term_of(uuid), archives.check_term(), archives.check_kept() from public;
grant execute on function archives.term_of(uuid) to mingbu_app;
