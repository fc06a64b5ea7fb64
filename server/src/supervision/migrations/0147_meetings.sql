-- 0147 review meetings: agenda from open findings, attendance, minutes that another confirms, decisions closed by somebody else
-- Why:    clauses 1.1 and 7.5: problems in the work are studied regularly, and what was decided is done.
-- Change: additive.  Locks: none.  Data: none.  Undo: drop the tables and functions while they are empty; afterwards go forward.

-- 研判会周期: how often an office meets; never more rarely than once a quarter.
create table supervision.meeting_pace (
  district  text not null references kernel.district,
  id        uuid not null default kernel.uuid7(),
  days      smallint not null check (days between 7 and 92),
  reason    text not null check (length(btrim(reason)) between 2 and 500),
  person_id uuid not null default kernel.act_person() references kernel.person,
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  primary key (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
create table supervision.meeting (
  district      text not null references kernel.district,
  id            uuid not null default kernel.uuid7(),
  year          smallint not null,
  no            int not null check (no > 0),
  held_on       date not null,
  place         text not null check (length(btrim(place)) between 2 and 100),
  topic         text not null check (length(btrim(topic)) between 2 and 200),
  open_findings int not null check (open_findings >= 0),
  person_id     uuid not null default kernel.act_person() references kernel.person,
  at            timestamptz not null default kernel.act_at(),
  act_id        uuid not null default kernel.act_id(),
  primary key (district, id),
  constraint meeting_number unique (district, year, no),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint meeting_not_backdated check (held_on >= (at at time zone 'Asia/Shanghai')::date)
);
-- 议程: the open findings as they stood when the meeting was called, the worst first. Nobody chooses them.
create table supervision.meeting_item (
  district   text not null,
  meeting_id uuid not null,
  no         smallint not null check (no > 0),
  finding_id uuid not null,
  state      text not null,
  late       boolean not null,
  act_id     uuid not null default kernel.act_id(),
  primary key (district, meeting_id, no),
  foreign key (district, meeting_id) references supervision.meeting,
  foreign key (district, finding_id) references kernel.finding,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
-- 签到: each for themselves, on the day.
create table supervision.meeting_attendance (
  district   text not null,
  meeting_id uuid not null,
  person_id  uuid not null default kernel.act_person() references kernel.person,
  at         timestamptz not null default kernel.act_at(),
  act_id     uuid not null default kernel.act_id(),
  constraint attended_once primary key (district, meeting_id, person_id),
  foreign key (district, meeting_id) references supervision.meeting,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
-- 纪要: by somebody who was there.
create table supervision.meeting_minutes (
  district   text not null,
  meeting_id uuid not null,
  no         smallint not null check (no > 0),
  body       text not null check (length(btrim(body)) between 2 and 20000),
  person_id  uuid not null default kernel.act_person(),
  at         timestamptz not null default kernel.act_at(),
  act_id     uuid not null default kernel.act_id(),
  constraint minutes_once primary key (district, meeting_id, no),
  unique (district, meeting_id, no, person_id),
  constraint minutes_by_attender foreign key (district, meeting_id, person_id) references supervision.meeting_attendance,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
-- 议定事项: each with its owner and its day, and the finding it is about.
create table supervision.meeting_decision (
  district   text not null,
  meeting_id uuid not null,
  minutes_no smallint not null,
  no         smallint not null check (no > 0),
  finding_id uuid,
  what       text not null check (length(btrim(what)) between 2 and 1000),
  owner_id   uuid not null references kernel.person,
  due_on     date not null,
  at         timestamptz not null default kernel.act_at(),
  act_id     uuid not null default kernel.act_id(),
  primary key (district, meeting_id, minutes_no, no),
  unique (district, meeting_id, minutes_no, no, owner_id),
  foreign key (district, meeting_id, minutes_no) references supervision.meeting_minutes (district, meeting_id, no),
  foreign key (district, finding_id) references kernel.finding,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint decision_due_later check (due_on > (at at time zone 'Asia/Shanghai')::date)
);
create index meeting_decision_owner on supervision.meeting_decision (district, owner_id);
create index meeting_decision_finding on supervision.meeting_decision (district, finding_id) where finding_id is not null;
-- 确认: by another who was there. Minutes that are not confirmed are written again.
create table supervision.meeting_confirmation (
  district   text not null,
  meeting_id uuid not null,
  minutes_no smallint not null,
  good       boolean not null,
  word       text not null check (length(btrim(word)) between 2 and 500),
  written_by uuid not null,
  person_id  uuid not null default kernel.act_person(),
  at         timestamptz not null default kernel.act_at(),
  act_id     uuid not null default kernel.act_id(),
  constraint minutes_confirmed_once primary key (district, meeting_id, minutes_no),
  unique (district, meeting_id, minutes_no, good),
  foreign key (district, meeting_id, minutes_no, written_by) references supervision.meeting_minutes (district, meeting_id, no, person_id),
  constraint confirmed_by_attender foreign key (district, meeting_id, person_id) references supervision.meeting_attendance,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint confirmed_by_another check (person_id <> written_by)
);
-- 落实情况: by its owner, with evidence.
create table supervision.decision_report (
  district    text not null,
  meeting_id  uuid not null,
  minutes_no  smallint not null,
  decision_no smallint not null,
  no          smallint not null check (no > 0),
  confirmed   boolean not null default true check (confirmed),
  done        text not null check (length(btrim(done)) between 2 and 2000),
  files       text[] not null check (cardinality(files) between 1 and 20),
  person_id   uuid not null default kernel.act_person(),
  at          timestamptz not null default kernel.act_at(),
  act_id      uuid not null default kernel.act_id(),
  constraint reported_once primary key (district, meeting_id, minutes_no, decision_no, no),
  unique (district, meeting_id, minutes_no, decision_no, no, person_id),
  constraint reported_by_owner foreign key (district, meeting_id, minutes_no, decision_no, person_id)
    references supervision.meeting_decision (district, meeting_id, minutes_no, no, owner_id),
  constraint reported_of_confirmed foreign key (district, meeting_id, minutes_no, confirmed)
    references supervision.meeting_confirmation (district, meeting_id, minutes_no, good),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
-- 销项: by somebody else.
create table supervision.decision_check (
  district    text not null,
  meeting_id  uuid not null,
  minutes_no  smallint not null,
  decision_no smallint not null,
  no          smallint not null,
  good        boolean not null,
  word        text not null check (length(btrim(word)) between 2 and 500),
  reported_by uuid not null,
  person_id   uuid not null default kernel.act_person() references kernel.person,
  at          timestamptz not null default kernel.act_at(),
  act_id      uuid not null default kernel.act_id(),
  constraint decision_checked_once primary key (district, meeting_id, minutes_no, decision_no, no),
  foreign key (district, meeting_id, minutes_no, decision_no, no, reported_by)
    references supervision.decision_report (district, meeting_id, minutes_no, decision_no, no, person_id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint decision_checked_by_another check (person_id <> reported_by)
);
create unique index decision_closed_once on supervision.decision_check (district, meeting_id, minutes_no, decision_no) where good;

do $$
declare
  t text;
  acts jsonb := jsonb_build_object('meeting_pace', 'meeting.setPace', 'meeting', 'meeting.convene', 'meeting_item', 'meeting.convene', 'meeting_attendance', 'meeting.attend',
    'meeting_minutes', 'meeting.minutes', 'meeting_decision', 'meeting.minutes', 'meeting_confirmation', 'meeting.confirm', 'decision_report', 'meeting.report',
    'decision_check', 'meeting.check');
begin
  foreach t in array array['meeting_pace', 'meeting', 'meeting_item', 'meeting_attendance', 'meeting_minutes', 'meeting_decision', 'meeting_confirmation',
    'decision_report', 'decision_check'] loop
    execute format('call kernel.protect(%L, true)', 'supervision.' || t);
    execute format('create trigger only_in before insert on supervision.%I for each row execute function supervision.only_in(%L)', t, acts ->> t);
  end loop;
end $$;
grant insert (district, days, reason) on supervision.meeting_pace to mingbu_app;
grant insert (district, meeting_id) on supervision.meeting_attendance to mingbu_app;
grant insert (district, meeting_id, no, body) on supervision.meeting_minutes to mingbu_app;
grant insert (district, meeting_id, minutes_no, no, finding_id, what, owner_id, due_on) on supervision.meeting_decision to mingbu_app;
grant insert (district, meeting_id, minutes_no, good, word, written_by) on supervision.meeting_confirmation to mingbu_app;
grant insert (district, meeting_id, minutes_no, decision_no, no, confirmed, done, files) on supervision.decision_report to mingbu_app;
grant insert (district, meeting_id, minutes_no, decision_no, no, good, word, reported_by) on supervision.decision_check to mingbu_app;

-- One signs in on the day of the meeting, and before its minutes are confirmed.
create function supervision.attends() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if not exists (select from supervision.meeting m where m.district = new.district and m.id = new.meeting_id and m.held_on = kernel.day_of(new.at))
    or exists (select from supervision.meeting_confirmation c where c.district = new.district and c.meeting_id = new.meeting_id and c.good) then
    raise exception 'one attends on the day' using errcode = '23514', constraint = 'attended_on_the_day';
  end if;
  return new;
end $$;
create trigger attends before insert on supervision.meeting_attendance for each row execute function supervision.attends();
-- Minutes are the first, or follow some that were not confirmed.
create function supervision.minutes_follow() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare last int;
begin
  perform pg_advisory_xact_lock(hashtextextended('minutes ' || new.meeting_id, 0));
  select coalesce(max(m.no), 0) into last from supervision.meeting_minutes m where m.district = new.district and m.meeting_id = new.meeting_id;
  if new.no <> last + 1 or (last > 0 and not exists (
    select from supervision.meeting_confirmation c where c.district = new.district and c.meeting_id = new.meeting_id and c.minutes_no = last and not c.good)) then
    raise exception 'minutes follow those that were not confirmed' using errcode = '23514', constraint = 'minutes_follow';
  end if;
  return new;
end $$;
create trigger minutes_follow before insert on supervision.meeting_minutes for each row execute function supervision.minutes_follow();

-- Calls a meeting; its agenda is every open finding of the office, the worst and the latest first, as far as two hundred go.
create function supervision.convene(held date, place_ text, topic_ text) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); m supervision.meeting; images jsonb;
begin
  if t.act_type is distinct from 'meeting.convene' then raise exception 'a meeting is called in its own act' using errcode = 'MB147'; end if;
  perform pg_advisory_xact_lock(hashtextextended('meetings ' || t.district, 0));
  insert into supervision.meeting (district, year, no, held_on, place, topic, open_findings)
    select t.district, extract(year from held), coalesce((select max(x.no) from supervision.meeting x where x.district = t.district and x.year = extract(year from held)), 0) + 1,
      held, place_, topic_, (select count(*) from kernel.finding f where f.district = t.district and f.state <> 'closed')
    returning * into m;
  images := jsonb_build_array(people.written('supervision.meeting', to_jsonb(m)));
  with made as (
    insert into supervision.meeting_item (district, meeting_id, no, finding_id, state, late)
      select t.district, m.id, row_number() over (order by f.rank, f.late desc, f.due_on nulls last, f.id), f.id, f.state, f.late
      from (select f.*, coalesce(f.due_on < kernel.day_of(kernel.now()), false) and f.state in ('noticed', 'planned') as late,
          array_position(array['critical', 'high', 'medium', 'low'], f.severity) as rank
        from kernel.finding f where f.district = t.district and f.state <> 'closed'
        order by rank, late desc, f.due_on nulls last, f.id limit 200) f
    returning *)
  select images || coalesce(jsonb_agg(people.written('supervision.meeting_item', to_jsonb(made)) order by made.no), '[]') into images from made;
  return jsonb_build_object('id', m.id, 'no', m.no, 'images', images);
end $$;
revoke execute on function supervision.attends(), supervision.minutes_follow(), supervision.convene(date, text, text) from public;
grant execute on function supervision.convene(date, text, text) to mingbu_app;
