-- 0141 window duty: rota with swaps, signing in and out at the window, what was seen there, and the hours it is measured in
-- Why:    clauses 3.1 to 3.4: leaders sit at the window for half a working day, at a named post, sign what they handle, and say what is
--         wrong. Times are the database's own, minutes are counted by it; nobody enters either.
-- Change: additive.  Locks: none.  Data: one line of hours.  Undo: drop the tables and functions; afterwards go forward.

-- Hours of the windows and what half a working day is, since when, and where that is from.
create table supervision.window_hours (
  since        date primary key,
  am_from      time not null,
  am_to        time not null check (am_to > am_from),
  pm_from      time not null check (pm_from >= am_to),
  pm_to        time not null check (pm_to > pm_from),
  half_minutes smallint not null check (half_minutes between 60 and 300),
  source       text not null
);
insert into supervision.window_hours values ('2000-01-01', '08:30', '12:00', '13:30', '17:00', 210,
  '窗口作息时间 8:30—12:00、13:30—17:00，合计 420 分钟；“半个工作日”（通知第三条）取其一半，210 分钟。作息时间为示例机构的内部规定，上线时按本机构的规定改。');
grant select on supervision.window_hours to mingbu_app, mingbu_auditor;

-- Days that are not what their day of the week says; filled from the published calendar when the server starts.
create table supervision.calendar_day (
  day     date primary key,
  working boolean not null
);
grant select on supervision.calendar_day to mingbu_app, mingbu_auditor;

create function supervision.is_working_day(day_ date) returns boolean
  language sql stable security definer set search_path = pg_catalog as $$
    select coalesce((select c.working from supervision.calendar_day c where c.day = day_), extract(isodow from day_) < 6)
$$;
create function supervision.window_hours_of(day_ date) returns supervision.window_hours
  language sql stable security definer set search_path = pg_catalog as $$
    select h from supervision.window_hours h where h.since <= day_ order by h.since desc limit 1
$$;
-- A time of day in Ningbo as a moment.
create function supervision.moment(day_ date, time_ time) returns timestamptz
  language sql immutable set search_path = pg_catalog
  as $$ select (day_ + time_) at time zone 'Asia/Shanghai' $$;
-- Beginning and end of a half-day, and when the windows close.
create function supervision.window_half(day_ date, half text) returns tstzrange
  language sql stable security definer set search_path = pg_catalog as $$
    select case half when 'am' then tstzrange(supervision.moment(day_, h.am_from), supervision.moment(day_, h.am_to))
      else tstzrange(supervision.moment(day_, h.pm_from), supervision.moment(day_, h.pm_to)) end
    from supervision.window_hours_of(day_) h
$$;
create function supervision.window_closing(day_ date) returns timestamptz
  language sql stable security definer set search_path = pg_catalog
  as $$ select upper(supervision.window_half(day_, 'pm')) $$;
-- Whole minutes of a time that lie within the hours of the day it began on.
create function supervision.window_minutes(from_ timestamptz, to_ timestamptz) returns integer
  language sql stable security definer set search_path = pg_catalog as $$
    select coalesce(floor(sum(extract(epoch from greatest(least(to_, upper(h)) - greatest(from_, lower(h)), interval '0'))) / 60), 0)::int
    from unnest(array['am', 'pm']) half cross join lateral supervision.window_half(kernel.day_of(from_), half) h
$$;

---------------------------------------------------------------------------------------------------
-- Rota (排班): who sits at which window, in which post, on which half-day.
---------------------------------------------------------------------------------------------------
create table supervision.window_rota (
  district   text not null references kernel.district,
  id         uuid not null default kernel.uuid7(),
  person_id  uuid not null references kernel.person,
  duty       text not null references kernel.duty,
  window_no  smallint not null check (window_no between 1 and 99),
  day        date not null,
  half       text not null check (half in ('am', 'pm')),
  need       text check (length(btrim(need)) between 2 and 200),
  state      text not null default 'planned' check (state in ('planned', 'cancelled')),
  reason     text check (length(btrim(reason)) between 2 and 500),
  planned_by uuid not null default kernel.act_person() references kernel.person,
  at         timestamptz not null default kernel.act_at(),
  act_id     uuid not null default kernel.act_id(),
  primary key (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint window_rota_need check (duty = 'acceptance' or need is not null),
  constraint window_rota_cancelled check ((state = 'cancelled') = (reason is not null))
);
create unique index window_rota_one_at_a_window on supervision.window_rota (district, day, half, duty, window_no) where state = 'planned';
create unique index window_rota_person_once on supervision.window_rota (district, person_id, day, half) where state = 'planned';
create index window_rota_person on supervision.window_rota (person_id, day);
call kernel.protect('supervision.window_rota', false);
grant insert (district, person_id, duty, window_no, day, half, need), update (person_id, state, reason) on supervision.window_rota to mingbu_app;

-- Swaps (调班): asked by one, accepted by the other, confirmed by a third.
create table supervision.window_swap (
  district    text not null,
  id          uuid not null default kernel.uuid7(),
  rota_id     uuid not null,
  other_id    uuid not null,
  asked_by    uuid not null default kernel.act_person() references kernel.person,
  asked_of    uuid not null references kernel.person,
  reason      text not null check (length(btrim(reason)) between 2 and 500),
  state       text not null default 'asked' check (state in ('asked', 'accepted', 'declined', 'confirmed', 'refused')),
  at          timestamptz not null default kernel.act_at(),
  answered_at timestamptz,
  decided_by  uuid references kernel.person,
  decided_at  timestamptz,
  act_id      uuid not null default kernel.act_id(),
  primary key (district, id),
  foreign key (district, rota_id) references supervision.window_rota,
  foreign key (district, other_id) references supervision.window_rota,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint window_swap_of_two check (asked_by <> asked_of and rota_id <> other_id),
  constraint window_swap_by_a_third check (decided_by not in (asked_by, asked_of))
);
create unique index window_swap_once on supervision.window_swap (district, rota_id) where state in ('asked', 'accepted');
call kernel.protect('supervision.window_swap', false);
grant insert (district, rota_id, other_id, asked_of, reason), update (state) on supervision.window_swap to mingbu_app;

-- What keeps somebody from a turn: no leader, no window post, a day off, a day that is over, leave, or a turn elsewhere.
create function supervision.rota_problem(of_district text, who uuid, of_duty text, of_day date, of_half text, except_id uuid) returns text
  language plpgsql stable security definer set search_path = pg_catalog as $$
begin
  if not people.window_leader(who, of_district, kernel.now()) then return 'window_rota_leader'; end if;
  if not exists (select from people.window_part w where w.duty = of_duty and w.part = 'post') then return 'window_rota_post'; end if;
  if not supervision.is_working_day(of_day) then return 'window_rota_working_day'; end if;
  if upper(supervision.window_half(of_day, of_half)) <= kernel.now() then return 'window_rota_ahead'; end if;
  if exists (select from people.absence a where a.person_id = who and a.withdrawn_at is null and a.during && supervision.window_half(of_day, of_half)) then
    return 'window_rota_away';
  end if;
  if exists (select from supervision.window_rota r where r.person_id = who and r.day = of_day and r.half = of_half and r.state = 'planned'
      and r.id is distinct from except_id) then
    return 'window_rota_person_once';
  end if;
  return null;
end $$;
create function supervision.guard_rota() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); wrong text;
begin
  if session_user <> 'mingbu_app' then return new; end if;
  if tg_op = 'UPDATE' and new.person_id = old.person_id then
    if old.state <> 'planned' or new.state <> 'cancelled' or t.act_type is distinct from 'window.cancelTurn' then
      raise exception 'a planned turn is only cancelled, by its own act' using errcode = 'MB141';
    end if;
    return new;
  elsif tg_op = 'UPDATE' then
    if t.act_type is distinct from 'window.decideSwap' or new.state <> 'planned' or old.state <> 'planned' or not exists (
        select from supervision.window_swap s where s.district = old.district and s.state = 'confirmed' and s.decided_by = t.person_id and s.decided_at = t.at
          and ((s.rota_id = old.id and s.asked_by = old.person_id and s.asked_of = new.person_id)
            or (s.other_id = old.id and s.asked_of = old.person_id and s.asked_by = new.person_id))) then
      raise exception 'a turn passes to somebody else only by a swap that was confirmed' using errcode = 'MB141';
    end if;
  elsif t.act_type is distinct from 'window.plan' then
    raise exception 'turns are planned only by their own act' using errcode = 'MB141';
  end if;
  -- Of two offices that plan the same leader at once, the second waits.
  perform pg_advisory_xact_lock(hashtextextended('rota ' || new.person_id || new.day, 0));
  wrong := supervision.rota_problem(new.district, new.person_id, new.duty, new.day, new.half, new.id);
  case wrong
    when 'window_rota_leader' then raise exception 'no leader who does duty here' using errcode = '23514', constraint = 'window_rota_leader';
    when 'window_rota_post' then raise exception 'no post for window duty' using errcode = '23514', constraint = 'window_rota_post';
    when 'window_rota_working_day' then raise exception 'no working day' using errcode = '23514', constraint = 'window_rota_working_day';
    when 'window_rota_ahead' then raise exception 'that half-day is over' using errcode = '23514', constraint = 'window_rota_ahead';
    when 'window_rota_away' then raise exception 'on leave then' using errcode = '23514', constraint = 'window_rota_away';
    when 'window_rota_person_once' then raise exception 'another turn then' using errcode = '23514', constraint = 'window_rota_person_once';
    else null;
  end case;
  return new;
end $$;
create trigger guarded before insert or update on supervision.window_rota for each row execute function supervision.guard_rota();

create function supervision.guard_swap() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if session_user <> 'mingbu_app' then return new; end if;
  if tg_op = 'INSERT' then
    if t.act_type is distinct from 'window.askSwap' or (select count(*) from supervision.window_rota r where r.district = new.district and r.state = 'planned'
        and (r.id = new.rota_id and r.person_id = t.person_id or r.id = new.other_id and r.person_id = new.asked_of)) <> 2 then
      raise exception 'a swap is asked for by who has one turn, of who has the other' using errcode = 'MB142';
    end if;
    return new;
  end if;
  if not coalesce(case new.state
      when 'accepted' then old.state = 'asked' and t.act_type = 'window.answerSwap' and t.person_id = old.asked_of
      when 'declined' then old.state = 'asked' and t.act_type = 'window.answerSwap' and t.person_id in (old.asked_of, old.asked_by)
      else old.state = 'accepted' and t.act_type = 'window.decideSwap' end, false) then
    raise exception 'a swap does not become % like this', new.state using errcode = 'MB142';
  end if;
  if old.state = 'asked' then new.answered_at := t.at;
  else new.decided_by := t.person_id; new.decided_at := t.at;
  end if;
  return new;
end $$;
create trigger guarded before insert or update on supervision.window_swap for each row execute function supervision.guard_swap();

---------------------------------------------------------------------------------------------------
-- Sittings (坐班): signed in by oneself, ended by signing out or by the closing of the windows; each its own row of its own act.
---------------------------------------------------------------------------------------------------
create table supervision.window_turn (
  district     text not null references kernel.district,
  id           uuid not null default kernel.uuid7(),
  temporary_id uuid not null,
  rota_id      uuid,
  duty         text not null,
  window_no    smallint not null check (window_no between 1 and 99),
  need         text check (length(btrim(need)) between 2 and 200),
  person_id    uuid not null default kernel.act_person() references kernel.person,
  at           timestamptz not null default kernel.act_at(),
  act_id       uuid not null default kernel.act_id(),
  primary key (district, id),
  constraint window_turn_once unique (district, temporary_id),
  constraint window_turn_of_rota unique (district, rota_id),
  foreign key (district, temporary_id) references people.temporary_duty,
  foreign key (district, rota_id) references supervision.window_rota,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint window_turn_need check (duty = 'acceptance' or need is not null)
);
create index window_turn_person on supervision.window_turn (person_id, at);
create table supervision.window_end (
  district text not null,
  turn_id  uuid not null,
  ended_at timestamptz not null,
  minutes  integer not null check (minutes between 0 and 720),
  how      text not null check (how in ('signed_out', 'closing')),
  at       timestamptz not null default kernel.act_at(),
  act_id   uuid not null default kernel.act_id(),
  constraint window_end_once primary key (district, turn_id),
  foreign key (district, turn_id) references supervision.window_turn,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
-- 坐班情况: the self-check (着装、作息、操作规范) and, unless something was found, that nothing was.
create table supervision.window_statement (
  district  text not null,
  turn_id   uuid not null,
  dress     boolean not null,
  hours     boolean not null,
  procedure boolean not null,
  note      text check (length(btrim(note)) between 2 and 500),
  none_seen boolean not null,
  person_id uuid not null default kernel.act_person() references kernel.person,
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  constraint window_statement_once primary key (district, turn_id),
  foreign key (district, turn_id) references supervision.window_end,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint window_statement_note check ((dress and hours and procedure) or note is not null)
);
-- Problems seen at the window, each a finding that goes the way of all findings.
create table supervision.window_raised (
  district   text not null,
  turn_id    uuid not null,
  finding_id uuid not null,
  act_id     uuid not null default kernel.act_id(),
  primary key (district, finding_id),
  foreign key (district, turn_id) references supervision.window_turn,
  foreign key (district, finding_id) references kernel.finding,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
create index window_raised_turn on supervision.window_raised (district, turn_id);

do $$
declare t text;
begin
  foreach t in array array['turn', 'end', 'statement', 'raised'] loop
    execute format('call kernel.protect(%L, true)', 'supervision.window_' || t);
  end loop;
end $$;
grant insert (district, temporary_id, rota_id, duty, window_no, need) on supervision.window_turn to mingbu_app;
grant insert (district, turn_id) on supervision.window_end to mingbu_app;
grant insert (district, turn_id, dress, hours, procedure, note, none_seen) on supervision.window_statement to mingbu_app;
grant insert (district, turn_id, finding_id) on supervision.window_raised to mingbu_app;

-- Signed in by whoever holds the post at this moment, at the post and window that were planned, on a working day before closing.
create function supervision.guard_turn() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); g kernel.duty_grant; r supervision.window_rota;
begin
  if session_user <> 'mingbu_app' then return new; end if;
  if t.act_type is distinct from 'window.signIn' then raise exception 'one signs in only by its own act' using errcode = 'MB143'; end if;
  select * into g from kernel.duty_grant x where x.district = new.district and x.temporary_id = new.temporary_id and x.temporary = 'window';
  if g.person_id is distinct from t.person_id or g.duty is distinct from new.duty or not coalesce(g.during @> t.at, false) then
    raise exception 'who signs in holds the post at this moment' using errcode = '23514', constraint = 'window_turn_held';
  end if;
  if not supervision.is_working_day(kernel.day_of(t.at)) or t.at >= supervision.window_closing(kernel.day_of(t.at)) then
    raise exception 'the windows are closed' using errcode = '23514', constraint = 'window_turn_open_hours';
  end if;
  if new.rota_id is not null then
    select * into r from supervision.window_rota x where x.district = new.district and x.id = new.rota_id;
    if (r.person_id, r.day, r.state) is distinct from (t.person_id, kernel.day_of(t.at), 'planned')
      or (r.duty, r.window_no) is distinct from (new.duty, new.window_no) then
      raise exception 'the turn is not the one that was planned' using errcode = '23514', constraint = 'window_turn_as_planned';
    end if;
  elsif exists (select from supervision.window_rota x where x.person_id = t.person_id and x.day = kernel.day_of(t.at) and x.state = 'planned'
      and t.at >= lower(supervision.window_half(x.day, x.half)) - interval '1 hour' and t.at < upper(supervision.window_half(x.day, x.half)) and x.district = new.district
      and not exists (select from supervision.window_turn w where w.district = x.district and w.rota_id = x.id)) then
    raise exception 'the turn that was planned comes first' using errcode = '23514', constraint = 'window_turn_as_planned';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('turn ' || t.person_id, 0));
  if exists (select from supervision.window_turn w where w.person_id = t.person_id
      and not exists (select from supervision.window_end e where e.district = w.district and e.turn_id = w.id)) then
    raise exception 'another turn is not ended' using errcode = '23514', constraint = 'window_turn_one_open';
  end if;
  return new;
end $$;
create trigger guarded before insert on supervision.window_turn for each row execute function supervision.guard_turn();

-- When a turn ends is found here, whatever is sent: as one signs out, as the duty ends, or as the windows close, whichever comes first.
create function supervision.guard_end() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); w supervision.window_turn; held timestamptz; closes timestamptz;
begin
  if session_user <> 'mingbu_app' then return new; end if;
  select * into w from supervision.window_turn x where x.district = new.district and x.id = new.turn_id;
  closes := supervision.window_closing(kernel.day_of(w.at));
  select upper(g.during) into held from kernel.duty_grant g where g.district = w.district and g.temporary_id = w.temporary_id;
  if t.act_type = 'window.signOut' then
    if t.person_id is distinct from w.person_id then
      raise exception 'one signs out oneself' using errcode = '23514', constraint = 'window_end_oneself';
    end if;
  elsif t.act_type is distinct from 'window.watch' or t.at <= closes then
    raise exception 'a turn ends as its own acts say' using errcode = 'MB144';
  end if;
  new.ended_at := greatest(w.at, least(t.at, held, closes));
  new.minutes := supervision.window_minutes(w.at, new.ended_at);
  new.how := case when t.act_type = 'window.signOut' and t.at <= closes then 'signed_out' else 'closing' end;
  return new;
end $$;
create trigger guarded before insert on supervision.window_end for each row execute function supervision.guard_end();

create function supervision.guard_statement() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if session_user <> 'mingbu_app' then return new; end if;
  if t.act_type is distinct from 'window.signOut' or not exists (
      select from supervision.window_turn w where w.district = new.district and w.id = new.turn_id and w.person_id = t.person_id) then
    raise exception 'what was seen at the window is said by who sat there' using errcode = 'MB144';
  end if;
  if new.none_seen = exists (select from supervision.window_raised r where r.district = new.district and r.turn_id = new.turn_id) then
    raise exception 'either problems were seen, or it is said that none were' using errcode = '23514', constraint = 'window_statement_either';
  end if;
  return new;
end $$;
create trigger guarded before insert on supervision.window_statement for each row execute function supervision.guard_statement();

create function supervision.guard_raised() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if session_user <> 'mingbu_app' then return new; end if;
  if t.act_type is distinct from 'window.raise'
    or not exists (select from supervision.window_turn w where w.district = new.district and w.id = new.turn_id and w.person_id = t.person_id)
    or exists (select from supervision.window_statement s where s.district = new.district and s.turn_id = new.turn_id)
    or not exists (select from kernel.finding f where f.district = new.district and f.id = new.finding_id and f.act_id = t.act_id) then
    raise exception 'a problem is raised by who sits there, before the turn is stated' using errcode = 'MB144';
  end if;
  return new;
end $$;
create trigger guarded before insert on supervision.window_raised for each row execute function supervision.guard_raised();

-- Every turn of an office, and of those who have a post in it wherever they sat, with what it counts for: half a working day, at least one
-- case signed, and a statement. Nothing of this is stored, so nothing of it can be entered.
create function supervision.window_sittings_of(in_district text) returns table (
    district text, id uuid, person_id uuid, duty text, window_no smallint, rota_id uuid, began timestamptz, ended_at timestamptz, minutes integer, how text,
    signed integer, raised integer, stated boolean, half_minutes smallint, counts boolean, act_id uuid)
  language plpgsql stable security definer set search_path = pg_catalog as $$
#variable_conflict use_column
begin
  return query
    select w.district, w.id, w.person_id, w.duty, w.window_no, w.rota_id, w.at, e.ended_at, e.minutes, e.how, g.n, r.n, s.turn_id is not null, h.half_minutes,
      coalesce(e.minutes >= h.half_minutes and g.n > 0 and s.turn_id is not null, false), s.act_id
    from supervision.window_turn w
      cross join lateral supervision.window_hours_of(kernel.day_of(w.at)) h
      left join supervision.window_end e on e.district = w.district and e.turn_id = w.id
      left join supervision.window_statement s on s.district = w.district and s.turn_id = w.id
      cross join lateral (select count(*)::int as n from cases.window_signature x where x.district = w.district and x.turn_id = w.id) g
      cross join lateral (select count(*)::int as n from supervision.window_raised x where x.district = w.district and x.turn_id = w.id) r
    where w.district = in_district or w.person_id in (select x.person_id from people.holding x where x.district = in_district)
    order by w.at, w.id;
end $$;
create function supervision.window_sittings(in_district text) returns table (
    district text, id uuid, person_id uuid, duty text, window_no smallint, rota_id uuid, began timestamptz, ended_at timestamptz, minutes integer, how text,
    signed integer, raised integer, stated boolean, half_minutes smallint, counts boolean, act_id uuid)
  language sql stable security definer set search_path = pg_catalog
  as $$ select * from supervision.window_sittings_of(in_district) where people.sees_office(in_district) $$;
revoke execute on function supervision.is_working_day(date), supervision.window_hours_of(date), supervision.moment(date, time), supervision.window_half(date, text),
  supervision.window_closing(date), supervision.window_minutes(timestamptz, timestamptz), supervision.rota_problem(text, uuid, text, date, text, uuid),
  supervision.guard_rota(), supervision.guard_swap(), supervision.guard_turn(), supervision.guard_end(), supervision.guard_statement(), supervision.guard_raised(),
  supervision.window_sittings_of(text), supervision.window_sittings(text) from public;
grant execute on function supervision.is_working_day(date), supervision.window_hours_of(date), supervision.moment(date, time), supervision.window_half(date, text),
  supervision.window_closing(date), supervision.window_minutes(timestamptz, timestamptz), supervision.window_sittings(text) to mingbu_app, mingbu_auditor;
grant execute on function supervision.rota_problem(text, uuid, text, date, text, uuid) to mingbu_app;
