-- 0071 blanks: deliveries, voids, destructions and stock-takes of numbered blanks
-- Why:    clauses 4.4 (first and last number), 4.5 (void, list, approval by the superior, destroyed together), 4.6 (stock-taking).
-- Change: additive.  Locks: none.  Undo: drop while empty; afterwards go forward.
create schema custody;
grant usage on schema custody to mingbu_app, mingbu_auditor;

-- A delivery (入库): what the papers say, by the keeper; what lay in the boxes, counted by another.
create table custody.delivery (
  district   text not null references kernel.district,
  id         uuid not null default kernel.uuid7(),
  kind       text not null check (kind in ('certificate', 'proof')),
  edition    text not null,
  serials    int8range not null check (not isempty(serials)),
  batch      text not null check (length(batch) between 1 and 60),
  source     text not null check (length(source) between 1 and 100),
  person_id  uuid not null default kernel.act_person() references kernel.person,
  at         timestamptz not null default kernel.act_at(),
  act_id     uuid not null default kernel.act_id(),
  counted    bigint check (counted >= 0),
  counted_by uuid references kernel.person,
  counted_at timestamptz,
  note       text check (length(note) between 1 and 500),
  primary key (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint delivery_counted_by_another check (counted_by <> person_id),
  constraint delivery_counted_whole check ((counted is null) = (counted_by is null) and (counted_by is null) = (counted_at is null))
);
call kernel.protect('custody.delivery', false);
grant insert (district, kind, edition, serials, batch, source), update (counted, counted_by, counted_at, note) on custody.delivery to mingbu_app;

-- The list of what became void (作废登记): stamped, with a picture, and why.
create table custody.void (
  district       text not null references kernel.district,
  id             uuid not null default kernel.uuid7(),
  kind           text not null,
  edition        text not null,
  serials        int8range not null check (not isempty(serials)),
  reason         text not null check (reason in ('misprint', 'soiled', 'torn', 'format', 'power_cut', 'test', 'found_again', 'damaged_on_delivery')),
  note           text check (length(note) between 1 and 500),
  photo          text check (photo ~ '^[0-9a-f]{64}$'),
  certificate_id uuid,
  case_id        uuid,
  person_id      uuid not null default kernel.act_person() references kernel.person,
  at             timestamptz not null default kernel.act_at(),
  act_id         uuid not null default kernel.act_id(),
  primary key (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint void_stamped check (photo is not null or reason = 'damaged_on_delivery'),
  constraint void_once exclude using gist (district with =, kind with =, edition with =, serials with &&)
);
call kernel.protect('custody.void', true);
grant insert (district, kind, edition, serials, reason, note, photo, certificate_id, case_id) on custody.void to mingbu_app;

-- A destruction (销毁): asked for with a list, approved by the superior bureau, done before two witnesses. Four persons.
create table custody.destruction (
  district     text not null references kernel.district,
  id           uuid not null default kernel.uuid7(),
  kind         text not null,
  note         text not null check (length(note) between 1 and 500),
  person_id    uuid not null default kernel.act_person() references kernel.person,
  at           timestamptz not null default kernel.act_at(),
  act_id       uuid not null default kernel.act_id(),
  state        text not null default 'asked' check (state in ('asked', 'approved', 'rejected', 'witnessed', 'destroyed')),
  decided_by   uuid references kernel.person,
  decided_at   timestamptz,
  decision_no  text check (length(decision_no) between 1 and 60),
  minutes      text check (minutes ~ '^[0-9a-f]{64}$'),
  witness_1    uuid references kernel.person,
  witnessed_1  timestamptz,
  witness_2    uuid references kernel.person,
  witnessed_2  timestamptz,
  primary key (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint destruction_four_persons check (decided_by <> person_id and witness_1 <> person_id and witness_1 <> decided_by
    and witness_2 <> person_id and witness_2 <> decided_by and witness_2 <> witness_1),
  constraint destruction_in_order check ((state = 'asked') = (decided_by is null)
    and (state in ('asked', 'rejected') or decision_no is not null)
    and (state in ('witnessed', 'destroyed')) = (witness_1 is not null) and (witness_1 is null or minutes is not null)
    and (state = 'destroyed') = (witness_2 is not null)
    and (decided_by is null) = (decided_at is null) and (witness_1 is null) = (witnessed_1 is null) and (witness_2 is null) = (witnessed_2 is null))
);
call kernel.protect('custody.destruction', false);
grant insert (district, kind, note), update (state, decided_by, decided_at, decision_no, minutes, witness_1, witnessed_1, witness_2, witnessed_2)
  on custody.destruction to mingbu_app;

create table custody.destruction_item (
  district       text not null,
  destruction_id uuid not null,
  no             integer not null check (no > 0),
  kind           text not null,
  edition        text not null,
  serials        int8range not null check (not isempty(serials)),
  open           boolean not null default true,
  primary key (district, destruction_id, no),
  foreign key (district, destruction_id) references custody.destruction,
  constraint destruction_listed_once exclude using gist (district with =, kind with =, edition with =, serials with &&) where (open)
);
call kernel.protect('custody.destruction_item', false);
grant insert (district, destruction_id, no, kind, edition, serials), update (open) on custody.destruction_item to mingbu_app;

create table custody.destruction_photo (
  district       text not null,
  destruction_id uuid not null,
  no             smallint not null check (no > 0),
  file           text not null check (file ~ '^[0-9a-f]{64}$'),
  primary key (district, destruction_id, no),
  foreign key (district, destruction_id) references custody.destruction
);
call kernel.protect('custody.destruction_photo', true);
grant insert (district, destruction_id, no, file) on custody.destruction_photo to mingbu_app;

-- Each step of a destruction in the name of who takes it, and in order. What was decided is never undone.
create function custody.check_destruction() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare me uuid := kernel.act_person(); home text; step text := old.state || '>' || new.state;
begin
  if step not in ('asked>approved', 'asked>rejected', 'approved>witnessed', 'witnessed>destroyed') then
    raise exception 'a destruction goes from asked to approved, witnessed, destroyed' using errcode = '23514', constraint = 'destruction_step';
  end if;
  if (step like 'asked>%' and new.decided_by is distinct from me) or (step = 'approved>witnessed' and new.witness_1 is distinct from me)
    or (step = 'witnessed>destroyed' and new.witness_2 is distinct from me)
    or (step not like 'asked>%' and (new.decided_by, new.decision_no, new.decided_at) is distinct from (old.decided_by, old.decision_no, old.decided_at))
    or (step = 'witnessed>destroyed' and (new.witness_1, new.minutes, new.witnessed_1) is distinct from (old.witness_1, old.minutes, old.witnessed_1)) then
    raise exception 'each step of a destruction is taken in one''s own name' using errcode = '23514', constraint = 'destruction_step';
  end if;
  if step like 'asked>%' then
    select p.district into home from kernel.person p where p.id = me;
    if home is distinct from 'city' then
      raise exception 'the superior bureau approves a destruction' using errcode = '23514', constraint = 'destruction_superior';
    end if;
  end if;
  return new;
end $$;
create trigger checked before update on custody.destruction for each row execute function custody.check_destruction();

-- Destroyed is what a destruction lists whose second witness signs in this very act.
create function custody.check_destroyed() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (kernel.tx()).act_type is distinct from 'register.load' and not exists (
      select from custody.destruction_item i join custody.destruction d on d.district = i.district and d.id = i.destruction_id
      where i.district = new.district and i.kind = new.kind and i.edition = new.edition and i.serials @> new.serials
        and d.state = 'destroyed' and d.witness_2 = kernel.act_person() and d.witnessed_2 = kernel.act_at()) then
    raise exception 'nothing is destroyed that an approved and witnessed list does not name' using errcode = '23514', constraint = 'destroyed_as_approved';
  end if;
  return new;
end $$;
create trigger approved before insert on kernel.custody_line for each row when (new.movement = 'destroy') execute function custody.check_destroyed();

-- What becomes void stands in the list of voids, by the same act.
create function custody.check_void() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (kernel.tx()).act_type is distinct from 'register.load' and not exists (select from custody.void v
      where v.district = new.district and v.kind = new.kind and v.edition = new.edition and v.serials @> new.serials and v.act_id = new.act_id) then
    raise exception 'what becomes void is listed with its reason' using errcode = '23514', constraint = 'void_listed';
  end if;
  return new;
end $$;
create trigger listed before insert on kernel.custody_line for each row when (new.movement = 'void' and new.kind in ('certificate', 'proof'))
  execute function custody.check_void();

-- A stock-take (盘点). Expected is written only when the count is over: who counts never sees it before.
create table custody.count (
  district   text not null references kernel.district,
  id         uuid not null default kernel.uuid7(),
  kind       text not null check (kind in ('certificate', 'proof', 'seal', 'file')),
  edition    text not null,
  place      text not null,
  stop_id    uuid not null,
  person_id  uuid not null default kernel.act_person() references kernel.person,
  at         timestamptz not null default kernel.act_at(),
  act_id     uuid not null default kernel.act_id(),
  state      text not null default 'counting' check (state in ('counting', 'recounting', 'agreed', 'differs', 'abandoned')),
  first      int8multirange,
  first_at   timestamptz,
  second     int8multirange,
  second_by  uuid references kernel.person,
  second_at  timestamptz,
  expected   int8multirange,
  primary key (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  foreign key (district, stop_id) references kernel.custody_stop,
  constraint count_second_person check (second_by <> person_id),
  constraint count_not_of_own check (place <> 'person:' || person_id::text and (second_by is null or place <> 'person:' || second_by::text)),
  constraint count_blind check ((expected is not null) = (state in ('agreed', 'differs'))),
  constraint count_whole check ((first is null) = (first_at is null) and (second is null) = (second_by is null) and (second is null) = (second_at is null)
    and (state in ('counting', 'abandoned') or first is not null) and (state <> 'differs' or second is not null))
);
call kernel.protect('custody.count', false);
grant insert (district, kind, edition, place, stop_id), update (state, first, first_at, second, second_by, second_at, expected) on custody.count to mingbu_app;

-- A difference that a stock-take left: serials of the book that were not there, or that were there and stand elsewhere in the book.
create table custody.difference (
  district     text not null,
  id           uuid not null default kernel.uuid7(),
  count_id     uuid not null,
  kind         text not null,
  edition      text not null,
  serials      int8range not null check (not isempty(serials)),
  place        text not null,
  side         text not null check (side in ('missing', 'surplus')),
  stop_id      uuid not null,
  finding_id   uuid not null,
  person_id    uuid not null default kernel.act_person() references kernel.person,
  at           timestamptz not null default kernel.act_at(),
  act_id       uuid not null default kernel.act_id(),
  outcome      text check (outcome in ('found', 'lost', 'explained')),
  explanation  text check (length(explanation) between 1 and 1000),
  explained_by uuid references kernel.person,
  explained_at timestamptz,
  primary key (district, id),
  foreign key (district, count_id) references custody.count,
  foreign key (district, stop_id) references kernel.custody_stop,
  foreign key (district, finding_id) references kernel.finding,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint difference_closed_by_another check (explained_by <> person_id and place <> 'person:' || explained_by::text),
  constraint difference_whole check ((outcome is null) = (explained_by is null) and (outcome is null) = (explained_at is null) and (outcome is null) = (explanation is null))
);
create index difference_open on custody.difference (district, kind) where outcome is null;
call kernel.protect('custody.difference', false);
grant insert (district, count_id, kind, edition, serials, place, side, stop_id, finding_id), update (outcome, explanation, explained_by, explained_at)
  on custody.difference to mingbu_app;

-- Who counted first closes nothing either; and every step of a count is in the name of who takes it.
create function custody.check_count() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare me uuid := kernel.act_person(); held int8multirange;
begin
  if old.state || '>' || new.state not in ('counting>agreed', 'counting>recounting', 'counting>abandoned', 'recounting>agreed', 'recounting>differs')
    or (old.state = 'counting' and new.person_id is distinct from me)
    or (old.state = 'recounting' and (new.second_by is distinct from me or (new.first, new.first_at) is distinct from (old.first, old.first_at))) then
    raise exception 'a count is taken by one, and recounted by another' using errcode = '23514', constraint = 'count_step';
  end if;
  if new.state in ('agreed', 'differs') then
    select coalesce(range_agg(h.serials), '{}') into held from kernel.custody_holding h
      where h.district = new.district and h.kind = new.kind and h.edition = new.edition and h.place = new.place;
    if new.expected is distinct from held or (new.state = 'agreed') <> (coalesce(new.second, new.first) = held) then
      raise exception 'what the book expects is what it holds' using errcode = '23514', constraint = 'count_step';
    end if;
  end if;
  return new;
end $$;
create trigger checked before update on custody.count for each row execute function custody.check_count();

create function custody.check_explained() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if old.outcome is not null or new.explained_by is distinct from kernel.act_person()
    or exists (select from custody.count c where c.district = new.district and c.id = new.count_id and c.person_id = new.explained_by) then
    raise exception 'a difference is closed once, by someone who did not count' using errcode = '23514', constraint = 'difference_closed_by_another';
  end if;
  return new;
end $$;
create trigger checked before update on custody.difference for each row execute function custody.check_explained();

-- What comes in is a delivery that another than its keeper counted, in this very act; and is counted once.
create function custody.check_received() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (kernel.tx()).act_type is distinct from 'register.load' and not exists (select from custody.delivery d
      where d.district = new.district and d.kind = new.kind and d.edition = new.edition and d.serials = new.serials
        and d.counted_by = kernel.act_person() and d.counted_at = kernel.act_at()) then
    raise exception 'what comes in was delivered, and counted by another' using errcode = '23514', constraint = 'delivery_counted_by_another';
  end if;
  return new;
end $$;
create trigger delivered before insert on kernel.custody_line for each row when (new.movement = 'receive' and new.kind in ('certificate', 'proof'))
  execute function custody.check_received();
create function custody.check_delivery() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if old.counted_by is not null or new.counted_by is distinct from kernel.act_person() or new.counted_at is distinct from kernel.act_at() then
    raise exception 'a delivery is counted once, by the one who counts' using errcode = '23514', constraint = 'delivery_counted_by_another';
  end if;
  return new;
end $$;
create trigger checked before update on custody.delivery for each row execute function custody.check_delivery();

-- When to order again, for each kind in each office; without a row a thousand.
create table custody.reorder_level (
  district text not null references kernel.district,
  kind     text not null,
  level    integer not null check (level >= 0),
  primary key (district, kind)
);
call kernel.protect('custody.reorder_level', false);
grant insert (district, kind, level), update (level) on custody.reorder_level to mingbu_app;

-- Serials of this office at one place, as ranges: what a count is held against.
create function custody.held_at(of_kind text, of_edition text, of_place text) returns int8multirange
  language sql stable security definer set search_path = pg_catalog as $$
    select coalesce(range_agg(h.serials), '{}') from kernel.custody_holding h
    where h.district = kernel.act_district() and h.kind = of_kind and h.edition = of_edition and h.place = of_place
$$;
revoke execute on all functions in schema custody from public;
grant execute on function custody.held_at(text, text, text) to mingbu_app;
grant execute on function custody.check_destruction(), custody.check_destroyed(), custody.check_void(), custody.check_count(), custody.check_explained(),
  custody.check_received(), custody.check_delivery() to public;
