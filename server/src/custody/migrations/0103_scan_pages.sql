-- 0103 scan pages: scans of several pages (PDF, TIFF) are measured page by page, and have the pages that are listed
-- Why:    clause 4.1: whoever checked looked through PDF and TIFF by eye; a blank, dark or missing page in one was not told.
-- Change: additive; a file is checked only when every scan was measured, whatever its format. Checked files are as they were.
-- Locks:  archives.scan, for a moment.  Data: none.  Undo: forward only.
alter table archives.scan add column seen smallint check (seen > 0),
  add column fault text check (fault in ('missing', 'not_readable', 'encrypted', 'too_many_pages', 'too_large', 'too_long'));
comment on column archives.scan.seen is 'Pages found in the scan. Figures of a scan are those of its first page; each page of a longer one has a row in archives.scan_page.';
comment on column archives.scan.fault is 'Why nothing was measured, where it says so.';
alter table archives.scan drop constraint scan_flags_check;
alter table archives.scan add constraint scan_flags_check
  check (flags <@ array['unreadable', 'blank', 'dark', 'skewed', 'duplicate', 'coarse', 'pages']);
grant insert (seen, fault) on archives.scan to mingbu_app;

create table archives.scan_page (
  district    text not null,
  file_no     bigint not null,
  material_no smallint not null,
  page        smallint not null check (page > 0),
  width       integer not null check (width > 0),
  height      integer not null check (height > 0),
  brightness  smallint not null check (brightness between 0 and 255),
  ink         smallint not null check (ink between 0 and 1000),
  skew        smallint not null check (skew between -900 and 900),
  likeness    text not null check (likeness ~ '^[0-9a-f]{64}$'),
  flags       text[] not null check (flags <@ array['blank', 'dark', 'skewed', 'duplicate', 'coarse']),
  act_id      uuid not null default kernel.act_id(),
  primary key (district, file_no, material_no, page),
  foreign key (district, file_no, material_no) references archives.scan,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
call kernel.protect('archives.scan_page', true);
grant insert (district, file_no, material_no, page, width, height, brightness, ink, skew, likeness, flags) on archives.scan_page to mingbu_app;

-- A scan that has other pages than its material is warned of, and so is one whose pages are.
create function archives.check_scan() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare listed smallint; s archives.scan;
begin
  if tg_table_name = 'scan' then
    select m.pages into listed from cases.material m join archives.file f on f.district = m.district and f.case_id = m.case_id
    where f.district = new.district and f.no = new.file_no and m.no = new.material_no;
    if (new.seen is null) is distinct from ('unreadable' = any (new.flags)) or (new.fault is not null and new.seen is not null)
      or (new.seen is not null and (new.seen <> listed) is distinct from ('pages' = any (new.flags))) then
      raise exception 'a scan has the pages that are listed, or a warning' using errcode = '23514', constraint = 'scan_pages_told';
    end if;
  else
    select * into s from archives.scan q where q.district = new.district and q.file_no = new.file_no and q.material_no = new.material_no;
    if s.act_id is distinct from (kernel.tx()).act_id or new.page > s.seen or not new.flags <@ s.flags then
      raise exception 'pages are measured with their scan, and warned of with it' using errcode = '23514', constraint = 'scan_pages_told';
    end if;
  end if;
  return new;
end $$;
create trigger told before insert on archives.scan for each row execute function archives.check_scan();
create trigger told before insert on archives.scan_page for each row execute function archives.check_scan();

create or replace function archives.check_recheck() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare f archives.file;
begin
  select * into f from archives.file q where q.district = new.district and q.no = new.file_no;
  if f.person_id is not distinct from new.person_id or exists (select from archives.scan s where s.district = new.district and s.file_no = new.file_no
      and s.answered_by = new.person_id) then
    raise exception 'a file is checked by somebody else' using errcode = '23514', constraint = 'file_checked_by_another';
  end if;
  if new.pages is distinct from f.pages
    or exists (select from archives.scan s where s.district = new.district and s.file_no = new.file_no and (s.flags <> '{}' and s.answer is null
      or s.seen > 1 and s.seen <> (select count(*) from archives.scan_page p where p.district = s.district and p.file_no = s.file_no and p.material_no = s.material_no)))
    or exists (select from cases.material m where m.district = new.district and m.case_id = f.case_id
      and not exists (select from archives.scan s where s.district = m.district and s.file_no = new.file_no and s.material_no = m.no)) then
    raise exception 'pages agree, scans are measured and warnings answered' using errcode = '23514', constraint = 'file_checked_whole';
  end if;
  return new;
end $$;

revoke execute on function archives.check_scan() from public;
