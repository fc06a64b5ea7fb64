-- 0177 inspection changes: a visit is called off, and a member replaced, as one asks and another decides
-- Why:    clauses 1.2, 7.1, 7.2: whoever calls off a visit alone, or puts a friend in the team, decides what is found.
-- Change: two tables; members who replace are written by inspection.decideChange.  Locks: tables of inspections, briefly.
-- Data:   teams that stand keep who is in them.  Undo: drop while empty; check_member and announced_inspections as in 0151.

-- 变更申请: 取消 of an approved plan, or 替换成员. It lies with the office that inspects: a covert visit called off was never to be seen.
create table supervision.inspection_change (
  district      text not null,
  inspection_id uuid not null,
  no            smallint not null check (no > 0),
  what          text not null check (what in ('cancel', 'replace')),
  leaves        uuid,
  joins         uuid references kernel.person,
  reason        text not null check (length(btrim(reason)) between 2 and 500),
  person_id     uuid not null default kernel.act_person() references kernel.person,
  at            timestamptz not null default kernel.act_at(),
  act_id        uuid not null default kernel.act_id(),
  constraint change_numbered primary key (district, inspection_id, no),
  unique (district, inspection_id, no, person_id),
  foreign key (district, inspection_id) references supervision.inspection,
  foreign key (district, inspection_id, leaves) references supervision.inspection_member,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint change_names check (case what when 'replace' then leaves is not null and joins is not null and leaves <> joins else leaves is null and joins is null end),
  constraint member_by_third check (person_id is distinct from leaves and person_id is distinct from joins)
);
create table supervision.inspection_change_decision (
  district      text not null,
  inspection_id uuid not null,
  no            smallint not null,
  asked_by      uuid not null,
  approved      boolean not null,
  word          text not null check (length(btrim(word)) between 2 and 500),
  person_id     uuid not null default kernel.act_person() references kernel.person,
  at            timestamptz not null default kernel.act_at(),
  act_id        uuid not null default kernel.act_id(),
  constraint change_decided_once primary key (district, inspection_id, no),
  foreign key (district, inspection_id, no, asked_by) references supervision.inspection_change (district, inspection_id, no, person_id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint change_by_another check (person_id <> asked_by)
);
call kernel.protect('supervision.inspection_change', true);
call kernel.protect('supervision.inspection_change_decision', true);
create trigger only_in before insert on supervision.inspection_change for each row
  execute function supervision.only_in('inspection.cancel', 'inspection.replaceMember');
create trigger only_in before insert on supervision.inspection_change_decision for each row execute function supervision.only_in('inspection.decideChange');
drop trigger only_in on supervision.inspection_member;
create trigger only_in before insert on supervision.inspection_member for each row
  execute function supervision.only_in('inspection.plan', 'inspection.decideChange');
grant insert (district, inspection_id, no, what, leaves, joins, reason) on supervision.inspection_change to mingbu_app;
grant insert (district, inspection_id, no, asked_by, approved, word) on supervision.inspection_change_decision to mingbu_app;

-- Asked as whoever asks: row-level security hides it from who may not see the plan.
create function supervision.inspection_cancelled(of_district text, of_id uuid) returns boolean
  language sql stable set search_path = pg_catalog as $$
    select exists (select from supervision.inspection_change c
      join supervision.inspection_change_decision d on d.district = c.district and d.inspection_id = c.inspection_id and d.no = c.no and d.approved
      where c.district = of_district and c.inspection_id = of_id and c.what = 'cancel')
$$;
-- Scores saved, or files drawn: from then on it is not called off. That there are some is told to who inspects, not which.
create function supervision.inspection_begun(of_district text, of_id uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog as $$
    select (session_user <> 'mingbu_app' or kernel.act_district() = of_district or kernel.may_read_all())
      and (exists (select from supervision.inspection_score s where s.district = of_district and s.inspection_id = of_id)
        or exists (select from supervision.inspection_draw w where w.district = of_district and w.inspection_id = of_id))
$$;

-- Nothing more is written of what was called off.
create function supervision.check_not_cancelled() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('inspection ' || new.inspection_id, 0));
  if supervision.inspection_cancelled(new.district, new.inspection_id) then
    raise exception 'it was called off' using errcode = '23514', constraint = 'inspection_cancelled';
  end if;
  return new;
end $$;
create trigger a_not_cancelled before insert on supervision.inspection_score for each row execute function supervision.check_not_cancelled();
create trigger a_not_cancelled before insert on supervision.inspection_reading for each row execute function supervision.check_not_cancelled();
create trigger a_not_cancelled before insert on supervision.inspection_draw for each row execute function supervision.check_not_cancelled();
create trigger a_not_cancelled before insert on supervision.inspection_change for each row execute function supervision.check_not_cancelled();
create trigger a_not_cancelled before insert on supervision.inspection_change_decision for each row execute function supervision.check_not_cancelled();

-- Somebody of the team who has not handed in leaves a place to somebody without a conflict who was never in it.
create function supervision.check_place(of_district text, of_id uuid, leaving uuid, joining uuid) returns void
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform supervision.refuse_conflict(supervision.inspector_conflict(joining, of_district, of_id));
  if not exists (select from supervision.team(of_district, of_id) t where t.person_id = leaving)
    or exists (select from supervision.inspection_reading r where r.district = of_district and r.inspection_id = of_id and r.person_id = leaving)
    or exists (select from supervision.inspection_member m where m.district = of_district and m.inspection_id = of_id and m.person_id = joining) then
    raise exception 'a place is taken from somebody in the team, before their reading' using errcode = '23514', constraint = 'member_place';
  end if;
end $$;

create function supervision.check_change() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare decided boolean;
begin
  select d.approved into decided from supervision.inspection_decision d where d.district = new.district and d.inspection_id = new.inspection_id;
  if (new.what = 'cancel') <> ((kernel.tx()).act_type = 'inspection.cancel') then
    raise exception 'each change has its act' using errcode = '23514', constraint = 'change_names';
  end if;
  if exists (select from supervision.inspection_change c where c.district = new.district and c.inspection_id = new.inspection_id and not exists (
      select from supervision.inspection_change_decision d where d.district = c.district and d.inspection_id = c.inspection_id and d.no = c.no)) then
    raise exception 'one change at a time' using errcode = '23514', constraint = 'change_waits';
  end if;
  if decided is false or new.what = 'cancel' and decided is null then
    raise exception 'the plan is not approved' using errcode = '23514', constraint = 'change_approved_plan';
  end if;
  if new.what = 'replace' then
    perform supervision.check_place(new.district, new.inspection_id, new.leaves, new.joins);
  elsif supervision.inspection_begun(new.district, new.inspection_id) then
    raise exception 'there are scores or drawn files' using errcode = '23514', constraint = 'inspection_begun';
  end if;
  return new;
end $$;
create trigger checked before insert on supervision.inspection_change for each row execute function supervision.check_change();

create function supervision.check_change_decision() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare c supervision.inspection_change; me uuid := kernel.act_person();
begin
  select * into c from supervision.inspection_change x where x.district = new.district and x.inspection_id = new.inspection_id and x.no = new.no;
  if me = c.joins or exists (select from supervision.inspection_member m where m.district = new.district and m.inspection_id = new.inspection_id and m.person_id = me)
    or c.what = 'cancel' and exists (select from supervision.inspection i where i.district = new.district and i.id = new.inspection_id and i.person_id = me) then
    raise exception 'nobody of the team decides, nor who planned what is called off' using errcode = '23514', constraint = 'change_by_another';
  end if;
  if new.approved and c.what = 'cancel' and supervision.inspection_begun(new.district, new.inspection_id) then
    raise exception 'there are scores or drawn files' using errcode = '23514', constraint = 'inspection_begun';
  end if;
  return new;
end $$;
create trigger checked before insert on supervision.inspection_change_decision for each row execute function supervision.check_change_decision();
-- Who was approved is in the team when the act ends.
create function supervision.check_change_done() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if new.approved and exists (select from supervision.inspection_change c where c.district = new.district and c.inspection_id = new.inspection_id and c.no = new.no
      and c.what = 'replace' and not exists (select from supervision.inspection_member m where m.district = c.district and m.inspection_id = c.inspection_id
        and m.person_id = c.joins and m.replaces = c.leaves and m.act_id = new.act_id)) then
    raise exception 'who was approved joins' using errcode = '23514', constraint = 'change_done';
  end if;
  return null;
end $$;
create constraint trigger change_done after insert on supervision.inspection_change_decision deferrable initially deferred
  for each row execute function supervision.check_change_done();

-- With the plan a team is put together; afterwards somebody joins only as a change was approved, in the place that becomes free.
create or replace function supervision.check_member() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if new.replaces is null then
    perform supervision.refuse_conflict(supervision.inspector_conflict(new.person_id, new.district, new.inspection_id));
    if not exists (select from supervision.inspection i where i.district = new.district and i.id = new.inspection_id and i.act_id = new.act_id) then
      raise exception 'a team is put together with its plan' using errcode = '23514', constraint = 'member_place';
    end if;
    return new;
  end if;
  perform supervision.check_place(new.district, new.inspection_id, new.replaces, new.person_id);
  if not exists (select from supervision.team(new.district, new.inspection_id) t where t.person_id = new.replaces and t.reader = new.reader)
    or not exists (select from supervision.inspection_change_decision d
      join supervision.inspection_change c on c.district = d.district and c.inspection_id = d.inspection_id and c.no = d.no
      where d.district = new.district and d.inspection_id = new.inspection_id and d.act_id = new.act_id and d.approved
        and c.what = 'replace' and c.leaves = new.replaces and c.joins = new.person_id) then
    raise exception 'a place is taken as it was approved' using errcode = '23514', constraint = 'member_place';
  end if;
  return new;
end $$;

-- As 0151, without what was called off.
create or replace function supervision.announced_inspections() returns table (id uuid, district text, kind text, visit daterange)
  language sql stable security definer set search_path = pg_catalog as $$
    select i.id, i.district, i.kind, i.visit from supervision.inspection i
      join supervision.inspection_decision d on d.district = i.district and d.inspection_id = i.id and d.approved
    where i.inspected = kernel.act_district() and i.district <> i.inspected and i.kind <> 'covert' and not supervision.inspection_cancelled(i.district, i.id)
      and not exists (select from supervision.inspection_report r where r.district = i.inspected and r.inspecting = i.district and r.inspection_id = i.id)
$$;
revoke execute on function supervision.inspection_cancelled(text, uuid), supervision.inspection_begun(text, uuid), supervision.check_not_cancelled(),
  supervision.check_place(text, uuid, uuid, uuid), supervision.check_change(), supervision.check_change_decision(), supervision.check_change_done() from public;
grant execute on function supervision.inspection_cancelled(text, uuid), supervision.inspection_begun(text, uuid) to mingbu_app, mingbu_auditor;
