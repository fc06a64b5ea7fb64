-- 0006 register: rights, restrictions and notices as entries that supersede
-- Why:    Reg 8 to 10. An entry is never edited: a later one supersedes it; legal time and recording time are both kept.
-- Change: additive.  Locks: none.  Undo: drop while empty; afterwards go forward.
create schema register;
grant usage on schema register to mingbu_app, mingbu_auditor;

-- 权利人 and others named in the register (LA_Party). The identity number is encrypted; equality goes by keyed hash.
create table register.party (
  district  text not null references kernel.district,
  id        uuid not null default kernel.uuid7(),
  kind      text not null check (kind in ('person', 'company', 'bank', 'organ', 'other')),
  name      text not null check (length(name) between 1 and 100),
  id_type   text not null,
  id_hash   bytea check (octet_length(id_hash) = 32),
  id_sealed bytea,
  phone_sealed bytea,
  act_id    uuid not null default kernel.act_id(),
  primary key (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
create index party_id_hash on register.party (district, id_hash);
create index party_name on register.party (district, name);
call kernel.protect('register.party', true);
grant insert (district, id, kind, name, id_type, id_hash, id_sealed, phone_sealed) on register.party to mingbu_app;

create table register.entry (
  district     text not null references kernel.district,
  id           uuid not null default kernel.uuid7(),
  unit_code    text not null,
  right_id     uuid not null,
  no           smallint not null check (no > 0),
  supersedes   uuid,
  kind         text not null check (kind in ('ownership', 'mortgage', 'seizure', 'objection', 'prenotice', 'restriction')),
  effect       text not null check (effect in ('create', 'change', 'end')),
  registration text not null check (registration in ('100', '200', '300', '400', '500', '600', '700', '800', '900')),
  right_type   text,
  body         jsonb not null,
  legal_from   timestamptz not null,
  legal_to     timestamptz,
  recorded_at  timestamptz not null default kernel.act_at(),
  recorded_by  uuid default kernel.act_person() references kernel.person,
  case_id      uuid,
  act_id       uuid not null default kernel.act_id(),
  primary key (district, id),
  unique (district, right_id, no),
  constraint entry_superseded_once unique (district, supersedes),
  foreign key (district, supersedes) references register.entry,
  foreign key (district, unit_code) references cadastre.unit,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  check ((no = 1) = (effect = 'create') and (no = 1) = (supersedes is null)),
  check (legal_to is null or legal_to > legal_from)
);
create index entry_unit on register.entry (district, unit_code, recorded_at);
comment on column register.entry.right_id is 'One right through all its entries; a transfer keeps the right and changes its holder.';
comment on column register.entry.registration is 'DJLX: 100 first, 200 transfer, 300 change, 400 cancellation, 500 correction, 600 objection, 700 prenotice, 800 seizure.';
call kernel.protect('register.entry', true);
grant insert (district, id, unit_code, right_id, no, supersedes, kind, effect, registration, right_type, body, legal_from, legal_to, case_id) on register.entry to mingbu_app;

-- Who holds, owes or orders what by an entry, with shares as exact fractions.
create table register.entry_party (
  district  text not null,
  entry_id  uuid not null,
  no        smallint not null,
  party_id  uuid not null,
  role      text not null check (role in ('holder', 'mortgagor', 'mortgagee', 'organ', 'debtor', 'applicant', 'obligor')),
  share_num bigint check (share_num > 0),
  share_den bigint check (share_den > 0),
  act_id    uuid not null default kernel.act_id(),
  primary key (district, entry_id, no),
  foreign key (district, entry_id) references register.entry,
  foreign key (district, party_id) references register.party,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  check ((share_num is null) = (share_den is null)),
  constraint share_at_most_one check (share_num is null or share_num <= share_den)
);
create index entry_party_party on register.entry_party (district, party_id);
call kernel.protect('register.entry_party', true);
grant insert (district, entry_id, no, party_id, role, share_num, share_den) on register.entry_party to mingbu_app;

-- What holds today: a projection of the entries, kept by the trigger below and rebuildable from them.
create table register.live (
  district  text not null,
  right_id  uuid not null,
  unit_code text not null,
  entry_id  uuid not null,
  kind      text not null,
  legal_from timestamptz not null,
  legal_to  timestamptz,
  primary key (district, right_id),
  foreign key (district, entry_id) references register.entry
);
create index live_unit on register.live (district, unit_code, kind);
create unique index live_one_ownership on register.live (district, unit_code) where kind = 'ownership';
alter table register.live enable row level security;
alter table register.live force row level security;
create policy reads on register.live for select to mingbu_app using (district = (select kernel.act_district()) or (select kernel.may_read_all()));
create policy owner_all on register.live to mingbu_owner using (true) with check (true);
create policy auditor_reads on register.live for select to mingbu_auditor using (true);
grant select on register.live to mingbu_app, mingbu_auditor;

-- Keeps the projection, and refuses below the code what the code refuses above: a transfer under a live seizure.
-- A seizure past its term no longer blocks (Seal 27); a waiting one never does (Seal 26).
create function register.apply_entry() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if new.effect <> 'create' and not exists (
    select from register.entry e where e.district = new.district and e.id = new.supersedes and e.right_id = new.right_id
      and e.no = new.no - 1 and e.unit_code = new.unit_code and e.effect <> 'end')
  then raise exception 'an entry supersedes the one before it of the same right' using errcode = '23514', constraint = 'entry_chain'; end if;
  if new.kind = 'ownership' and new.registration = '200' and exists (
    select from register.live l join register.entry e on e.district = l.district and e.id = l.entry_id
    where l.district = new.district and l.unit_code = new.unit_code and l.kind = 'seizure'
      and (l.legal_to is null or l.legal_to > kernel.now()) and e.body ->> 'waiting' is distinct from 'true')
  then raise exception 'the unit is seized' using errcode = '23514', constraint = 'transfer_under_seizure'; end if;
  if new.effect = 'end' then
    delete from register.live where district = new.district and right_id = new.right_id;
  elsif new.effect = 'change' then
    update register.live set entry_id = new.id, legal_from = new.legal_from, legal_to = new.legal_to
    where district = new.district and right_id = new.right_id;
  else
    insert into register.live values (new.district, new.right_id, new.unit_code, new.id, new.kind, new.legal_from, new.legal_to);
  end if;
  return null;
end $$;
create trigger entry_applied after insert on register.entry for each row execute function register.apply_entry();

-- Legal numbers: one series per office, year and kind; gaps are explained by rolled-back acts and never refilled.
create table register.number_series (
  district text not null references kernel.district,
  kind     text not null check (kind in ('certificate', 'proof', 'case')),
  period   text not null,
  next     bigint not null default 1,
  primary key (district, kind, period)
);
create function register.next_number(of_kind text, in_period text) returns bigint
  language plpgsql security definer set search_path = pg_catalog as $$
declare n bigint;
begin
  if kernel.write_district() is null then raise exception 'numbers are given only inside an act' using errcode = 'MB003'; end if;
  insert into register.number_series as s values (kernel.act_district(), of_kind, in_period, 2)
  on conflict (district, kind, period) do update set next = s.next + 1
  returning next - 1 into n;
  return n;
end $$;

-- Numbers that came with existing holdings are taken: the series goes on after the highest of them.
create function register.numbers_taken(of_kind text, in_period text, highest bigint) returns void
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (kernel.tx()).act_type is distinct from 'register.load' then raise exception 'numbers are taken over only with existing holdings' using errcode = 'MB003'; end if;
  insert into register.number_series as s values (kernel.act_district(), of_kind, in_period, highest + 1)
  on conflict (district, kind, period) do update set next = greatest(s.next, excluded.next);
end $$;

-- 不动产权证书: what was printed, on which blank, and whether it still speaks for the register.
create table register.certificate (
  district      text not null references kernel.district,
  id            uuid not null default kernel.uuid7(),
  number        text not null,
  kind          text not null default 'certificate' check (kind in ('certificate', 'proof')),
  unit_code     text not null,
  right_id      uuid not null,
  entry_id      uuid not null,
  case_id       uuid,
  state         text not null default 'recorded' check (state in ('recorded', 'printed', 'sealed', 'issued', 'superseded', 'cancelled')),
  blank_serial  bigint,
  snapshot      jsonb,
  snapshot_hash bytea check (octet_length(snapshot_hash) = 32),
  file          text,
  check_token   text not null,
  seal_no       text,
  issued_to     text,
  act_id        uuid not null default kernel.act_id(),
  primary key (district, id),
  constraint certificate_number_once unique (district, number),
  foreign key (district, entry_id) references register.entry,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint certificate_printed_on_blank check (state in ('recorded', 'superseded', 'cancelled') or (blank_serial is not null and (snapshot_hash is not null or case_id is null))),
  constraint certificate_sealed_after_print check (seal_no is null or blank_serial is not null)
);
-- One blank, at most one document, ever (4.4).
create unique index certificate_blank_once on register.certificate (district, kind, blank_serial) where blank_serial is not null;
create unique index certificate_one_live on register.certificate (district, right_id) where state not in ('superseded', 'cancelled');
create unique index certificate_token on register.certificate (check_token);
call kernel.protect('register.certificate', false);
grant insert (district, number, kind, unit_code, right_id, entry_id, case_id, state, blank_serial, check_token) on register.certificate to mingbu_app;
grant update (state, blank_serial, snapshot, snapshot_hash, file, seal_no, issued_to) on register.certificate to mingbu_app;

-- Rows of live parties by keyed hash of the identity number: a person's holdings, for permitted ranks only.
create function register.holdings(wanted bytea) returns table (unit_code text, right_id uuid, entry_id uuid, kind text)
  language sql stable security definer set search_path = pg_catalog as $$
    select l.unit_code, l.right_id, l.entry_id, l.kind
    from register.party p
      join register.entry_party ep on ep.district = p.district and ep.party_id = p.id and ep.role in ('holder', 'mortgagee')
      join register.live l on l.district = ep.district and l.entry_id = ep.entry_id
    where p.district = kernel.act_district() and p.id_hash = wanted
    order by l.unit_code limit 200
$$;
revoke execute on all functions in schema register from public;
grant execute on function register.next_number(text, text), register.numbers_taken(text, text, bigint), register.holdings(bytea) to mingbu_app;
grant execute on function register.apply_entry() to public;
