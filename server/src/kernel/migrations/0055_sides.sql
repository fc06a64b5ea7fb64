-- 0055 sides: certificates and seals are not in one hand on one day
-- Why:    clause 4.6. The static matrix keeps the duties apart at one moment; a change of post at noon would still put both
--         into one hand on one day. So the day is kept, for duties held and for what went through hands.
-- Change: additive.  Locks: kernel.duty_grant, kernel.custody_line, briefly.
-- Data:   days of existing grants and lines are filled in.  Undo: drop triggers and tables; afterwards go forward.

-- Which duty lies on which side; filled from the one duty table in code when the server starts.
create table kernel.duty_side (
  duty text primary key references kernel.duty,
  side text not null check (side in ('certificate', 'seal'))
);
grant select on kernel.duty_side to mingbu_app, mingbu_auditor;

create function kernel.day_of(at timestamptz) returns date
  language sql stable set search_path = pg_catalog
  as $$ select (at at time zone 'Asia/Shanghai')::date $$;
-- Every day a grant touches, as the office counts days: to its last moment, which is before its upper bound.
create function kernel.days_of(during tstzrange) returns daterange
  language sql stable set search_path = pg_catalog
  as $$ select daterange(kernel.day_of(lower(during)), kernel.day_of(upper(during) - interval '1 microsecond') + 1, '[)') $$;
grant execute on function kernel.day_of(timestamptz), kernel.days_of(tstzrange) to mingbu_app, mingbu_auditor;

create table kernel.duty_grant_side (
  district  text not null,
  grant_id  uuid not null,
  person_id uuid not null,
  side      text not null,
  days      daterange not null,
  primary key (district, grant_id),
  foreign key (district, grant_id) references kernel.duty_grant (district, id),
  constraint duty_sides_one_day exclude using gist (person_id with =, side with <>, days with &&)
);
grant select on kernel.duty_grant_side to mingbu_app, mingbu_auditor;
create function kernel.spread_side() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  insert into kernel.duty_grant_side as s (district, grant_id, person_id, side, days)
  select new.district, new.id, new.person_id, d.side, kernel.days_of(new.during) from kernel.duty_side d where d.duty = new.duty
  on conflict (district, grant_id) do update set days = excluded.days;
  return null;
end $$;
revoke execute on function kernel.spread_side() from public;
create trigger duty_grant_spread_side after insert or update on kernel.duty_grant
  for each row execute function kernel.spread_side();

-- Through whose hands certificates or seals went on a day: who kept them, who printed, who sealed. The primary key is the
-- rule: one person, one day, one side, in the whole city.
create table kernel.keeper_day (
  person_id uuid not null,
  day       date not null,
  side      text not null check (side in ('certificate', 'seal')),
  constraint keeper_one_side_a_day primary key (person_id, day),
  unique (person_id, day, side)
);
grant select on kernel.keeper_day to mingbu_app, mingbu_auditor;
create function kernel.side_of_kind(kind text) returns text
  language sql immutable set search_path = pg_catalog
  as $$ select case when kind in ('certificate', 'proof') then 'certificate' when kind = 'seal' then 'seal' end $$;
grant execute on function kernel.side_of_kind(text) to mingbu_auditor;
create function kernel.keep_day() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare side_ text := kernel.side_of_kind(new.kind); hand text;
begin
  foreach hand in array array[new.from_place, new.to_place] loop
    continue when side_ is null or hand is null or hand not like 'person:%';
    if exists (select from kernel.custody_holding h where h.place = hand and kernel.side_of_kind(h.kind) <> side_) then
      raise exception 'this person keeps what lies on the other side' using errcode = '23P01', constraint = 'keeper_one_side_a_day';
    end if;
    insert into kernel.keeper_day values (substring(hand from 8)::uuid, kernel.day_of(new.at), side_)
    on conflict (person_id, day, side) do nothing;
  end loop;
  return null;
end $$;
revoke execute on function kernel.keep_day() from public;
create trigger keeps_day after insert on kernel.custody_line for each row execute function kernel.keep_day();
insert into kernel.keeper_day
select distinct substring(p from 8)::uuid, kernel.day_of(l.at), kernel.side_of_kind(l.kind)
from kernel.custody_line l, unnest(array[l.from_place, l.to_place]) p where p like 'person:%' and kernel.side_of_kind(l.kind) is not null
on conflict do nothing;
