-- 0057 temporary: a leader at the window, and cover for who is away
-- Why:    clauses 3.1, 3.2, 6.2, 6.7. A duty for a time has an end, is confirmed by somebody else, and gives no more than the post
--         at the window, or the one who is away, has. Of the static matrix a window post alone is free; within a case nobody is.
-- Change: additive; grants name what they rest on in nullable columns.  Locks: kernel.duty_grant, kernel.act_type, briefly.
-- Data:   none.  Undo: drop the table, columns and functions while no grant rests on it; afterwards go forward.

alter table kernel.act_type drop constraint act_type_grants_check,
  add constraint act_type_grants_check check (grants in ('write', 'request', 'end', 'temporary'));
comment on column kernel.act_type.grants is
  'What such acts may do with duties: write grants (enrolment), grant what was asked for and approved (request), grant a duty for a time (temporary), or only end them (end). Null: nothing.';

-- Who may stand at the window, and where; filled from the one duty table in code when the server starts.
create table people.window_part (
  duty text not null references kernel.duty,
  part text not null check (part in ('leader', 'post')),
  primary key (duty, part)
);
grant select on people.window_part to mingbu_app, mingbu_auditor;

create table people.temporary_duty (
  district     text not null references kernel.district,
  id           uuid not null default kernel.uuid7(),
  kind         text not null check (kind in ('window', 'cover')),
  duty         text not null references kernel.duty,
  person_id    uuid not null references kernel.person,
  covered_id   uuid references kernel.person,
  reason       text not null check (length(btrim(reason)) between 2 and 500),
  starts_at    timestamptz not null,
  until        timestamptz not null,
  asked_by     uuid not null default kernel.act_person() references kernel.person,
  asked_at     timestamptz not null default kernel.act_at(),
  state        text not null default 'asked' check (state in ('asked', 'granted', 'refused')),
  decided_by   uuid references kernel.person,
  decided_at   timestamptz,
  act_id       uuid not null default kernel.act_id(),
  primary key (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint temporary_covers check ((kind = 'cover') = (covered_id is not null) and covered_id <> person_id),
  constraint temporary_ends check (until > starts_at),
  constraint temporary_window_one_day check (kind <> 'window' or kernel.day_of(starts_at) = kernel.day_of(until - interval '1 microsecond')),
  constraint temporary_cover_bounded check (until <= starts_at + interval '31 days'),
  constraint temporary_window_oneself check (kind <> 'window' or person_id = asked_by),
  constraint temporary_confirmed_by_another check (decided_by not in (person_id, asked_by) and (covered_id is null or decided_by <> covered_id)),
  constraint temporary_decided check ((state = 'asked') = (decided_by is null) and (decided_by is null) = (decided_at is null))
);
create index temporary_duty_person on people.temporary_duty (person_id, id);
create index temporary_duty_state on people.temporary_duty (district, state, id);
call kernel.protect('people.temporary_duty', false);
grant insert (district, kind, duty, person_id, covered_id, reason, starts_at, until), update (state) on people.temporary_duty to mingbu_app;

alter table kernel.duty_grant
  add column temporary text check (temporary in ('window', 'cover')),
  add column temporary_id uuid,
  add constraint duty_grant_temporary_whole check ((temporary is null) = (temporary_id is null)),
  add constraint duty_grant_temporary_once unique (district, temporary_id),
  add constraint duty_grant_temporary foreign key (district, temporary_id) references people.temporary_duty;
comment on column kernel.duty_grant.temporary is 'At the window, or as cover for who is away; null for a duty of one’s own.';

-- As in 0050; an act that grants for a time writes such grants and no other.
create or replace function kernel.guard_grant() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); may text;
begin
  if session_user <> 'mingbu_app' then return new; end if;
  select y.grants into may from kernel.act_type y where y.type = t.act_type;
  if may is null then
    raise exception 'duties are granted and ended only by acts declared with `grants`, not by %', coalesce(t.act_type, 'no act') using errcode = 'MB070';
  end if;
  if tg_op = 'INSERT' then
    if may = 'end' or (may = 'request') <> (new.request_id is not null) or (may = 'temporary') <> (new.temporary_id is not null) then
      raise exception '% may not write this grant', t.act_type using errcode = 'MB070';
    end if;
    if new.person_id = t.person_id then
      raise exception 'nobody grants a duty to themselves' using errcode = '23514', constraint = 'grant_to_another';
    end if;
  elsif (new.district, new.id, new.person_id, new.duty, new.act_id, new.businesses, new.purposes, new.request_id, new.temporary, new.temporary_id)
      is distinct from (old.district, old.id, old.person_id, old.duty, old.act_id, old.businesses, old.purposes, old.request_id, old.temporary, old.temporary_id)
      or not new.during <@ old.during or lower(new.during) is distinct from lower(old.during) then
    raise exception 'a grant is only ever shortened' using errcode = 'MB071';
  end if;
  return new;
end $$;

-- As in 0001; a post at the window is no part of the static matrix. Nobody handles two groups of one case all the same.
create or replace function kernel.spread_grant() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if new.temporary = 'window' then return null; end if;
  insert into kernel.duty_grant_pair as p (district, grant_id, person_id, pair, duty, during)
  select new.district, new.id, new.person_id, a || '|' || b, new.duty, new.during
  from kernel.duty_conflict where new.duty in (a, b)
  on conflict (district, grant_id, pair) do update set during = excluded.during;
  return null;
end $$;

-- The grant that is covered: the duty as the absent one's own for the whole time. Null when there is none.
create function people.covered_grant(who uuid, of_duty text, for_time tstzrange) returns kernel.duty_grant
  language sql stable security definer set search_path = pg_catalog as $$
    select g from kernel.duty_grant g
    where g.person_id = who and g.duty = of_duty and g.temporary is null and g.during @> for_time order by g.id limit 1
$$;
-- Whether leave, begun or agreed, spans the whole time.
create function people.away_for(who uuid, for_time tstzrange) returns boolean
  language sql stable security definer set search_path = pg_catalog as $$
    select exists (select from people.absence a where a.person_id = who and a.during @> for_time and a.withdrawn_at is null)
$$;

create function people.guard_temporary() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if session_user <> 'mingbu_app' then return new; end if;
  if tg_op = 'UPDATE' then
    if old.state <> 'asked' or t.act_type is distinct from (case new.state when 'granted' then (case new.kind when 'window' then 'window.confirm' else 'cover.approve' end)
        when 'refused' then 'temporary.refuse' else '' end)
      or (new.state = 'granted') <> exists (select from kernel.duty_grant g where g.district = new.district and g.temporary_id = new.id) then
      raise exception 'a duty for a time cannot become % like this', new.state using errcode = 'MB081';
    end if;
    new.decided_by := t.person_id;
    new.decided_at := t.at;
    return new;
  end if;
  if t.act_type is distinct from (case new.kind when 'window' then 'window.begin' else 'cover.ask' end) then
    raise exception 'a duty for a time is asked for only by its own act' using errcode = 'MB081';
  end if;
  if exists (select from kernel.person p where p.id in (new.person_id, new.covered_id) and p.district <> new.district) then
    raise exception 'a duty for a time is of one office' using errcode = '23514', constraint = 'temporary_own_office';
  end if;
  if new.kind = 'cover' then
    if people.covered_grant(new.covered_id, new.duty, tstzrange(new.starts_at, new.until)) is null then
      raise exception 'the one to be covered does not hold the duty for that time' using errcode = '23514', constraint = 'temporary_cover_own';
    end if;
    if not people.away_for(new.covered_id, tstzrange(new.starts_at, new.until)) then
      raise exception 'the one to be covered is not away for that time' using errcode = '23514', constraint = 'temporary_cover_away';
    end if;
    return new;
  end if;
  if not exists (select from kernel.duty_grant g join people.window_part w on w.duty = g.duty and w.part = 'leader'
                 where g.person_id = new.person_id and g.temporary is null and g.during @> t.at) then
    raise exception 'only leaders do duty at the window' using errcode = '23514', constraint = 'temporary_window_leader';
  end if;
  if not exists (select from people.window_part w where w.duty = new.duty and w.part = 'post') then
    raise exception 'no post for window duty' using errcode = '23514', constraint = 'temporary_window_post';
  end if;
  if kernel.day_of(new.starts_at) <> kernel.day_of(t.at) then
    raise exception 'window duty is of today' using errcode = '23514', constraint = 'temporary_window_one_day';
  end if;
  return new;
end $$;
create trigger guarded before insert or update on people.temporary_duty for each row execute function people.guard_temporary();

-- Writes the grant that was asked for, inside its confirmation, reaching as far as the one covered reaches and no further.
create function people.grant_temporary(of_duty uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); d people.temporary_duty; own kernel.duty_grant; g kernel.duty_grant; span tstzrange;
begin
  select * into d from people.temporary_duty where district = t.district and id = of_duty for update;
  if not found or d.state <> 'asked' or t.act_type is distinct from (case d.kind when 'window' then 'window.confirm' else 'cover.approve' end) then
    raise exception 'only the confirmation of what was asked grants' using errcode = 'MB081';
  end if;
  if t.person_id in (d.person_id, d.asked_by) or t.person_id is not distinct from d.covered_id then
    raise exception 'confirmed by somebody else' using errcode = '23514', constraint = 'temporary_confirmed_by_another';
  end if;
  span := tstzrange(greatest(t.at, d.starts_at), d.until);
  if d.until <= t.at then raise exception 'its time has passed' using errcode = '23514', constraint = 'temporary_still_ahead'; end if;
  if d.kind = 'cover' then
    own := people.covered_grant(d.covered_id, d.duty, span);
    if own is null then raise exception 'the one to be covered no longer holds the duty' using errcode = '23514', constraint = 'temporary_cover_own'; end if;
    if not people.away_for(d.covered_id, span) then
      raise exception 'the one to be covered is not away for that time' using errcode = '23514', constraint = 'temporary_cover_away';
    end if;
  end if;
  insert into kernel.duty_grant (district, person_id, duty, during, act_id, businesses, purposes, temporary, temporary_id)
  values (d.district, d.person_id, d.duty, span, t.act_id, own.businesses, own.purposes, d.kind, d.id) returning * into g;
  return jsonb_build_object('id', g.id, 'table', 'kernel.duty_grant', 'image', jsonb_strip_nulls(to_jsonb(g))::text);
end $$;
revoke execute on function people.guard_temporary(), people.covered_grant(uuid, text, tstzrange), people.away_for(uuid, tstzrange), people.grant_temporary(uuid) from public;
grant execute on function people.covered_grant(uuid, text, tstzrange), people.away_for(uuid, tstzrange), people.grant_temporary(uuid) to mingbu_app;
