-- 0050 access: a duty is asked for, approved by two, and ends by itself
-- Why:    clause 6.7. Rights are opened by need and on application: who asks, why, for which business and purpose, until when;
--         the post's leader and the security administrator approve; three different persons. No other way leads to a grant
--         but an act that is declared to grant.
-- Change: additive; grants carry their scope in nullable columns.  Locks: kernel.duty_grant, kernel.act_type, briefly.
-- Data:   no rows rewritten.  Undo: drop the tables and the trigger while no request was granted; afterwards go forward.

---------------------------------------------------------------------------------------------------
-- Grants: by whom they are written, and how far they reach.
---------------------------------------------------------------------------------------------------
alter table kernel.act_type add column grants text check (grants in ('write', 'request', 'end'));
comment on column kernel.act_type.grants is
  'What such acts may do with duties: write grants (enrolment), grant what was asked for and approved (request), or only end them (end). Null: nothing.';
alter table kernel.duty_grant
  add column businesses text[] check (cardinality(businesses) > 0),
  add column purposes text[] check (cardinality(purposes) > 0 and purposes <@ array['case', 'enquiry', 'inspection', 'quality', 'administration', 'keeping']),
  add column request_id uuid,
  add constraint duty_grant_request_once unique (district, request_id),
  add constraint duty_grant_of_person unique (district, id, person_id);
comment on column kernel.duty_grant.businesses is 'Codes of the businesses it is limited to; null for all.';
comment on column kernel.duty_grant.purposes is 'What it may be used for; null for all that the duty serves.';
comment on column kernel.duty_grant.request_id is 'The request it answers; null for duties that came with enrolment.';

-- Whoever is logged in as the app writes and ends grants only in acts declared for it. The owner's functions are called by
-- the app as well, so they are held to the same.
create function kernel.guard_grant() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); may text;
begin
  if session_user <> 'mingbu_app' then return new; end if;
  select y.grants into may from kernel.act_type y where y.type = t.act_type;
  if may is null then
    raise exception 'duties are granted and ended only by acts declared with `grants`, not by %', coalesce(t.act_type, 'no act') using errcode = 'MB070';
  end if;
  if tg_op = 'INSERT' then
    if may = 'end' or (may = 'request') <> (new.request_id is not null) then
      raise exception '% may not write this grant', t.act_type using errcode = 'MB070';
    end if;
    if new.person_id = t.person_id then
      raise exception 'nobody grants a duty to themselves' using errcode = '23514', constraint = 'grant_to_another';
    end if;
  elsif (new.district, new.id, new.person_id, new.duty, new.act_id, new.businesses, new.purposes, new.request_id)
      is distinct from (old.district, old.id, old.person_id, old.duty, old.act_id, old.businesses, old.purposes, old.request_id)
      or not new.during <@ old.during or lower(new.during) is distinct from lower(old.during) then
    raise exception 'a grant is only ever shortened' using errcode = 'MB071';
  end if;
  return new;
end $$;
create trigger guard_grant before insert or update on kernel.duty_grant for each row execute function kernel.guard_grant();

---------------------------------------------------------------------------------------------------
-- Settings of access, each with its source. Changed by a migration that says why.
---------------------------------------------------------------------------------------------------
create table people.access_setting (
  name   text primary key,
  value  integer not null check (value > 0),
  source text not null check (length(source) > 0)
);
insert into people.access_setting values
  ('max_term_days', 366, '6.7; house rule, decision 0026: a year at most, then asked for anew'),
  ('review_grace_days', 15, '6.7; house rule, decision 0026: half a month after the quarter'),
  ('refused_looks_per_day', 5, 'R-35; house rule, decision 0027'),
  ('looks_per_day', 200, 'R-36 hard cap; house rule, decision 0027'),
  ('looks_for_statistics', 30, 'R-36: fewer looks in a day are never a deviation; house rule, decision 0027'),
  ('looks_at_one_unit', 5, 'R-37: looks at one unit in 30 days without a case; decision 0027'),
  ('units_by_person_per_day', 20, 'R-38: units found by identity numbers in a day; decision 0027'),
  ('application_looks_unused', 10, 'R-35: holders read in a day for applications that never came; decision 0027');
grant select on people.access_setting to mingbu_app, mingbu_auditor;
create function people.setting(of_name text) returns integer
  language sql stable security definer set search_path = pg_catalog
  as $$ select value from people.access_setting where name = of_name $$;

---------------------------------------------------------------------------------------------------
-- Requests and what was decided on them.
---------------------------------------------------------------------------------------------------
create table people.access_request (
  district     text not null references kernel.district,
  id           uuid not null default kernel.uuid7(),
  subject_id   uuid not null references kernel.person,
  requested_by uuid not null default kernel.act_person() references kernel.person,
  duty         text not null references kernel.duty,
  businesses   text[] not null check (cardinality(businesses) > 0),
  purposes     text[] not null check (cardinality(purposes) > 0),
  reason       text not null check (length(btrim(reason)) between 5 and 500),
  until        timestamptz not null,
  requested_at timestamptz not null default kernel.act_at(),
  state        text not null default 'open' check (state in ('open', 'granted', 'refused', 'withdrawn')),
  closed_at    timestamptz,
  act_id       uuid not null default kernel.act_id(),
  primary key (district, id),
  unique (district, id, subject_id, requested_by),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint access_ends_later check (until > requested_at),
  constraint access_closed_when check ((state = 'open') = (closed_at is null))
);
create unique index access_one_open on people.access_request (district, subject_id, duty) where state = 'open';
create index access_by_state on people.access_request (district, state, id);
create index access_by_subject on people.access_request (subject_id, id);
call kernel.protect('people.access_request', false);
grant insert (district, subject_id, duty, businesses, purposes, reason, until), update (state, closed_at) on people.access_request to mingbu_app;
alter table kernel.duty_grant add constraint duty_grant_request foreign key (district, request_id) references people.access_request;

create table people.access_decision (
  district     text not null,
  request_id   uuid not null,
  no           smallint not null check (no > 0),
  subject_id   uuid not null,
  requested_by uuid not null,
  role         text not null check (role in ('leader', 'security')),
  approved     boolean not null,
  note         text not null check (length(btrim(note)) between 2 and 500),
  person_id    uuid not null default kernel.act_person() references kernel.person,
  at           timestamptz not null default kernel.act_at(),
  act_id       uuid not null default kernel.act_id(),
  primary key (district, request_id, no),
  foreign key (district, request_id, subject_id, requested_by) references people.access_request (district, id, subject_id, requested_by),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  -- Three different persons: nobody decides twice, nobody on their own right, nobody on what they themselves asked for.
  constraint access_decided_once unique (district, request_id, person_id),
  constraint access_decided_by_another check (person_id not in (subject_id, requested_by))
);
call kernel.protect('people.access_decision', true);
grant insert (district, request_id, no, subject_id, requested_by, role, approved, note) on people.access_decision to mingbu_app;

-- Whether a person is, now, one who may decide on a right in this role. A leader's own rights are also led by the city's leader.
create function people.may_decide(who uuid, role_ text, in_district text, subject uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog as $$
    select exists (
      select from kernel.person p join kernel.duty_grant g on g.person_id = p.id and g.during @> kernel.now()
      where p.id = who and p.active_from <= kernel.now() and (p.active_to is null or p.active_to > kernel.now())
        and case role_
          when 'security' then g.duty = 'admin_security'
          else (p.district = in_district and g.duty in ('centre_lead', 'district_lead'))
            or (p.district = 'city' and g.duty = 'district_lead' and exists (
              select from kernel.duty_grant s where s.person_id = subject and s.duty in ('centre_lead', 'district_lead') and s.during @> kernel.now()))
          end)
$$;

create function people.guard_request() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); s kernel.person;
begin
  if session_user <> 'mingbu_app' then return new; end if;
  if tg_op = 'INSERT' then
    if t.act_type is distinct from 'access.request' then raise exception 'rights are asked for only by their own act' using errcode = 'MB072'; end if;
    select * into s from kernel.person where id = new.subject_id;
    if s.district is distinct from new.district then
      raise exception 'a right is asked for in the office of its holder' using errcode = '23514', constraint = 'access_own_office';
    end if;
    if new.until > new.requested_at + make_interval(days => people.setting('max_term_days') + 1) then
      raise exception 'longer than the longest term' using errcode = '23514', constraint = 'access_term';
    end if;
    if new.subject_id <> t.person_id and not people.may_decide(t.person_id, 'leader', new.district, new.subject_id) then
      raise exception 'only a leader asks for another' using errcode = '23514', constraint = 'access_asked_by_leader';
    end if;
    if exists (select from kernel.duty_conflict c join kernel.duty_grant g on g.person_id = new.subject_id and g.during @> kernel.now()
               where (c.a, c.b) in ((new.duty, g.duty), (g.duty, new.duty))) then
      raise exception 'a conflicting duty is held' using errcode = '23P01', constraint = 'access_conflict';
    end if;
    return new;
  end if;
  if old.state <> 'open' then raise exception 'a request is closed once' using errcode = 'MB073'; end if;
  if (case new.state
    when 'granted' then not exists (select from kernel.duty_grant g where g.district = new.district and g.request_id = new.id)
    when 'refused' then not exists (select from people.access_decision d where d.district = new.district and d.request_id = new.id and not d.approved)
    when 'withdrawn' then t.act_type is distinct from 'access.withdraw' or t.person_id not in (new.subject_id, new.requested_by)
    else true end)
  then raise exception 'a request cannot become % like this', new.state using errcode = 'MB073'; end if;
  return new;
end $$;
create trigger guard_request before insert or update on people.access_request for each row execute function people.guard_request();

create function people.guard_decision() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if session_user <> 'mingbu_app' then return new; end if;
  if t.act_type is distinct from (case when new.approved then 'access.approve' else 'access.refuse' end) then
    raise exception 'requests are decided only by their own acts' using errcode = 'MB072';
  end if;
  if not exists (select from people.access_request r where r.district = new.district and r.id = new.request_id and r.state = 'open') then
    raise exception 'the request is closed' using errcode = '23514', constraint = 'access_still_open';
  end if;
  if not people.may_decide(t.person_id, new.role, new.district, new.subject_id) then
    raise exception 'not one who may decide as %', new.role using errcode = '23514', constraint = 'access_decider';
  end if;
  return new;
end $$;
create trigger guard_decision before insert on people.access_decision for each row execute function people.guard_decision();

-- Writes the grant a request asked for, inside the second approval. What the two approved is what is granted, nothing else.
create function people.grant_request(of_request uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); r people.access_request; g kernel.duty_grant;
begin
  if t.act_type is distinct from 'access.approve' then raise exception 'only an approval grants' using errcode = 'MB072'; end if;
  select * into r from people.access_request where district = t.district and id = of_request for update;
  if not found or r.state <> 'open' then raise exception 'the request is closed' using errcode = '23514', constraint = 'access_still_open'; end if;
  if 2 > (select count(distinct d.role) from people.access_decision d
          where d.district = r.district and d.request_id = r.id and d.approved and people.may_decide(d.person_id, d.role, r.district, r.subject_id)) then
    raise exception 'two approvals are needed' using errcode = '23514', constraint = 'access_two_approvals';
  end if;
  insert into kernel.duty_grant (district, person_id, duty, during, act_id, businesses, purposes, request_id)
  values (r.district, r.subject_id, r.duty, tstzrange(t.at, r.until), t.act_id, r.businesses, r.purposes, r.id) returning * into g;
  return jsonb_build_object('id', g.id, 'table', 'kernel.duty_grant', 'image', jsonb_strip_nulls(to_jsonb(g))::text);
end $$;
revoke execute on function kernel.guard_grant(), people.setting(text), people.may_decide(uuid, text, text, uuid), people.guard_request(),
  people.guard_decision(), people.grant_request(uuid) from public;
grant execute on function people.setting(text) to mingbu_app, mingbu_auditor;
grant execute on function people.may_decide(uuid, text, text, uuid), people.grant_request(uuid) to mingbu_app;
