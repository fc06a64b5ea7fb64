-- 0040 organisation: units, posts with their risk and measures, who holds which post from when to when, and absence
-- Why:    clauses 1.1 (a named person at every level), 6.3 (leavers and those on leave), 7.5 (every post has its duty, its
--         risk grade and its measures).
-- Change: additive, but for people.holding, whose rows get an id as their key; functions replaced under their names.
-- Locks:  people.post, people.holding and kernel.person, briefly.
-- Data:   holdings made before this migration get ids their acts do not speak of: verification names them.
-- Undo:   go forward.

-- Rows of some tables may be written only in acts of certain types. What a table's trigger lists is the whole list.
create function people.only_in_acts() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if not coalesce((kernel.tx()).act_type = any (tg_argv), false) then
    raise exception '%.% is written only by its own acts', tg_table_schema, tg_table_name using errcode = 'MB042';
  end if;
  return new;
end $$;
revoke execute on function people.only_in_acts() from public;
grant execute on function people.only_in_acts() to mingbu_app;

---------------------------------------------------------------------------------------------------
-- Units (机构): a tree in each district. The root of a district stands below the root of the city.
---------------------------------------------------------------------------------------------------
create table people.unit (
  district  text not null references kernel.district,
  id        text not null check (id ~ '^[a-z][a-z0-9_]{1,39}$'),
  kind      text not null check (kind in ('bureau', 'section', 'centre', 'partner')),
  parent    text,
  name_zh   text not null check (length(name_zh) between 1 and 60),
  name_en   text not null check (length(name_en) between 1 and 100),
  act_id    uuid not null default kernel.act_id(),
  primary key (district, id),
  foreign key (district, parent) references people.unit,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint unit_not_its_own_parent check (parent <> id)
);
call kernel.protect('people.unit', false);
grant insert (district, id, kind, parent, name_zh, name_en), update (name_zh, name_en, parent) on people.unit to mingbu_app;
create trigger only_in_acts before insert or update on people.unit
  for each row execute function people.only_in_acts('people.loadOrganisation', 'people.defineUnit', 'people.bootstrap');

-- A unit under itself would make a ring that no screen could draw.
create function people.refuse_ring() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('units ' || new.district, 0));
  if exists (
    with recursive above as (
      select u.id, u.parent from people.unit u where u.district = new.district and u.id = new.parent
      union select u.id, u.parent from people.unit u join above a on u.district = new.district and u.id = a.parent)
    select from above where id = new.id) then
    raise exception 'the unit would stand under itself' using errcode = '23514', constraint = 'unit_no_ring';
  end if;
  return null;
end $$;
revoke execute on function people.refuse_ring() from public;
create trigger no_ring after insert or update of parent on people.unit for each row when (new.parent is not null) execute function people.refuse_ring();

---------------------------------------------------------------------------------------------------
-- Posts (岗位): the duties that may be granted to who holds one, the risk grade and the measures against it (7.5).
---------------------------------------------------------------------------------------------------
alter table people.post
  add column unit        text,
  add column duties      text[],
  add column risk        text check (risk in ('high', 'medium', 'low')),
  add column measures_zh text check (length(measures_zh) between 1 and 1000),
  add column measures_en text check (length(measures_en) between 1 and 1500),
  add column level       text check (level in ('bureau_head', 'deputy', 'section', 'centre', 'window')),
  add column leader      text,
  add column closed_at   timestamptz,
  add column act_id      uuid default kernel.act_id(),
  add foreign key (district, unit) references people.unit,
  add foreign key (district, leader) references people.post,
  add foreign key (district, act_id) references kernel.act deferrable initially deferred,
  add constraint post_not_its_own_leader check (leader <> id),
  add constraint post_risk_has_measures check ((risk is null) = (measures_zh is null) and (risk is null) = (measures_en is null));
comment on column people.post.level is 'Level of the chain of responsibility (1.1) that whoever holds the post stands for; null for posts beside it.';
comment on column people.post.leader is 'Post whose holder leads this one; null where the leader sits in the city bureau.';
call kernel.protect('people.post', false);
grant insert (district, id, name_zh, name_en, unit, duties, risk, measures_zh, measures_en, level, leader),
  update (name_zh, name_en, unit, duties, risk, measures_zh, measures_en, level, leader, closed_at) on people.post to mingbu_app;
create trigger only_in_acts before insert or update on people.post
  for each row execute function people.only_in_acts('people.enrol', 'people.loadOrganisation', 'people.approvePost', 'people.bootstrap');

-- Who holds which post, from when to when. Standing in for somebody is time-boxed and marked as what it is.
drop trigger if exists append_only on people.holding;
alter table people.holding drop constraint holding_pkey;
alter table people.holding
  add column id     uuid not null default kernel.uuid7(),
  add column kind   text not null default 'regular' check (kind in ('regular', 'acting', 'cover')),
  add column act_id uuid default kernel.act_id(),
  add primary key (district, id),
  add foreign key (district, act_id) references kernel.act deferrable initially deferred,
  add constraint holding_not_empty check (not isempty(during) and lower(during) is not null),
  add constraint holding_cover_has_end check (kind = 'regular' or (upper(during) is not null and upper(during) <= lower(during) + interval '366 days')),
  add constraint holding_once exclude using gist (district with =, person_id with =, post with =, during with &&);
create index holding_person on people.holding (person_id);
create index holding_post on people.holding (district, post);
call kernel.protect('people.holding', false);
grant insert (district, person_id, post, during, kind), update (during) on people.holding to mingbu_app;
create trigger only_in_acts before insert or update on people.holding
  for each row execute function people.only_in_acts('people.enrol', 'people.approveEnrolment', 'people.bootstrap', 'people.assignPost',
    'people.endPost', 'people.transfer', 'people.leave', 'people.finishLeaving');

---------------------------------------------------------------------------------------------------
-- Absence (离岗): for its time the account opens nothing and no duty is held. Nothing is taken away for good.
---------------------------------------------------------------------------------------------------
create table people.absence (
  district     text not null references kernel.district,
  id           uuid not null default kernel.uuid7(),
  person_id    uuid not null references kernel.person,
  during       tstzrange not null check (not isempty(during) and lower(during) is not null),
  kind         text not null check (kind in ('annual', 'sick', 'parental', 'study', 'other')),
  note         text check (length(note) <= 500),
  withdrawn_at timestamptz,
  act_id       uuid not null default kernel.act_id(),
  primary key (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint absence_once exclude using gist (person_id with =, during with &&) where (withdrawn_at is null)
);
create index absence_person on people.absence (person_id);
call kernel.protect('people.absence', false);
grant insert (district, person_id, during, kind, note), update (during, withdrawn_at) on people.absence to mingbu_app;
create trigger only_in_acts before insert or update on people.absence
  for each row execute function people.only_in_acts('people.startLeave', 'people.recall', 'people.leave');

-- Is this person on leave at this moment?
create function people.is_absent(person uuid) returns boolean
  language sql stable security definer
begin atomic
  select exists (select from people.absence a where a.person_id = person and a.during @> kernel.now() and a.withdrawn_at is null);
end;
revoke execute on function people.is_absent(uuid) from public;
grant execute on function people.is_absent(uuid) to mingbu_app, mingbu_auditor;

---------------------------------------------------------------------------------------------------
-- Persons: where enrolled, when they have moved since. What was committed of accounts and sessions names that office.
---------------------------------------------------------------------------------------------------
alter table kernel.person add column enrolled_in text references kernel.district;
comment on column kernel.person.enrolled_in is 'Office that enrolled the person, once they belong to another.';
create or replace view kernel.account_seen as
  select a.id, coalesce(p.enrolled_in, p.district) as district, a.person_id, a.username, a.changed_at, a.closed_at,
    sha256(convert_to('password:' || s.value || a.kdf, 'UTF8') || a.salt || a.verifier) as password
  from kernel.account a join kernel.person p on p.id = a.person_id join kernel.setting s on s.name = 'salt_pepper';
create or replace view kernel.session_seen as
  select s.id, coalesce(p.enrolled_in, p.district) as district, s.person_id, s.workstation, s.started_at, s.expires_at, sha256(s.token_hash) as token
  from kernel.session s join kernel.person p on p.id = s.person_id;
create or replace view people.identity_seen as
  select coalesce(p.enrolled_in, p.district) as district, i.person_id, i.id_hash, i.id_sealed
  from people.identity i join kernel.person p on p.id = i.person_id;

create or replace function people.enrol(name_ text, id_hash_ bytea, id_sealed_ bytea, username_ text, salt_ bytea, derived bytea, posts_ text, demo_password text)
  returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); p kernel.person; a uuid; one jsonb;
begin
  if t.act_type is distinct from 'people.enrol' then raise exception 'persons are enrolled only by an enrolment act' using errcode = 'MB040'; end if;
  insert into kernel.person (district, name) values (t.district, name_) returning * into p;
  insert into people.identity values (id_hash_, p.id, id_sealed_);
  insert into kernel.account (person_id, username, salt, verifier) values (p.id, username_, salt_, sha256(derived)) returning id into a;
  for one in select * from jsonb_array_elements(posts_::jsonb) loop
    insert into people.post (district, id, name_zh, name_en) values (t.district, one ->> 'id', one ->> 'zh', one ->> 'en') on conflict do nothing;
    insert into people.holding (district, person_id, post, during) values (t.district, p.id, one ->> 'id', tstzrange(kernel.now(), null));
  end loop;
  if demo_password is not null then
    if not exists (select from kernel.setting where name = 'demo' and value = 'true') then
      raise exception 'passwords are kept only in a demo' using errcode = 'MB041';
    end if;
    insert into people.demo_login values (username_, demo_password);
  end if;
  return jsonb_build_object('id', p.id, 'images', (
    select jsonb_agg(jsonb_build_object('table', i.of_table, 'image', jsonb_strip_nulls(i.image)::text)) from (
      select 'kernel.person' as of_table, to_jsonb(p) as image
      union all select 'people.identity', to_jsonb(x) from people.identity_seen x where x.person_id = p.id
      union all select 'kernel.account', to_jsonb(x) from kernel.account_seen x where x.id = a
      union all select 'people.post', to_jsonb(x) from people.post x where x.district = t.district and x.act_id = t.act_id
      union all select 'people.holding', to_jsonb(x) from people.holding x where x.person_id = p.id) i));
end $$;

---------------------------------------------------------------------------------------------------
-- Who acts: nobody while on leave. And an act whose session another transaction has ended meanwhile is not closed.
---------------------------------------------------------------------------------------------------
create or replace function kernel.whose_token(token bytea)
  returns table (actor text, person_id uuid, session_id uuid, home text, is_city boolean, held text[], at timestamptz)
  language sql stable
begin atomic
  select 'person:' || p.id, p.id, s.id, p.district, d.is_city,
    (select array_agg(distinct g.duty order by g.duty) from kernel.duty_grant g
     where g.person_id = p.id and g.during @> (pg_catalog.now() + c.ahead)),
    pg_catalog.now() + c.ahead
  from kernel.clock c, kernel.session s
    join kernel.person p on p.id = s.person_id
    join kernel.district d on d.id = p.district
  where s.token_hash = (select sha256(token)) and s.ended_at is null and s.expires_at > pg_catalog.now() + c.ahead
    and p.active_from <= pg_catalog.now() + c.ahead and (p.active_to is null or p.active_to > pg_catalog.now() + c.ahead)
    and not exists (select from people.absence b where b.person_id = p.id and b.during @> (pg_catalog.now() + c.ahead) and b.withdrawn_at is null)
  union all
  select 'service:' || v.name, null, null, 'city', true, null, pg_catalog.now() + c.ahead
  from kernel.clock c, kernel.service v where v.token_hash = (select sha256(token));
end;

-- Duties a person holds at this moment, sorted: none while on leave or after leaving.
create or replace function kernel.duties_of(who uuid) returns text[]
  language sql stable security definer set search_path = pg_catalog
  as $$
    select coalesce(array_agg(distinct g.duty order by g.duty), '{}') from kernel.duty_grant g join kernel.person p on p.id = g.person_id
    where g.person_id = who and g.during @> kernel.now() and (p.active_to is null or p.active_to > kernel.now()) and not people.is_absent(who)
  $$;

-- As in 0023, and refuses to close an act of a session that another transaction has ended since the act was opened: who
-- leaves, is moved or is signed out in the middle of an act has not done it. What ends its own session is not refused.
create or replace function kernel.close_act(outcome_ text, refusal_ text, clause_ text, subject_kind_ text, subject_id_ text, answer_ jsonb,
                                 field_names text[], commitments bytea[], salts bytea[], field_values bytea[], sealed_ boolean[], root bytea) returns bigint
  language plpgsql security definer set search_path = pg_catalog as $$
declare t record; s bigint; n integer := cardinality(field_names); whole integer;
begin
  -- Closing first and writing then: what fails below takes the whole transaction with it.
  update kernel.tx_actor x set state = 'closed'
  where x.pid = pg_backend_pid() and x.txid = pg_current_xact_id_if_assigned() and x.state in ('acting', 'refusing')
  returning x.*, case when x.act_type is null then 'refusing' else 'acting' end as was, coalesce(x.act_type, x.refused_type) as type, convert_to(
    '{"act":"' || x.act_id || '","at":"' || to_char(x.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    || '","district":"' || x.district || '","fields":"' || encode(root, 'hex') || '","n":' || n
    || ',"outcome":"' || outcome_ || '","type":"' || coalesce(x.act_type, x.refused_type) || '","v":1}', 'UTF8') as entry
  into t;
  if not found then raise exception 'no open act in this transaction' using errcode = 'MB003'; end if;
  if (outcome_, t.was) not in (('done', 'acting'), ('refused', 'refusing')) or (outcome_ = 'refused') <> (refusal_ is not null) then
    raise exception 'an act that is % cannot be closed as %', t.was, outcome_ using errcode = 'MB005';
  end if;
  if t.was = 'acting' and t.session_id is not null
     and exists (select from kernel.session s where s.id = t.session_id and s.ended_at is not null and s.ended_at <> t.at) then
    raise exception 'the session ended while the act was open' using errcode = 'MB008', constraint = 'act_session_live';
  end if;
  if octet_length(root) <> 32 then raise exception 'the field root must be 32 bytes' using errcode = 'MB004'; end if;
  if octet_length(t.input_hash) is distinct from 32 then raise exception 'the hash of the input must be 32 bytes' using errcode = 'MB004'; end if;
  insert into kernel.act (district, id, type, at, actor, person_id, session_id, request_id, input_hash, outcome, refusal, clause,
                          subject_kind, subject_id, answer, entry, fields)
  values (t.district, t.act_id, t.type, t.at, t.actor, t.person_id, t.session_id, t.request_id, t.input_hash, outcome_, refusal_,
          clause_, subject_kind_, subject_id_, answer_, t.entry, n)
  returning seq into s;
  insert into kernel.act_value (district, act_id, no, field, commitment, salt, value, sealed)
  select t.district, t.act_id, u.no - 1, u.f, u.c, u.s, u.v, u.x
  from unnest(field_names, commitments, salts, field_values, sealed_) with ordinality as u (f, c, s, v, x, no)
  where length(u.f) between 1 and 200 and octet_length(u.c) = 32 and octet_length(u.s) = 32 and u.v is not null;
  get diagnostics whole = row_count;
  if n = 0 or whole <> greatest(n, cardinality(commitments), cardinality(salts), cardinality(field_values), cardinality(sealed_)) then
    raise exception 'every field has a name, a commitment and a salt of 32 bytes, and a value' using errcode = 'MB007';
  end if;
  insert into kernel.act_queue values (s, t.district, t.act_id, sha256('\x00'::bytea || t.entry));
  return s;
end $$;
