-- 0070 custody book: the database itself books every movement, or refuses it
-- Why:    clauses 4.1, 4.4 to 4.6, 5.1 to 5.3. Whoever has the app's password could write a line of the ledger without moving
--         anything, or move something without a line. Now a line is the only way to move, a line that does not fit is refused,
--         what passes from hand to hand needs both, and where things are follows from the lines alone.
-- Change: holdings become a projection that only this trigger writes; lines get an order, an offer and rules.
-- Locks:  custody tables, for a moment.  Data: holdings are joined where they touch.  Undo: afterwards go forward.

-- What each kind of movement may be: filled from the table in code (custody/rules.ts) when the server starts.
create table kernel.custody_rule (
  kind       text not null,
  movement   text not null,
  from_class text not null,
  to_class   text not null,
  hands      smallint not null check (hands in (1, 2)),
  acts       text[] not null,
  primary key (kind, movement, from_class, to_class)
);
comment on table kernel.custody_rule is 'from_class is empty where something comes in. A class is the part of a place before its colon.';
grant select on kernel.custody_rule to mingbu_app, mingbu_auditor;

-- What one hand offers to another: the first of two signatures. Nothing moves until the other hand takes it.
create table kernel.custody_offer (
  district   text not null references kernel.district,
  id         uuid not null default kernel.uuid7(),
  kind       text not null,
  edition    text not null default '',
  serials    int8range not null check (not isempty(serials)),
  movement   text not null check (movement in ('issue', 'return')),
  from_place text not null,
  to_place   text not null,
  note       text check (length(note) between 1 and 500),
  giver_id   uuid not null default kernel.act_person() references kernel.person,
  at         timestamptz not null default kernel.act_at(),
  act_id     uuid not null default kernel.act_id(),
  state      text not null default 'offered' check (state in ('offered', 'taken', 'withdrawn', 'declined')),
  ended_by   uuid references kernel.person,
  ended_at   timestamptz,
  primary key (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint offer_two_hands check (state <> 'taken' or ended_by <> giver_id),
  constraint offer_ended_whole check ((state = 'offered') = (ended_by is null) and (ended_by is null) = (ended_at is null)),
  constraint offer_once exclude using gist (district with =, kind with =, edition with =, serials with &&) where (state = 'offered')
);
call kernel.protect('kernel.custody_offer', false);
grant insert (district, kind, edition, serials, movement, from_place, to_place, note), update (state, ended_by, ended_at) on kernel.custody_offer to mingbu_app;

-- Serials, or a place, that stand still: while they are counted, or until a difference is explained by someone else.
create table kernel.custody_stop (
  district  text not null references kernel.district,
  id        uuid not null default kernel.uuid7(),
  kind      text not null,
  edition   text not null default '',
  place     text,
  serials   int8range check (not isempty(serials)),
  reason    text not null check (reason in ('counting', 'difference')),
  person_id uuid not null default kernel.act_person() references kernel.person,
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  lifted_by uuid references kernel.person,
  lifted_at timestamptz,
  primary key (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint stop_of_something check ((reason = 'counting') = (place is not null) and (reason = 'difference') = (serials is not null)),
  constraint stop_lifted_whole check ((lifted_by is null) = (lifted_at is null)),
  constraint stop_lifted_by_another check (reason = 'counting' or lifted_by is null or lifted_by <> person_id)
);
create index custody_stop_on on kernel.custody_stop (district, kind) where lifted_at is null;
create unique index custody_counted_once on kernel.custody_stop (district, kind, edition, place) where reason = 'counting' and lifted_at is null;
call kernel.protect('kernel.custody_stop', false);
grant insert (district, kind, edition, place, serials, reason), update (lifted_by, lifted_at) on kernel.custody_stop to mingbu_app;

-- Lines get their order and the offer they take. Old lines keep the order of their ids.
alter table kernel.custody_line add column no bigint, add column offer_id uuid,
  add foreign key (district, offer_id) references kernel.custody_offer;
create sequence kernel.custody_line_no;
grant insert (offer_id) on kernel.custody_line to mingbu_app;
alter table kernel.custody_line drop constraint custody_line_movement_check;
alter table kernel.custody_line add constraint custody_line_movement_check
  check (movement in ('receive', 'issue', 'return', 'use', 'void', 'destroy', 'lose', 'take_out', 'put_back', 'shelve', 'lend'));
create index custody_line_at on kernel.custody_line (district, kind, edition, at);
create index custody_line_case on kernel.custody_line (district, case_id) where case_id is not null;
create unique index custody_offer_taken_once on kernel.custody_line (district, offer_id) where offer_id is not null;

-- Holdings: one row for each longest run of serials that lie at one place. Only the booking below writes them.
revoke insert, update on kernel.custody_holding from mingbu_app;
revoke insert (district, kind, edition, serials, place), update (serials, place) on kernel.custody_holding from mingbu_app;
drop trigger no_delete on kernel.custody_holding;
alter table kernel.custody_holding drop column id;
with old as (delete from kernel.custody_holding returning district, kind, edition, serials, place)
insert into kernel.custody_holding (district, kind, edition, serials, place)
  select district, kind, edition, unnest(range_agg(serials)), place from old group by district, kind, edition, place;
alter table kernel.custody_holding add primary key (district, kind, edition, serials);
comment on table kernel.custody_holding is 'Projection of kernel.custody_line: a row for each longest run of serials at one place. Written by kernel.book_line only.';

-- Two who move things of one kind in one office wait for each other; those who only use a seal where it is do not.
create function kernel.lock_book(of_district text, of_kind text, of_edition text, to_move boolean) returns void
  language plpgsql security definer set search_path = pg_catalog as $$
declare key bigint := hashtextextended('custody ' || of_district || ' ' || of_kind || ' ' || of_edition, 0);
begin
  if to_move then perform pg_advisory_xact_lock(key); else perform pg_advisory_xact_lock_shared(key); end if;
end $$;

create function kernel.place_class(place text) returns text
  language sql immutable set search_path = pg_catalog as $$ select coalesce(split_part(place, ':', 1), '') $$;

-- Where serials of a range lie in this office, for a sentence about it; the first pieces only. Takes the lock that the line will need.
create function kernel.look_up(of_kind text, of_edition text, wanted int8range, to_move boolean) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare here text := kernel.act_district();
begin
  perform kernel.lock_book(here, of_kind, of_edition, to_move);
  return jsonb_build_object(
    'pieces', (select coalesce(jsonb_agg(jsonb_build_object('from', lower(p.s), 'to', upper(p.s), 'place', p.place) order by lower(p.s)), '[]')
      from (select h.serials * wanted as s, h.place from kernel.custody_holding h
            where h.district = here and h.kind = of_kind and h.edition = of_edition and h.serials && wanted order by h.serials limit 200) p),
    'places', (select coalesce(jsonb_agg(distinct h.place), '[]') from kernel.custody_holding h
      where h.district = here and h.kind = of_kind and h.edition = of_edition and h.serials && wanted),
    'held', (select coalesce(sum(upper(h.serials * wanted) - lower(h.serials * wanted)), 0) from kernel.custody_holding h
      where h.district = here and h.kind = of_kind and h.edition = of_edition and h.serials && wanted),
    'stops', (select coalesce(jsonb_agg(jsonb_build_object('reason', s.reason, 'place', s.place, 'from', lower(s.serials), 'to', upper(s.serials))), '[]')
      from kernel.custody_stop s
      where s.district = here and s.kind = of_kind and s.edition = of_edition and s.lifted_at is null and (s.serials is null or s.serials && wanted)));
end $$;

-- Puts serials where they now are: out of the runs they leave, and joined to the runs they come to touch.
create function kernel.rehouse(d text, k text, e text, moved int8range, from_place text, to_place text) returns void
  language plpgsql security definer set search_path = pg_catalog as $$
declare left_over int8multirange; arrived int8multirange;
begin
  if from_place is not null then
    with gone as (delete from kernel.custody_holding h
      where h.district = d and h.kind = k and h.edition = e and h.serials && moved and h.place = from_place returning h.serials)
    select range_agg(g.serials) - int8multirange(moved) into left_over from gone g;
    insert into kernel.custody_holding (district, kind, edition, serials, place) select d, k, e, r, from_place from unnest(left_over) r;
  end if;
  with met as (delete from kernel.custody_holding h
    where h.district = d and h.kind = k and h.edition = e and h.serials -|- moved and h.place = to_place returning h.serials)
  select coalesce(range_agg(m.serials), '{}') + int8multirange(moved) into arrived from met m;
  insert into kernel.custody_holding (district, kind, edition, serials, place) select d, k, e, r, to_place from unnest(arrived) r;
end $$;

-- Whether the actor of this act may write this line: the movement is one of the table, by an act it names, by the right hand or hands.
create function kernel.check_line(l kernel.custody_line) returns void
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); r kernel.custody_rule; o kernel.custody_offer; mine text := 'person:' || t.person_id;
begin
  select * into r from kernel.custody_rule q where q.kind = l.kind and q.movement = l.movement
    and q.from_class = kernel.place_class(l.from_place) and q.to_class = kernel.place_class(l.to_place);
  if not found or not t.act_type = any (r.acts) then
    raise exception '% of a % from % to % by %', l.movement, l.kind, l.from_place, l.to_place, t.act_type
      using errcode = '23514', constraint = 'custody_no_such_movement';
  end if;
  if r.hands = 2 then
    select * into o from kernel.custody_offer q where q.district = l.district and q.id = l.offer_id for update;
    if o.state is distinct from 'offered' or (o.kind, o.edition, o.serials, o.movement, o.from_place, o.to_place)
        is distinct from (l.kind, l.edition, l.serials, l.movement, l.from_place, l.to_place)
      or o.giver_id = t.person_id or t.person_id is null
      or (kernel.place_class(l.to_place) = 'person' and l.to_place <> mine)
      or (kernel.place_class(l.to_place) <> 'person' and not kernel.keeping_duty(l.kind) = any (kernel.duties_of(t.person_id))) then
      raise exception 'what passes from hand to hand is offered by one and taken by the other' using errcode = '23514', constraint = 'custody_wrong_hand';
    end if;
  elsif l.offer_id is not null or (kernel.place_class(l.from_place) = 'person' and l.from_place is distinct from mine and l.movement <> 'lose')
    or (kernel.place_class(l.to_place) = 'person' and l.to_place is distinct from mine) then
    raise exception 'only who holds it moves it' using errcode = '23514', constraint = 'custody_wrong_hand';
  end if;
  if exists (select from kernel.custody_stop s where s.district = l.district and s.kind = l.kind and s.edition = l.edition and s.lifted_at is null
      and (s.place in (l.from_place, l.to_place) or (s.serials && l.serials and l.movement in ('issue', 'use', 'take_out', 'lend')))) then
    raise exception 'being counted, or a difference is not explained' using errcode = '23514', constraint = 'custody_stands_still';
  end if;
  if l.from_place is null and l.kind in ('certificate', 'proof') and not exists (
      select from kernel.serial_range a where a.kind = l.kind and a.edition = l.edition and a.serials @> l.serials and a.district = l.district) then
    raise exception 'these serials are not allotted to this office' using errcode = '23514', constraint = 'custody_not_allotted';
  end if;
end $$;

-- Books a line: takes the lock, lets only what fits pass, gives the line its place in the order, and moves the serials.
create function kernel.book_line() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare there int8multirange;
begin
  perform kernel.lock_book(new.district, new.kind, new.edition, new.from_place is distinct from new.to_place);
  if lower_inf(new.serials) or upper_inf(new.serials) then
    raise exception 'a range of serials has a first and a last' using errcode = '23514', constraint = 'custody_not_there';
  end if;
  -- What an installation takes over when it begins was moved before there was a book.
  if (kernel.tx()).act_type is distinct from 'register.load' then perform kernel.check_line(new); end if;
  new.no := nextval('kernel.custody_line_no');
  if new.from_place is not null then
    select range_agg(h.serials) into there from kernel.custody_holding h
    where h.district = new.district and h.kind = new.kind and h.edition = new.edition and h.serials && new.serials and h.place = new.from_place;
    if there is null or not there @> new.serials then raise exception 'not every serial of the range is there' using errcode = '23514', constraint = 'custody_not_there'; end if;
    if new.from_place = new.to_place then return new; end if;
  end if;
  perform kernel.rehouse(new.district, new.kind, new.edition, new.serials, new.from_place, new.to_place);
  return new;
end $$;
create trigger book before insert on kernel.custody_line for each row execute function kernel.book_line();

-- The duty that keeps the store of a kind.
create function kernel.keeping_duty(kind text) returns text
  language sql immutable set search_path = pg_catalog as $$
    select case kind when 'seal' then 'seal_keeping' when 'file' then 'archiving' else 'certificate_keeping' end
$$;

-- An offer is made by who holds what is offered, and ended by one of the two hands; what was offered never changes.
create function kernel.check_offer() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if tg_op = 'INSERT' then
    if t.act_type is distinct from 'custody.offer'
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
create trigger checked before insert or update on kernel.custody_offer for each row execute function kernel.check_offer();

-- A stop is lifted once, in the name of who lifts it: by the end of the count, or by the explanation of the difference.
create function kernel.check_stop() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if old.lifted_at is not null or new.lifted_by is distinct from t.person_id or new.lifted_at is distinct from t.at
    or not coalesce(t.act_type = any ((case old.reason when 'difference' then array['custody.explain']
         else array['custody.submitCount', 'custody.recount', 'custody.abandonCount'] end)), false) then
    raise exception 'a stop is lifted once: when the count is over, or the difference is explained' using errcode = '23514', constraint = 'custody_wrong_hand';
  end if;
  return new;
end $$;
create trigger checked before update on kernel.custody_stop for each row execute function kernel.check_stop();

-- How many serials lay at each place of this office at a moment, from the lines alone: what came in, less what went out.
create function kernel.custody_balance(of_kind text, of_edition text, moment timestamptz) returns table (place text, count bigint)
  language sql stable security definer set search_path = pg_catalog as $$
    select b.place, sum(b.n)::bigint from (
      select l.to_place as place, upper(l.serials) - lower(l.serials) as n from kernel.custody_line l
      where l.district = kernel.act_district() and l.kind = of_kind and l.edition = of_edition and l.at <= moment
      union all
      select l.from_place, lower(l.serials) - upper(l.serials) from kernel.custody_line l
      where l.district = kernel.act_district() and l.kind = of_kind and l.edition = of_edition and l.at <= moment and l.from_place is not null) b
    group by b.place having sum(b.n) <> 0
$$;
-- The same today, from the holdings: few rows however many lines.
create function kernel.custody_now(of_kind text, of_edition text) returns table (place text, serials int8range)
  language sql stable security definer set search_path = pg_catalog as $$
    select h.place, h.serials from kernel.custody_holding h
    where h.district = kernel.act_district() and h.kind = of_kind and h.edition = of_edition order by h.serials
$$;
-- The place of one serial; by its index, which the app's own look under row security cannot use.
create function kernel.where_is(of_kind text, of_edition text, serial bigint) returns text
  language sql stable security definer set search_path = pg_catalog as $$
    select h.place from kernel.custody_holding h
    where h.district = kernel.act_district() and h.kind = of_kind and h.edition = of_edition and h.serials @> serial
$$;

revoke execute on function kernel.lock_book(text, text, text, boolean), kernel.look_up(text, text, int8range, boolean), kernel.place_class(text),
  kernel.rehouse(text, text, text, int8range, text, text), kernel.check_line(kernel.custody_line),
  kernel.book_line(), kernel.keeping_duty(text), kernel.check_offer(), kernel.check_stop(), kernel.custody_balance(text, text, timestamptz),
  kernel.custody_now(text, text), kernel.where_is(text, text, bigint) from public;
grant execute on function kernel.look_up(text, text, int8range, boolean), kernel.custody_balance(text, text, timestamptz),
  kernel.custody_now(text, text), kernel.where_is(text, text, bigint) to mingbu_app;
grant execute on function kernel.book_line(), kernel.check_offer(), kernel.check_stop() to public;
