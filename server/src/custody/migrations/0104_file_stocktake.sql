-- 0104 file stock-take: once a year every box of a room is counted blind; what differs is a finding and is not lent
-- Why:    clauses 4.1 and 4.2: nobody held what lies in the boxes against the book.
-- Change: additive; stops are lifted in the acts of archives too; a file that is stopped is not handed out.
-- Locks:  none.  Data: none.  Undo: drop the tables while empty, restore kernel.check_stop of 0070; afterwards go forward.
create table archives.stocktake (
  district  text not null,
  id        uuid not null default kernel.uuid7(),
  room      text not null,
  person_id uuid not null default kernel.act_person() references kernel.person,
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  closed_by uuid references kernel.person,
  closed_at timestamptz,
  closed_in uuid,
  primary key (district, id),
  foreign key (district, room) references archives.room,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint stocktake_whole check ((closed_by is null) = (closed_at is null) and (closed_by is null) = (closed_in is null))
);
create unique index stocktake_once on archives.stocktake (district, room) where closed_at is null;
call kernel.protect('archives.stocktake', false);
grant insert (district, room), update (closed_by, closed_at, closed_in) on archives.stocktake to mingbu_app;

-- The count of one box. What the book expects is written only when the count is over.
create table archives.box_count (
  district     text not null,
  id           uuid not null default kernel.uuid7(),
  stocktake_id uuid not null,
  room         text not null,
  rack         text not null,
  box          text not null,
  stop_id      uuid not null,
  person_id    uuid not null default kernel.act_person() references kernel.person,
  at           timestamptz not null default kernel.act_at(),
  act_id       uuid not null default kernel.act_id(),
  state        text not null default 'counting' check (state in ('counting', 'recounting', 'agreed', 'differs', 'abandoned')),
  first        int8multirange,
  first_at     timestamptz,
  second       int8multirange,
  second_by    uuid references kernel.person,
  second_at    timestamptz,
  expected     int8multirange,
  primary key (district, id),
  foreign key (district, stocktake_id) references archives.stocktake,
  foreign key (district, room, rack, box) references archives.box,
  foreign key (district, stop_id) references kernel.custody_stop,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint box_second_person check (second_by <> person_id),
  constraint box_blind check ((expected is not null) = (state in ('agreed', 'differs'))),
  constraint box_whole check ((first is null) = (first_at is null) and (second is null) = (second_by is null) and (second is null) = (second_at is null)
    and (state in ('counting', 'abandoned') or first is not null) and (state <> 'differs' or second is not null))
);
create unique index box_counted_once on archives.box_count (district, stocktake_id, rack, box) where state <> 'abandoned';
call kernel.protect('archives.box_count', false);
grant insert (district, stocktake_id, room, rack, box, stop_id), update (state, first, first_at, second, second_by, second_at, expected)
  on archives.box_count to mingbu_app;

-- A file that was not where the book says, or lay where the book does not say.
create table archives.file_difference (
  district     text not null,
  id           uuid not null default kernel.uuid7(),
  count_id     uuid not null,
  file_no      bigint not null,
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
  foreign key (district, count_id) references archives.box_count,
  foreign key (district, file_no) references archives.file,
  foreign key (district, stop_id) references kernel.custody_stop,
  foreign key (district, finding_id) references kernel.finding,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint file_difference_whole check ((outcome is null) = (explained_by is null) and (outcome is null) = (explained_at is null) and (outcome is null) = (explanation is null)),
  constraint file_difference_outcome check (outcome is null or (side = 'surplus') = (outcome = 'explained'))
);
create index file_difference_open on archives.file_difference (district, file_no) where outcome is null;
call kernel.protect('archives.file_difference', false);
grant insert (district, count_id, file_no, place, side, stop_id, finding_id), update (outcome, explanation, explained_by, explained_at)
  on archives.file_difference to mingbu_app;

create function archives.box_place(room text, rack text, box text) returns text
  language sql immutable set search_path = pg_catalog as $$ select 'shelf:' || room || '/' || rack || '/' || box $$;

-- Counts and their steps, each in the name of who takes it; what the book expects is what it holds.
create function archives.check_box_count() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); held int8multirange;
begin
  if tg_op = 'INSERT' then
    if t.act_type is distinct from 'archives.startBox'
      or not exists (select from archives.stocktake k where k.district = new.district and k.id = new.stocktake_id and k.room = new.room and k.closed_at is null)
      or not exists (select from kernel.custody_stop s where s.district = new.district and s.id = new.stop_id and s.kind = 'file' and s.reason = 'counting'
        and s.place = archives.box_place(new.room, new.rack, new.box) and s.lifted_at is null and s.act_id = t.act_id) then
      raise exception 'a box is counted in a stock-take of its room, and stands still' using errcode = '23514', constraint = 'box_step';
    end if;
    return new;
  end if;
  if old.state || '>' || new.state not in ('counting>agreed', 'counting>recounting', 'counting>abandoned', 'recounting>agreed', 'recounting>differs')
    or (old.state = 'counting' and (new.person_id is distinct from t.person_id or new.second_by is not null))
    or (old.state = 'recounting' and (new.second_by is distinct from t.person_id or new.second_at is distinct from t.at
      or (new.first, new.first_at) is distinct from (old.first, old.first_at))) then
    raise exception 'a box is counted by one, and counted again by another' using errcode = '23514', constraint = 'box_step';
  end if;
  if new.state in ('agreed', 'differs') then
    select coalesce(range_agg(h.serials), '{}') into held from kernel.custody_holding h
    where h.district = new.district and h.kind = 'file' and h.place = archives.box_place(new.room, new.rack, new.box);
    if new.expected is distinct from held or (new.state = 'agreed') <> (coalesce(new.second, new.first) = held) then
      raise exception 'what the book expects is what it holds' using errcode = '23514', constraint = 'box_step';
    end if;
  end if;
  return new;
end $$;
create trigger checked before insert or update on archives.box_count for each row execute function archives.check_box_count();

-- Whether a count agrees: to the first counter only that, to the second what differs.
create function archives.judge_box(of_count uuid, counted int8multirange, out agreed boolean, out missing int8multirange, out surplus int8multirange)
  language plpgsql stable security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); c archives.box_count; held int8multirange;
begin
  select * into c from archives.box_count q where q.district = t.district and q.id = of_count;
  if not coalesce((t.act_type = 'archives.submitBox' and c.state = 'counting' and c.person_id = t.person_id)
      or (t.act_type = 'archives.recountBox' and c.state = 'recounting' and c.person_id <> t.person_id), false) then
    raise exception 'a count is judged when it is handed in, by the one who counted' using errcode = '23514', constraint = 'box_step';
  end if;
  select coalesce(range_agg(h.serials), '{}') into held from kernel.custody_holding h
  where h.district = c.district and h.kind = 'file' and h.place = archives.box_place(c.room, c.rack, c.box);
  agreed := counted = held;
  if c.state = 'recounting' then
    missing := held - counted;
    surplus := counted - held;
  end if;
end $$;

-- At the end of the act that found it, each file that differs has its row, its finding and its stop; nothing else has one.
create function archives.check_differs() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (select coalesce(range_agg(int8range(d.file_no, d.file_no + 1)), '{}') from archives.file_difference d
      where d.district = new.district and d.count_id = new.id)
    is distinct from (new.expected - new.second) + (new.second - new.expected) then
    raise exception 'every file that differs is told' using errcode = '23514', constraint = 'box_differs_told';
  end if;
  return null;
end $$;
create constraint trigger told after update on archives.box_count deferrable initially deferred for each row
  when (new.state = 'differs') execute function archives.check_differs();

create function archives.check_difference() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); c archives.box_count;
begin
  select * into c from archives.box_count q where q.district = new.district and q.id = new.count_id;
  if tg_op = 'INSERT' then
    if t.act_type is distinct from 'archives.recountBox' or c.second_by is distinct from t.person_id
      or new.place <> archives.box_place(c.room, c.rack, c.box)
      or not exists (select from kernel.custody_stop s where s.district = new.district and s.id = new.stop_id and s.kind = 'file' and s.reason = 'difference'
        and s.serials = int8range(new.file_no, new.file_no + 1) and s.act_id = t.act_id) then
      raise exception 'a difference is what a second count left, and is stopped' using errcode = '23514', constraint = 'box_step';
    end if;
    return new;
  end if;
  if old.outcome is not null or new.explained_by is distinct from t.person_id or new.explained_at is distinct from t.at
    or t.act_type is distinct from 'archives.explainFile' or t.person_id in (c.person_id, c.second_by) then
    raise exception 'a difference is closed once, by someone who did not count' using errcode = '23514', constraint = 'file_difference_by_another';
  end if;
  return new;
end $$;
create trigger checked before insert or update on archives.file_difference for each row execute function archives.check_difference();

-- A stock-take is over when every box of its room was counted to the end.
create function archives.check_stocktake() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if old.closed_at is not null or t.act_type is distinct from 'archives.closeStocktake' or new.closed_by is distinct from t.person_id
    or new.closed_at is distinct from t.at or new.closed_in is distinct from t.act_id
    or exists (select from archives.box b where b.district = new.district and b.room = new.room and not exists (
      select from archives.box_count c where c.district = new.district and c.stocktake_id = new.id and c.rack = b.rack and c.box = b.box
        and c.state in ('agreed', 'differs'))) then
    raise exception 'a stock-take ends when every box was counted' using errcode = '23514', constraint = 'stocktake_every_box';
  end if;
  return new;
end $$;
create trigger checked before update on archives.stocktake for each row execute function archives.check_stocktake();

-- A file whose difference nobody explained is not handed out.
create function archives.check_stopped() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if exists (select from kernel.custody_stop s where s.district = new.district and s.kind = 'file' and s.reason = 'difference' and s.lifted_at is null
      and s.serials @> new.file_no) then
    raise exception 'the file differed at a stock-take' using errcode = '23514', constraint = 'loan_stopped';
  end if;
  return new;
end $$;
create trigger stopped before update on archives.loan for each row when (new.state = 'handed' and old.state <> 'handed') execute function archives.check_stopped();

create or replace function kernel.check_stop() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if old.lifted_at is not null or new.lifted_by is distinct from t.person_id or new.lifted_at is distinct from t.at
    or not coalesce(t.act_type = any (case
         when old.kind = 'file' and old.reason = 'difference' then array['archives.explainFile']
         when old.kind = 'file' then array['archives.submitBox', 'archives.recountBox', 'archives.abandonBox']
         when old.reason = 'difference' then array['custody.explain']
         else array['custody.submitCount', 'custody.recount', 'custody.abandonCount'] end), false) then
    raise exception 'a stop is lifted once: when the count is over, or the difference is explained' using errcode = '23514', constraint = 'custody_wrong_hand';
  end if;
  return new;
end $$;

revoke execute on all functions in schema archives from public;
grant execute on function archives.judge_box(uuid, int8multirange) to mingbu_app;

-- Whether a file of this office differed at a stock-take and nobody has explained it.
create function archives.is_stopped(of_file bigint) returns boolean
  language sql stable security definer set search_path = pg_catalog as $$
    select exists (select from kernel.custody_stop s where s.district = kernel.act_district() and s.kind = 'file' and s.reason = 'difference'
      and s.lifted_at is null and s.serials @> of_file)
$$;
revoke execute on function archives.is_stopped(bigint) from public;
grant execute on function archives.is_stopped(bigint) to mingbu_app;
