-- 0100 archives: one case, one file; the file is a thing of the custody book, and leaves the room only as was approved
-- Why:    clauses 4.1 (filing, transfer, storage, protection of the room) and 4.2 (borrowing signed; out of the room only with
--         approval by another and two signatures).
-- Change: additive; a case is filed only with its file; offers may lend; an offer of a file is made in the acts of archives.
-- Locks:  kernel.custody_offer and register.number_series, for a moment.  Undo: drop while empty; afterwards go forward.
create schema archives;
grant usage on schema archives to mingbu_app, mingbu_auditor;
alter table register.number_series drop constraint number_series_kind_check;
alter table register.number_series add constraint number_series_kind_check check (kind in ('certificate', 'proof', 'case', 'file', 'file_no'));

-- A file (案卷) of one case. `no` is its serial in the custody book, `number` what stands on its back.
create table archives.file (
  district  text not null references kernel.district,
  no        bigint not null check (no > 0),
  case_id   uuid not null,
  number    text not null check (number ~ '^[A-Z0-9]+-[0-9]{4}-[A-Z0-9]+-[0-9]{6,}$'),
  items     integer not null check (items > 0),
  pages     integer not null check (pages > 0),
  scan_set  text not null check (scan_set ~ '^[0-9a-f]{64}$'),
  person_id uuid not null default kernel.act_person() references kernel.person,
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  primary key (district, no),
  constraint file_one_per_case unique (district, case_id),
  constraint file_number_once unique (district, number),
  foreign key (district, case_id) references cases.case,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
comment on column archives.file.scan_set is 'SHA-256 over number, content hash and pages of every scan in order: one other scan makes another set.';
call kernel.protect('archives.file', true);
grant insert (district, no, case_id, number, items, pages, scan_set) on archives.file to mingbu_app;

-- Its list of contents (卷内目录).
create table archives.item (
  district   text not null,
  file_no    bigint not null,
  item       smallint not null check (item > 0),
  title      text not null check (length(title) between 1 and 100),
  content    text not null check (content ~ '^[0-9a-f]{64}$'),
  first_page integer not null check (first_page > 0),
  pages      integer not null check (pages > 0),
  primary key (district, file_no, item),
  foreign key (district, file_no) references archives.file
);
call kernel.protect('archives.item', true);
grant insert (district, file_no, item, title, content, first_page, pages) on archives.item to mingbu_app;

-- The scans of a case as one text, and the pages that its file must have: materials as listed, papers as printed.
create function archives.scan_set(of_case uuid) returns text
  language sql stable security definer set search_path = pg_catalog as $$
    select encode(sha256(convert_to(coalesce(string_agg(m.no || ' ' || m.file || ' ' || m.pages, E'\n' order by m.no), ''), 'UTF8')), 'hex')
    from cases.material m where m.district = kernel.act_district() and m.case_id = of_case
$$;
create function archives.pages_listed(of_case uuid) returns integer
  language sql stable security definer set search_path = pg_catalog as $$
    select (select coalesce(sum(m.pages), 0) from cases.material m where m.district = kernel.act_district() and m.case_id = of_case)::integer
      + (select coalesce(sum(coalesce((n.body ->> 'pages')::integer, 1)), 0) from cases.notice n
         where n.district = kernel.act_district() and n.case_id = of_case and n.file is not null and n.kind <> 'archive_list')::integer
$$;

create function archives.check_file() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (kernel.tx()).act_type is distinct from 'case.archive' or new.pages is distinct from archives.pages_listed(new.case_id)
    or new.scan_set is distinct from archives.scan_set(new.case_id) then
    raise exception 'a file is made when its case is filed, with the pages and the scans that are listed' using errcode = '23514', constraint = 'file_as_listed';
  end if;
  return new;
end $$;
create trigger checked before insert on archives.file for each row execute function archives.check_file();
-- At the end of the act the list of contents is whole.
create function archives.check_items() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (select (count(*), sum(i.pages)) is distinct from (new.items::bigint, new.pages::bigint) from archives.item i where i.district = new.district and i.file_no = new.no)
    or not exists (select from kernel.custody_line l where l.district = new.district and l.kind = 'file' and l.serials @> new.no and l.act_id = new.act_id) then
    raise exception 'the contents of a file add up, and the file stands in the book' using errcode = '23514', constraint = 'file_as_listed';
  end if;
  return null;
end $$;
create constraint trigger whole after insert on archives.file deferrable initially deferred for each row execute function archives.check_items();

-- The register says "filed" of no case without its file; and to a case with a file nothing is added.
create function archives.check_filed() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (tg_table_name = 'stage') <> exists (select from archives.file f where f.district = new.district and f.case_id = new.case_id) then
    raise exception 'a case is filed with its file, and then nothing is added' using errcode = '23514', constraint = 'file_as_listed';
  end if;
  return new;
end $$;
create trigger filed before insert on cases.stage for each row when (new.stage = 'archive' and new.carried_from is null) execute function archives.check_filed();
create trigger filed before insert on cases.material for each row execute function archives.check_filed();

-- What the pictures of a file look like (扫描质量): measured, and each warning answered.
create table archives.scan (
  district    text not null,
  file_no     bigint not null,
  material_no smallint not null,
  width       integer check (width > 0),
  height      integer check (height > 0),
  brightness  smallint check (brightness between 0 and 255),
  ink         smallint check (ink between 0 and 1000),
  skew        smallint check (skew between -900 and 900),
  likeness    text check (likeness ~ '^[0-9a-f]{64}$'),
  flags       text[] not null check (flags <@ array['unreadable', 'blank', 'dark', 'skewed', 'duplicate', 'coarse']),
  at          timestamptz not null default kernel.act_at(),
  act_id      uuid not null default kernel.act_id(),
  answer      text check (length(answer) between 2 and 300),
  answered_by uuid references kernel.person,
  answered_at timestamptz,
  primary key (district, file_no, material_no),
  foreign key (district, file_no) references archives.file,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint scan_answered_whole check ((answer is null) = (answered_by is null) and (answer is null) = (answered_at is null)),
  constraint scan_measured check ('unreadable' = any (flags) or (width is not null and height is not null and brightness is not null and ink is not null))
);
comment on column archives.scan.ink is 'Share of dark pixels, per mille. Brightness is the mean, 0 black to 255 white; skew in tenths of a degree.';
call kernel.protect('archives.scan', false);
grant insert (district, file_no, material_no, width, height, brightness, ink, skew, likeness, flags), update (answer, answered_by, answered_at) on archives.scan to mingbu_app;
create function archives.check_answer() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if old.answer is not null or old.flags = '{}' or t.act_type is distinct from 'archives.answerScan'
    or new.answered_by is distinct from t.person_id or new.answered_at is distinct from t.at then
    raise exception 'a warning is answered once, by who answers it' using errcode = '23514', constraint = 'scan_answered_once';
  end if;
  return new;
end $$;
create trigger checked before update on archives.scan for each row execute function archives.check_answer();

-- The second person's look (复核): pages counted again, every warning answered, by somebody who did neither.
create table archives.recheck (
  district  text not null,
  file_no   bigint not null,
  pages     integer not null check (pages > 0),
  person_id uuid not null default kernel.act_person() references kernel.person,
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  primary key (district, file_no),
  foreign key (district, file_no) references archives.file,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
call kernel.protect('archives.recheck', true);
grant insert (district, file_no, pages) on archives.recheck to mingbu_app;
create function archives.check_recheck() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare f archives.file;
begin
  select * into f from archives.file q where q.district = new.district and q.no = new.file_no;
  if f.person_id is not distinct from new.person_id or exists (select from archives.scan s where s.district = new.district and s.file_no = new.file_no
      and s.answered_by = new.person_id) then
    raise exception 'a file is checked by somebody else' using errcode = '23514', constraint = 'file_checked_by_another';
  end if;
  if new.pages is distinct from f.pages
    or exists (select from archives.scan s where s.district = new.district and s.file_no = new.file_no and s.flags <> '{}' and s.answer is null)
    or exists (select from cases.material m where m.district = new.district and m.case_id = f.case_id and m.media in ('image/jpeg', 'image/png')
      and not exists (select from archives.scan s where s.district = m.district and s.file_no = new.file_no and s.material_no = m.no)) then
    raise exception 'pages agree, pictures are measured and warnings answered' using errcode = '23514', constraint = 'file_checked_whole';
  end if;
  return new;
end $$;
create trigger checked before insert on archives.recheck for each row execute function archives.check_recheck();

-- Where files lie: store rooms (库房), and the boxes of their racks.
create table archives.room (
  district  text not null references kernel.district,
  code      text not null check (code ~ '^[A-Z0-9]{1,6}$'),
  name      text not null check (length(name) between 1 and 60),
  person_id uuid not null default kernel.act_person() references kernel.person,
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  constraint room_pkey primary key (district, code),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
call kernel.protect('archives.room', true);
grant insert (district, code, name) on archives.room to mingbu_app;
create table archives.box (
  district  text not null,
  room      text not null,
  rack      text not null check (rack ~ '^[A-Z0-9]{1,4}$'),
  box       text not null check (box ~ '^[A-Z0-9]{1,4}$'),
  act_id    uuid not null default kernel.act_id(),
  constraint box_pkey primary key (district, room, rack, box),
  foreign key (district, room) references archives.room,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
call kernel.protect('archives.box', true);
grant insert (district, room, rack, box) on archives.box to mingbu_app;

-- Periods of the office; without a row five working days for a loan, thirty-one days between inspections.
create table archives.period (
  district text not null references kernel.district,
  name     text not null check (name in ('loan', 'inspection')),
  days     smallint not null,
  primary key (district, name),
  constraint period_bounded check (days between 1 and case name when 'loan' then 30 else 92 end)
);
comment on column archives.period.days is 'Of a loan: working days.';
call kernel.protect('archives.period', false);
grant insert (district, name, days), update (days) on archives.period to mingbu_app;

-- Inspections of a store room (防火、防盗、防潮), with what the instruments showed.
create table archives.inspection (
  district    text not null,
  id          uuid not null default kernel.uuid7(),
  room        text not null,
  fire        boolean not null,
  theft       boolean not null,
  damp        boolean not null,
  temperature numeric(4, 1) not null check (temperature between -30 and 60),
  humidity    numeric(4, 1) not null check (humidity between 0 and 100),
  note        text check (length(note) between 1 and 500),
  person_id   uuid not null default kernel.act_person() references kernel.person,
  at          timestamptz not null default kernel.act_at(),
  act_id      uuid not null default kernel.act_id(),
  primary key (district, id),
  foreign key (district, room) references archives.room,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint inspection_told check ((fire and theft and damp and temperature between 14 and 24 and humidity between 45 and 60) or note is not null)
);
create index inspection_last on archives.inspection (district, room, at);
call kernel.protect('archives.inspection', true);
grant insert (district, room, fire, theft, damp, temperature, humidity, note) on archives.inspection to mingbu_app;

-- A loan (借阅): asked for, approved when it leaves the room, handed out, signed for, given back, counted again.
create table archives.loan (
  district       text not null,
  id             uuid not null default kernel.uuid7(),
  file_no        bigint not null,
  outside        boolean not null,
  purpose        text not null check (length(purpose) between 2 and 500),
  borrower_id    uuid not null default kernel.act_person() references kernel.person,
  at             timestamptz not null default kernel.act_at(),
  act_id         uuid not null default kernel.act_id(),
  state          text not null default 'asked' check (state in ('asked', 'approved', 'rejected', 'withdrawn', 'handed', 'out', 'returning', 'returned', 'lost')),
  decided_by     uuid references kernel.person,
  decided_at     timestamptz,
  decision       text check (length(decision) between 1 and 500),
  handed_by      uuid references kernel.person,
  handed_at      timestamptz,
  pages_out      integer check (pages_out > 0),
  condition_out  text check (length(condition_out) between 1 and 200),
  offer_id       uuid,
  taken_at       timestamptz,
  due_on         date,
  back_offer_id  uuid,
  received_by    uuid references kernel.person,
  received_at    timestamptz,
  pages_back     integer check (pages_back >= 0),
  damaged        boolean,
  condition_back text check (length(condition_back) between 1 and 500),
  primary key (district, id),
  foreign key (district, file_no) references archives.file,
  foreign key (district, offer_id) references kernel.custody_offer,
  foreign key (district, back_offer_id) references kernel.custody_offer,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint loan_three_persons check (decided_by <> borrower_id and handed_by <> borrower_id and handed_by <> decided_by and received_by <> borrower_id),
  constraint loan_out_approved check (not outside or state in ('asked', 'rejected', 'withdrawn') or decided_by is not null),
  constraint loan_whole check ((decided_by is null) = (decided_at is null) and (handed_by is null) = (handed_at is null) and (handed_by is null) = (offer_id is null)
    and (handed_by is null) = (pages_out is null) and (taken_at is null) = (due_on is null) and (received_by is null) = (received_at is null)
    and (received_by is null) = (pages_back is null) and (received_by is null) = (damaged is null)
    and (state = 'returned') = (received_by is not null) and (state not in ('out', 'returning', 'returned', 'lost') or taken_at is not null)
    and (state not in ('returning', 'returned') or back_offer_id is not null))
);
create index loan_of_file on archives.loan (district, file_no);
create unique index loan_one_hand on archives.loan (district, file_no) where state in ('handed', 'out', 'returning');
create index loan_out on archives.loan (district, due_on) where state in ('out', 'returning');
call kernel.protect('archives.loan', false);
grant insert (district, file_no, outside, purpose), update (state, decided_by, decided_at, decision, handed_by, handed_at, pages_out, condition_out, offer_id, taken_at,
  due_on, back_offer_id, received_by, received_at, pages_back, damaged, condition_back) on archives.loan to mingbu_app;

-- Each step of a loan by whom it belongs to; what an earlier step wrote, no later one changes. Outsiders never borrow.
create function archives.check_loan() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  t kernel.tx_actor := kernel.tx(); me uuid := t.person_id; mine text[] := coalesce(kernel.duties_of(t.person_id), '{}'); step text; may boolean;
  touched text[]; own text[]; o kernel.custody_offer; serial int8range := int8range(new.file_no, new.file_no + 1);
begin
  if tg_op = 'INSERT' then
    if me is null or mine && array['bank', 'court'] or t.act_type is distinct from 'archives.askLoan' then
      raise exception 'only staff of the office borrow' using errcode = '23514', constraint = 'loan_insiders';
    end if;
    return new;
  end if;
  step := old.state || '>' || new.state;
  touched := array(select n.key from jsonb_each(to_jsonb(new)) n where n.value is distinct from to_jsonb(old) -> n.key);
  case step
    when 'asked>approved', 'asked>rejected' then
      own := array['state', 'decided_by', 'decided_at', 'decision'];
      may := new.outside and new.decided_by = me and new.decided_at = t.at and mine && array['centre_lead', 'district_lead'];
    when 'asked>withdrawn', 'approved>withdrawn' then own := array['state']; may := me = old.borrower_id;
    when 'asked>handed', 'approved>handed' then
      own := array['state', 'handed_by', 'handed_at', 'pages_out', 'condition_out', 'offer_id'];
      select * into o from kernel.custody_offer q where q.district = new.district and q.id = new.offer_id;
      may := (step = 'approved>handed' or not new.outside) and new.handed_by = me and new.handed_at = t.at and 'archiving' = any (mine)
        and o.kind = 'file' and o.movement = 'lend' and o.serials = serial and o.state = 'offered' and o.to_place = 'person:' || new.borrower_id and o.giver_id = me;
    when 'handed>withdrawn' then own := array['state']; may := me in (old.borrower_id, old.handed_by) and exists (select from kernel.custody_offer q
      where q.district = new.district and q.id = new.offer_id and q.state in ('withdrawn', 'declined'));
    when 'handed>out' then
      own := array['state', 'taken_at', 'due_on'];
      may := me = old.borrower_id and new.taken_at = t.at and new.due_on between kernel.day_of(t.at) and kernel.day_of(t.at) + 92 and exists (select from kernel.custody_offer q
        where q.district = new.district and q.id = new.offer_id and q.state = 'taken');
    when 'out>returning' then
      own := array['state', 'back_offer_id'];
      may := me = old.borrower_id and exists (select from kernel.custody_offer q where q.district = new.district and q.id = new.back_offer_id
        and q.kind = 'file' and q.movement = 'return' and q.serials = serial and q.state = 'offered' and q.giver_id = me);
    when 'returning>returned' then
      own := array['state', 'received_by', 'received_at', 'pages_back', 'damaged', 'condition_back'];
      may := new.received_by = me and new.received_at = t.at and 'archiving' = any (mine) and exists (select from kernel.custody_offer q
        where q.district = new.district and q.id = new.back_offer_id and q.state = 'taken');
    when 'out>lost', 'returning>lost' then
      own := array['state'];
      may := exists (select from archives.incident i where i.district = new.district and i.loan_id = new.id and i.kind = 'loss' and i.act_id = t.act_id);
    else may := false;
  end case;
  if may is distinct from true or not touched <@ own then
    raise exception 'a loan is asked for, approved, handed out, signed for, and given back, each step by whom it belongs to' using errcode = '23514', constraint = 'loan_step';
  end if;
  return new;
end $$;
create trigger checked before insert or update on archives.loan for each row execute function archives.check_loan();

-- What happened to a file that should not have: pages missing, damage, loss; and that it was found again.
create table archives.incident (
  district   text not null,
  id         uuid not null default kernel.uuid7(),
  file_no    bigint not null,
  loan_id    uuid,
  kind       text not null check (kind in ('pages_missing', 'damage', 'loss', 'found')),
  note       text not null check (length(note) between 1 and 500),
  finding_id uuid,
  person_id  uuid not null default kernel.act_person() references kernel.person,
  at         timestamptz not null default kernel.act_at(),
  act_id     uuid not null default kernel.act_id(),
  primary key (district, id),
  foreign key (district, file_no) references archives.file,
  foreign key (district, loan_id) references archives.loan,
  foreign key (district, finding_id) references kernel.finding,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint incident_is_finding check (kind = 'found' or finding_id is not null)
);
call kernel.protect('archives.incident', true);
grant insert (district, file_no, loan_id, kind, note, finding_id) on archives.incident to mingbu_app;
-- Pages that come back fewer, or damaged, leave an incident: at the end of the act.
create function archives.check_returned() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (new.pages_back <> new.pages_out and not exists (select from archives.incident i where i.district = new.district and i.loan_id = new.id and i.kind = 'pages_missing'))
    or (new.damaged and not exists (select from archives.incident i where i.district = new.district and i.loan_id = new.id and i.kind = 'damage')) then
    raise exception 'what comes back otherwise than it went out is a finding' using errcode = '23514', constraint = 'loan_compared';
  end if;
  return null;
end $$;
create constraint trigger compared after update on archives.loan deferrable initially deferred for each row when (new.state = 'returned') execute function archives.check_returned();

-- A file in the custody book: it comes in with its case, goes to the room once it was checked, lies in a box that there is, is
-- lent as was approved, and is missing or found only as was told.
create function archives.check_file_line() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); fits boolean; n bigint := lower(new.serials); boxed boolean;
begin
  boxed := exists (select from archives.box b where b.district = new.district and new.to_place = 'shelf:' || b.room || '/' || b.rack || '/' || b.box);
  fits := case
    when upper(new.serials) - n <> 1 then false
    when new.movement = 'receive' then exists (select from archives.file f where f.district = new.district and f.no = n and f.act_id = new.act_id)
    when new.movement = 'return' and new.from_place = 'missing' then exists (select from archives.incident i
      where i.district = new.district and i.file_no = n and i.kind = 'found' and i.act_id = new.act_id)
    when new.movement = 'return' and new.to_place = 'store' then exists (select from archives.recheck c where c.district = new.district and c.file_no = n)
      and not exists (select from archives.loan b where b.district = new.district and b.file_no = n and b.state in ('out', 'returning'))
    when new.movement = 'return' then boxed and exists (select from archives.loan b where b.district = new.district and b.file_no = n
      and b.state = 'returning' and b.back_offer_id = new.offer_id)
    when new.movement = 'shelve' then boxed
    when new.movement = 'lend' then exists (select from archives.loan b where b.district = new.district and b.file_no = n and b.state = 'handed'
      and b.offer_id = new.offer_id and b.borrower_id = t.person_id)
    when new.movement = 'lose' then exists (select from archives.incident i
      where i.district = new.district and i.file_no = n and i.kind = 'loss' and i.act_id = new.act_id)
    else false end;
  if fits is distinct from true then
    raise exception '% of file % as nobody approved, checked or told', new.movement, n using errcode = '23514', constraint = 'file_moves_so';
  end if;
  return new;
end $$;
create trigger filed before insert on kernel.custody_line for each row when (new.kind = 'file') execute function archives.check_file_line();

-- What passes from hand to hand is offered in the acts of its kind; a file may be lent.
alter table kernel.custody_offer drop constraint custody_offer_movement_check;
alter table kernel.custody_offer add constraint custody_offer_movement_check check (movement in ('issue', 'return') or (movement = 'lend' and kind = 'file'));
create or replace function kernel.check_offer() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if tg_op = 'INSERT' then
    if not coalesce(t.act_type = any (case new.kind when 'seal' then array['custody.giveSeal']
          when 'file' then array['archives.offerFile', 'archives.handOut', 'archives.giveBack'] else array['custody.offer'] end), false)
      or (kernel.place_class(new.from_place) = 'person' and new.from_place is distinct from 'person:' || t.person_id)
      or (kernel.place_class(new.from_place) <> 'person' and not kernel.keeping_duty(new.kind) = any (kernel.duties_of(t.person_id))) then
      raise exception 'only who holds it offers it' using errcode = '23514', constraint = 'custody_wrong_hand';
    end if;
    return new;
  end if;
  if old.state <> 'offered' or new.ended_by is distinct from t.person_id or new.ended_at is distinct from t.at
    or (new.state = 'withdrawn' and new.ended_by <> old.giver_id)
    or (new.state = 'declined' and new.ended_by = old.giver_id)
    or (new.state = 'taken' and not exists (select from kernel.custody_line l where l.district = new.district and l.offer_id = new.id)) then
    raise exception 'an offer ends once: taken by the other hand, declined by it, or withdrawn by the giver' using errcode = '23514', constraint = 'custody_wrong_hand';
  end if;
  return new;
end $$;

-- Since when each room was not inspected: asked by the page, the board and the watch alike.
create view archives.room_age with (security_invoker = true) as
  select r.district, r.code, r.name, coalesce((select max(i.at) from archives.inspection i where i.district = r.district and i.room = r.code), r.at) as since,
    coalesce((select p.days from archives.period p where p.district = r.district and p.name = 'inspection'), 31) as days
  from archives.room r;
grant select on archives.room_age to mingbu_app, mingbu_auditor;

revoke execute on all functions in schema archives from public;
grant execute on function archives.scan_set(uuid), archives.pages_listed(uuid) to mingbu_app;
