-- 0075 seals: a register of seals, their days, and their hand-over with a leader's approval
-- Why:    clauses 5.1 (designated person, locked, taken out and returned, kept together after hours), 5.2 (one person, one
--         post, one seal; handed over with approval), 5.3 (a fixed place).
-- Change: additive; an offer of a seal is made in its own act.  Locks: none.  Undo: drop while empty; afterwards go forward.

create table custody.seal (
  district  text not null references kernel.district,
  no        integer not null check (no between 1 and 9999),
  kind      text not null check (kind in ('registration', 'enquiry', 'acceptance', 'void', 'seam', 'correction', 'archive', 'other')),
  name      text not null check (length(name) between 1 and 100),
  number    text not null check (length(number) between 1 and 40),
  keeper_id uuid not null references kernel.person,
  position  text not null check (length(position) between 1 and 100),
  image     text not null check (image ~ '^[0-9a-f]{64}$'),
  state     text not null default 'active' check (state in ('active', 'retired')),
  person_id uuid not null default kernel.act_person() references kernel.person,
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  primary key (district, no),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint seal_number_once unique (district, number),
  constraint seal_not_own check (state = 'retired' or person_id <> keeper_id)
);
comment on column custody.seal.position is 'The fixed place it is used at, and the safe it is locked into (5.3).';
-- One person, one seal (5.2).
create unique index seal_one_each on custody.seal (keeper_id) where state = 'active';
call kernel.protect('custody.seal', false);
grant insert (district, no, kind, name, number, keeper_id, position, image), update (keeper_id, state) on custody.seal to mingbu_app;

-- A hand-over (交接): approved by a leader, given by the keeper, taken by the next. Three persons.
create table custody.seal_handover (
  district    text not null references kernel.district,
  id          uuid not null default kernel.uuid7(),
  seal_no     integer not null,
  from_id     uuid not null references kernel.person,
  to_id       uuid not null references kernel.person,
  reason      text not null check (length(reason) between 1 and 500),
  approved_by uuid not null default kernel.act_person() references kernel.person,
  at          timestamptz not null default kernel.act_at(),
  act_id      uuid not null default kernel.act_id(),
  state       text not null default 'approved' check (state in ('approved', 'given', 'taken')),
  offer_id    uuid,
  taken_at    timestamptz,
  primary key (district, id),
  foreign key (district, seal_no) references custody.seal,
  foreign key (district, offer_id) references kernel.custody_offer,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint seal_three_persons check (from_id <> to_id and approved_by <> from_id and approved_by <> to_id),
  constraint seal_handover_whole check ((state = 'approved') = (offer_id is null) and (state = 'taken') = (taken_at is not null))
);
create unique index seal_handed_once on custody.seal_handover (district, seal_no) where state <> 'taken';
call kernel.protect('custody.seal_handover', false);
grant insert (district, seal_no, from_id, to_id, reason), update (state, offer_id, taken_at) on custody.seal_handover to mingbu_app;

-- The end of a day (收章): somebody who keeps no seal sees that each is in the safe, and says which are not.
create table custody.seal_closing (
  district  text not null references kernel.district,
  day       date not null default kernel.day_of(kernel.act_at()),
  person_id uuid not null default kernel.act_person() references kernel.person,
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  inside    integer not null check (inside >= 0),
  outside   integer not null check (outside >= 0),
  note      text check (length(note) between 1 and 500),
  primary key (district, day),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
call kernel.protect('custody.seal_closing', true);
grant insert (district, inside, outside, note) on custody.seal_closing to mingbu_app;

-- What the books say of a seal: kept by whom, used no more.
create function custody.check_seal() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if new.state is distinct from old.state and not coalesce(old.state = 'active' and t.act_type = 'custody.retireSeal' and t.person_id <> old.keeper_id
      and exists (select from kernel.custody_holding h where h.district = old.district and h.kind = 'seal' and h.serials @> old.no::bigint and h.place = 'void'), false) then
    raise exception 'a seal is retired once, from the safe, by somebody who does not keep it' using errcode = '23514', constraint = 'seal_retired_so';
  end if;
  if new.keeper_id is distinct from old.keeper_id and not coalesce(t.act_type = 'custody.takeSeal' and new.keeper_id = t.person_id
      and exists (select from custody.seal_handover h where h.district = new.district and h.seal_no = new.no and h.to_id = new.keeper_id
        and h.state = 'taken' and h.taken_at = t.at), false) then
    raise exception 'a seal passes to who took it, as a leader approved' using errcode = '23514', constraint = 'seal_handed_so';
  end if;
  return new;
end $$;
create trigger checked before update on custody.seal for each row execute function custody.check_seal();

create function custody.check_seal_handover() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); o kernel.custody_offer;
begin
  if tg_op = 'INSERT' then
    if not kernel.duties_of(t.person_id) && array['centre_lead', 'district_lead'] or not exists (select from custody.seal s
        where s.district = new.district and s.no = new.seal_no and s.keeper_id = new.from_id and s.state = 'active') then
      raise exception 'a leader approves that the keeper of a seal hands it over' using errcode = '23514', constraint = 'seal_handed_so';
    end if;
    return new;
  end if;
  select * into o from kernel.custody_offer q where q.district = new.district and q.id = new.offer_id;
  if not coalesce((old.state = 'approved' and new.state = 'given' and t.person_id = old.from_id and o.giver_id = old.from_id and o.kind = 'seal'
        and o.to_place = 'person:' || old.to_id and o.serials = int8range(old.seal_no, old.seal_no + 1))
      or (old.state = 'given' and new.state = 'taken' and t.person_id = old.to_id and new.offer_id = old.offer_id and o.state = 'taken' and new.taken_at = t.at), false) then
    raise exception 'a seal is given by its keeper and taken by the one approved' using errcode = '23514', constraint = 'seal_handed_so';
  end if;
  return new;
end $$;
create trigger checked before insert or update on custody.seal_handover for each row execute function custody.check_seal_handover();

create function custody.check_closing() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare away integer;
begin
  select count(*) filter (where h.place <> 'store') into away from custody.seal s
    join kernel.custody_holding h on h.district = s.district and h.kind = 'seal' and h.edition = '' and h.serials @> s.no::bigint
    where s.district = new.district and s.state = 'active';
  if new.outside <> away or exists (select from custody.seal s where s.district = new.district and s.state = 'active' and s.keeper_id = new.person_id) then
    raise exception 'the day of the seals is closed by somebody who keeps none, as things stand' using errcode = '23514', constraint = 'seal_closed_so';
  end if;
  return new;
end $$;
create trigger checked before insert on custody.seal_closing for each row execute function custody.check_closing();

-- A seal is taken out by its own keeper, while it is in use and the day is not closed; it passes on as was approved.
create function custody.check_seal_line() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare s custody.seal; t kernel.tx_actor := kernel.tx();
begin
  if t.act_type = 'register.load' then return new; end if;
  select * into s from custody.seal q where q.district = new.district and q.no = lower(new.serials);
  if s.state = 'retired' then
    raise exception 'this seal is retired' using errcode = '23514', constraint = 'seal_in_use';
  end if;
  if new.movement = 'take_out' and (s.keeper_id is distinct from t.person_id
      or exists (select from custody.seal_closing c where c.district = new.district and c.day = kernel.day_of(t.at))) then
    raise exception 'only its keeper takes a seal out, and not after the day is closed' using errcode = '23514', constraint = 'seal_own';
  end if;
  if new.movement = 'issue' and not exists (select from custody.seal_handover h where h.district = new.district and h.offer_id = new.offer_id
      and h.state = 'given' and 'person:' || h.from_id = new.from_place and 'person:' || h.to_id = new.to_place) then
    raise exception 'a seal is handed over as a leader approved' using errcode = '23514', constraint = 'seal_handed_so';
  end if;
  return new;
end $$;
create trigger sealed before insert on kernel.custody_line for each row when (new.kind = 'seal') execute function custody.check_seal_line();

-- An offer of a seal is made in the act that hands seals over, an offer of blanks in theirs.
create or replace function kernel.check_offer() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if tg_op = 'INSERT' then
    if t.act_type is distinct from (case new.kind when 'seal' then 'custody.giveSeal' else 'custody.offer' end)
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

revoke execute on function custody.check_seal(), custody.check_seal_handover(), custody.check_closing(), custody.check_seal_line() from public;
