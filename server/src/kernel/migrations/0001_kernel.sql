-- 0001 kernel: who acts, what an act is, what it leaves behind
-- Why:    clauses 6.2 to 6.4. Every change is one person, one command, one transaction, one evidence leaf,
--         and who acts is decided here, from the session token, not by whoever holds the app's password.
-- Change: first migration.  Locks: none.  Undo: drop the database while it is empty; afterwards go forward.
-- Roles:  mingbu_owner owns everything and cannot log in; mingbu_app serves; mingbu_sequencer builds the
--         log; mingbu_auditor reads. They are made by the migration runner because they live in the cluster.
create schema kernel;
grant usage on schema kernel to mingbu_app, mingbu_sequencer, mingbu_auditor;

-- Registration offices (登记机构). A district is an office, not a county code: two zones have no code.
create table kernel.district (
  id          text primary key check (id ~ '^[a-z]{2,20}$'),
  name_zh     text not null,
  name_en     text not null,
  county_code text check (county_code ~ '^\d{6}$'),
  is_city     boolean not null default false,
  sort        smallint not null
);

-- Facts of this installation, for the owner's definer functions only.
create table kernel.setting (
  name  text primary key,
  value text not null
);

-- The clock of this installation. Production leaves the offset at zero; the demo and the tests move it.
create table kernel.clock (
  only_row boolean primary key default true check (only_row),
  ahead    interval not null default '0'
);
insert into kernel.clock default values;

create function kernel.now() returns timestamptz
  language sql stable security definer set search_path = pg_catalog
  as $$ select pg_catalog.now() + ahead from kernel.clock $$;

-- UUIDv7 that also runs on PostgreSQL 15 to 17: 48 bits of milliseconds, then random bits.
create function kernel.uuid7(at timestamptz default clock_timestamp()) returns uuid
  language sql volatile set search_path = pg_catalog
  as $$
    select encode(
      set_byte(
        overlay(uuid_send(gen_random_uuid())
          placing substring(int8send((extract(epoch from at) * 1000)::bigint) from 3) from 1 for 6),
        6, (get_byte(uuid_send(gen_random_uuid()), 6) & 15) | 112),
      'hex')::uuid
  $$;

---------------------------------------------------------------------------------------------------
-- People who act. City-owned: one person, one live account (6.3) holds across every district.
---------------------------------------------------------------------------------------------------
create table kernel.person (
  id          uuid primary key default kernel.uuid7(),
  district    text not null references kernel.district,
  name        text not null check (length(name) between 1 and 60),
  active_from timestamptz not null default kernel.now(),
  active_to   timestamptz,
  check (active_to is null or active_to >= active_from)
);

create table kernel.account (
  id           uuid primary key default kernel.uuid7(),
  person_id    uuid not null references kernel.person,
  username     text not null check (username ~ '^[a-z0-9][a-z0-9._-]{1,39}$'),
  salt         bytea not null check (octet_length(salt) = 16),
  kdf          text not null default 'argon2id:m=19456,t=2,p=1',
  verifier     bytea not null check (octet_length(verifier) = 32),
  failures     integer not null default 0,
  locked_until timestamptz,
  changed_at   timestamptz not null default kernel.now(),
  closed_at    timestamptz
);
comment on column kernel.account.verifier is
  'SHA-256 of the argon2id output. The app derives the output from the typed password and must present it '
  'here: it can neither read this column nor open a session without knowing a password.';
create unique index account_username on kernel.account (username) where closed_at is null;
create unique index account_one_live_per_person on kernel.account (person_id) where closed_at is null;

create table kernel.session (
  token_hash  bytea primary key check (octet_length(token_hash) = 32),
  id          uuid not null unique default kernel.uuid7(),
  person_id   uuid not null references kernel.person,
  workstation text not null,
  started_at  timestamptz not null default kernel.now(),
  expires_at  timestamptz not null,
  ended_at    timestamptz,
  end_reason  text check (end_reason in ('signed_out', 'superseded', 'left', 'locked'))
);
create unique index session_one_live_per_person on kernel.session (person_id) where ended_at is null;

-- Services (sequencer, seed, detectors) are honest actors with their own token; never a case handler.
create table kernel.service (
  name       text primary key check (name ~ '^[a-z_]{2,30}$'),
  token_hash bytea not null unique check (octet_length(token_hash) = 32)
);

---------------------------------------------------------------------------------------------------
-- Duties (岗位职责): who may do what, and which duties one person may never hold together (6.2, 4.6).
---------------------------------------------------------------------------------------------------
create table kernel.duty (
  id text primary key,
  name_zh text not null,
  name_en text not null
);
-- Every conflicting pair, a < b. Filled from the one duty table in code when the server starts.
create table kernel.duty_conflict (
  a text not null references kernel.duty,
  b text not null references kernel.duty,
  primary key (a, b),
  check (a < b)
);

create table kernel.duty_grant (
  district  text not null references kernel.district,
  id        uuid not null default kernel.uuid7(),
  person_id uuid not null references kernel.person,
  duty      text not null references kernel.duty,
  during    tstzrange not null check (not isempty(during)),
  act_id    uuid not null,
  primary key (district, id),
  unique (district, id, duty)
);
create index duty_grant_person on kernel.duty_grant (person_id, duty);

-- One row per grant and conflicting pair it belongs to. The exclusion is the rule: within one pair, one
-- person never holds the other duty at an overlapping time. City-wide and race-free, whatever the code does.
create table kernel.duty_grant_pair (
  district  text not null,
  grant_id  uuid not null,
  person_id uuid not null,
  pair      text not null,
  duty      text not null,
  during    tstzrange not null,
  primary key (district, grant_id, pair),
  foreign key (district, grant_id, duty) references kernel.duty_grant (district, id, duty),
  constraint duty_conflict_static exclude using gist (person_id with =, pair with =, duty with <>, during with &&)
);

create function kernel.spread_grant() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  insert into kernel.duty_grant_pair as p (district, grant_id, person_id, pair, duty, during)
  select new.district, new.id, new.person_id, a || '|' || b, new.duty, new.during
  from kernel.duty_conflict where new.duty in (a, b)
  on conflict (district, grant_id, pair) do update set during = excluded.during;
  return null;
end $$;
create trigger duty_grant_spread after insert or update on kernel.duty_grant
  for each row execute function kernel.spread_grant();

-- What an act is allowed to be: filled from the declarations. The database refuses the wrong actor too.
create table kernel.act_type (
  type     text primary key check (type ~ '^[a-z]+\.[a-zA-Z]+$'),
  actors   text[] not null,
  duties   text[] not null,
  citywide boolean not null default false
);
comment on column kernel.act_type.duties is 'The actor must hold one of these; empty means any signed-in person.';
comment on column kernel.act_type.citywide is 'A person of the city bureau may perform it in any district.';

---------------------------------------------------------------------------------------------------
-- The act.
---------------------------------------------------------------------------------------------------
create table kernel.act (
  district     text not null references kernel.district,
  id           uuid not null,
  seq          bigint generated always as identity (cache 1),
  type         text not null references kernel.act_type,
  at           timestamptz not null,
  actor        text not null,
  person_id    uuid references kernel.person,
  session_id   uuid,
  request_id   uuid not null,
  input_hash   bytea not null check (octet_length(input_hash) = 32),
  outcome      text not null check (outcome in ('done', 'refused')),
  refusal      text,
  clause       text,
  subject_kind text,
  subject_id   text,
  answer       jsonb not null,
  entry        bytea not null,
  fields       smallint not null check (fields > 0),
  primary key (district, id),
  constraint act_actor check ((actor = 'person:' || person_id::text) is not false and (person_id is null) = (actor not like 'person:%')),
  constraint act_refusal check ((outcome = 'refused') = (refusal is not null)),
  constraint act_entry_size check (octet_length(entry) between 1 and 65535)
);
create unique index act_request on kernel.act (district, actor, request_id);
create unique index act_seq on kernel.act (seq);
create index act_subject on kernel.act (district, subject_kind, subject_id, seq) where subject_id is not null;
create index act_type_seq on kernel.act (district, type, seq);
create index act_person on kernel.act (district, person_id, seq);

-- Salt and value of each committed field, beside the act and never in the leaf. Values of register rows
-- stay for ever; others may be erased by kernel.erase_value, and the leaf still verifies.
create table kernel.act_value (
  district text not null,
  act_id   uuid not null,
  no       smallint not null,
  field    text not null check (length(field) between 1 and 200),
  commitment bytea not null check (octet_length(commitment) = 32),
  salt     bytea check (octet_length(salt) = 32),
  value    bytea,
  sealed   boolean not null default false,
  primary key (district, act_id, no),
  foreign key (district, act_id) references kernel.act,
  constraint act_value_whole check ((salt is null) = (value is null))
);
comment on column kernel.act_value.sealed is 'The value is encrypted at rest; the commitment is over the plain bytes.';

-- Acts waiting for the log. Same transaction as the act: both or neither.
create table kernel.act_queue (
  seq       bigint primary key,
  district  text not null,
  act_id    uuid not null,
  leaf_hash bytea not null check (octet_length(leaf_hash) = 32)
);
grant select, delete on kernel.act_queue to mingbu_sequencer;
grant select on kernel.act_queue to mingbu_auditor;

---------------------------------------------------------------------------------------------------
-- The transaction's actor. One row per backend; valid only for the transaction that wrote it. The app role
-- cannot write it, so it cannot act as another person, and a rolled-back act leaves nothing behind.
---------------------------------------------------------------------------------------------------
create unlogged table kernel.tx_actor (
  pid           integer primary key,
  txid          xid8 not null,
  state         text not null check (state in ('acting', 'reading', 'closed')),
  actor         text not null,
  person_id     uuid,
  session_id    uuid,
  home_district text,
  read_all      boolean not null,
  district      text,
  act_id        uuid,
  act_type      text,
  request_id    uuid,
  input_hash    bytea,
  at            timestamptz not null
) with (fillfactor = 10);

-- The present transaction's actor, or no row. Everything below asks this.
create function kernel.tx() returns kernel.tx_actor
  language sql stable security definer set search_path = pg_catalog
  as $$
    select t from kernel.tx_actor t
    where t.pid = pg_backend_pid() and t.txid = pg_current_xact_id_if_assigned() and t.state <> 'closed'
  $$;
create function kernel.act_id() returns uuid language sql stable set search_path = pg_catalog
  as $$ select (kernel.tx()).act_id $$;
create function kernel.act_at() returns timestamptz language sql stable set search_path = pg_catalog
  as $$ select (kernel.tx()).at $$;
create function kernel.act_person() returns uuid language sql stable set search_path = pg_catalog
  as $$ select (kernel.tx()).person_id $$;
create function kernel.act_district() returns text language sql stable set search_path = pg_catalog
  as $$ select (kernel.tx()).district $$;
create function kernel.may_read_all() returns boolean language sql stable set search_path = pg_catalog
  as $$ select coalesce((kernel.tx()).read_all, false) $$;

-- Finds who holds a token. Null when nobody does, or when the person has left.
create function kernel.whose_token(token bytea, out actor text, out person_id uuid, out session_id uuid,
                                   out home text, out is_city boolean)
  language sql stable security definer set search_path = pg_catalog
  as $$
    select 'person:' || p.id, p.id, s.id, p.district, d.is_city
    from kernel.session s
      join kernel.person p on p.id = s.person_id
      join kernel.district d on d.id = p.district
    where s.token_hash = sha256(token) and s.ended_at is null and s.expires_at > kernel.now()
      and p.active_from <= kernel.now() and (p.active_to is null or p.active_to > kernel.now())
    union all
    select 'service:' || name, null, null, 'city', true from kernel.service where token_hash = sha256(token)
  $$;

create function kernel.bind_tx(s text, who_actor text, who_person uuid, who_session uuid, home text, all_districts boolean,
                               in_district text, act uuid, act_type_ text, request uuid, input bytea) returns void
  language sql security definer set search_path = pg_catalog
  as $$
    insert into kernel.tx_actor as t values
      (pg_backend_pid(), pg_current_xact_id(), s, who_actor, who_person, who_session, home, all_districts,
       in_district, act, act_type_, request, input, kernel.now())
    on conflict (pid) do update set
      txid = excluded.txid, state = excluded.state, actor = excluded.actor, person_id = excluded.person_id,
      session_id = excluded.session_id, home_district = excluded.home_district, read_all = excluded.read_all,
      district = excluded.district, act_id = excluded.act_id, act_type = excluded.act_type,
      request_id = excluded.request_id, input_hash = excluded.input_hash, at = excluded.at
  $$;

-- Duties a person holds at this moment, sorted.
create function kernel.duties_of(who uuid) returns text[]
  language sql stable security definer set search_path = pg_catalog
  as $$
    select coalesce(array_agg(distinct duty order by duty), '{}') from kernel.duty_grant
    where person_id = who and during @> kernel.now()
  $$;

-- Opens an act. Returns one jsonb: {status: ok|replay|not_signed_in|wrong_actor|no_duty|wrong_district|request_id_reused, …}.
-- With status ok the transaction is bound to the actor; with any other it is not.
create function kernel.open_act(token bytea, act_type_ text, in_district text, request uuid, input bytea) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  who record; t kernel.act_type; earlier kernel.act; held text[] := '{}'; target text; act uuid;
begin
  if exists (select from kernel.tx_actor x where x.pid = pg_backend_pid() and x.txid = pg_current_xact_id_if_assigned()) then
    raise exception 'one transaction has one actor and one act' using errcode = 'MB001';
  end if;
  select * into t from kernel.act_type where type = act_type_;
  if not found then raise exception 'unknown act type %', act_type_ using errcode = 'MB002'; end if;
  select * into who from kernel.whose_token(token);
  if who.actor is null then
    if not 'anonymous' = any (t.actors) then return jsonb_build_object('status', 'not_signed_in'); end if;
    who.actor := 'anonymous'; who.home := 'city'; who.is_city := false;
  elsif not split_part(who.actor, ':', 1) = any (t.actors) then
    return jsonb_build_object('status', 'wrong_actor', 'actor', who.actor);
  end if;
  target := coalesce(in_district, who.home);
  if who.person_id is not null then
    held := kernel.duties_of(who.person_id);
    if target <> who.home and not (who.is_city and t.citywide) then
      return jsonb_build_object('status', 'wrong_district', 'actor', who.actor, 'person', who.person_id, 'duties', held, 'home', who.home);
    end if;
    if cardinality(t.duties) > 0 and not (t.duties && held) then
      return jsonb_build_object('status', 'no_duty', 'actor', who.actor, 'person', who.person_id, 'duties', held, 'home', who.home);
    end if;
  end if;
  if who.actor <> 'anonymous' then
    select * into earlier from kernel.act a where a.district = target and a.actor = who.actor and a.request_id = request;
    if found then
      if earlier.input_hash = input and earlier.type = act_type_ then
        return jsonb_build_object('status', 'replay', 'act', earlier.id, 'outcome', earlier.outcome, 'answer', earlier.answer);
      end if;
      return jsonb_build_object('status', 'request_id_reused', 'actor', who.actor, 'person', who.person_id, 'duties', held, 'home', who.home);
    end if;
  end if;
  act := kernel.uuid7();
  perform kernel.bind_tx('acting', who.actor, who.person_id, who.session_id, who.home, who.is_city, target, act, act_type_, request, input);
  return jsonb_build_object('status', 'ok', 'act', act, 'actor', who.actor, 'person', who.person_id, 'session', who.session_id,
    'duties', held, 'home', who.home, 'district', target, 'at', (extract(epoch from kernel.now()) * 1000000)::bigint);
end $$;

-- Opens the record of a refused attempt: same actor rules, minus duty and district, which may be why it was refused.
create function kernel.open_refusal(token bytea, act_type_ text, in_district text, request uuid, input bytea) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare who record; act uuid; target text; earlier kernel.act;
begin
  if exists (select from kernel.tx_actor x where x.pid = pg_backend_pid() and x.txid = pg_current_xact_id_if_assigned()) then
    raise exception 'one transaction has one actor and one act' using errcode = 'MB001';
  end if;
  select * into who from kernel.whose_token(token);
  if who.actor is null then who.actor := 'anonymous'; who.home := 'city'; end if;
  target := who.home;
  select * into earlier from kernel.act a where a.district = target and a.actor = who.actor and a.request_id = request;
  if found then
    -- The same request was answered while this one waited (a double click): its answer is the answer.
    if who.actor <> 'anonymous' and earlier.input_hash = input and earlier.type = act_type_ then
      return jsonb_build_object('status', 'replay', 'act', earlier.id, 'outcome', earlier.outcome, 'answer', earlier.answer);
    end if;
    request := gen_random_uuid();
  end if;
  act := kernel.uuid7();
  perform kernel.bind_tx('acting', who.actor, who.person_id, who.session_id, who.home, false, target, act, act_type_, request, input);
  return jsonb_build_object('status', 'ok', 'act', act, 'actor', who.actor, 'person', who.person_id, 'session', who.session_id,
    'duties', case when who.person_id is null then '{}' else kernel.duties_of(who.person_id) end,
    'home', who.home, 'district', target, 'at', (extract(epoch from kernel.now()) * 1000000)::bigint);
end $$;

-- Binds a transaction that only looks at lists of one's own work. No act, no leaf, nothing writable.
create function kernel.open_read(token bytea) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare who record;
begin
  select * into who from kernel.whose_token(token);
  if who.person_id is null then return jsonb_build_object('status', 'not_signed_in'); end if;
  perform kernel.bind_tx('reading', who.actor, who.person_id, who.session_id, who.home, who.is_city, who.home, null, null, null, null);
  return jsonb_build_object('status', 'ok', 'actor', who.actor, 'person', who.person_id, 'session', who.session_id,
    'duties', kernel.duties_of(who.person_id), 'home', who.home, 'district', who.home,
    'at', (extract(epoch from kernel.now()) * 1000000)::bigint);
end $$;

-- Closes the act: writes it, its values and its place in the queue. Id, time, person and leaf bytes are made
-- here; the caller brings only the root over its field commitments.
create function kernel.close_act(outcome_ text, refusal_ text, clause_ text, subject_kind_ text, subject_id_ text, answer_ jsonb,
                                 field_names text[], commitments bytea[], salts bytea[], field_values bytea[], sealed_ boolean[], root bytea) returns bigint
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor; e bytea; s bigint; n integer := cardinality(field_names);
begin
  t := kernel.tx();
  if t.act_id is null or t.state <> 'acting' then
    raise exception 'no open act in this transaction' using errcode = 'MB003';
  end if;
  if octet_length(root) <> 32 then raise exception 'the field root must be 32 bytes' using errcode = 'MB004'; end if;
  e := convert_to(
    '{"act":"' || t.act_id || '","at":"' || to_char(t.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    || '","district":"' || t.district || '","fields":"' || encode(root, 'hex') || '","n":' || n
    || ',"outcome":"' || outcome_ || '","type":"' || t.act_type || '","v":1}', 'UTF8');
  insert into kernel.act (district, id, type, at, actor, person_id, session_id, request_id, input_hash, outcome, refusal, clause,
                          subject_kind, subject_id, answer, entry, fields)
  values (t.district, t.act_id, t.act_type, t.at, t.actor, t.person_id, t.session_id, t.request_id, t.input_hash, outcome_, refusal_,
          clause_, subject_kind_, subject_id_, answer_, e, n)
  returning seq into s;
  insert into kernel.act_value (district, act_id, no, field, commitment, salt, value, sealed)
  select t.district, t.act_id, u.no - 1, u.f, u.c, u.s, u.v, u.x
  from unnest(field_names, commitments, salts, field_values, sealed_) with ordinality as u (f, c, s, v, x, no);
  insert into kernel.act_queue values (s, t.district, t.act_id, sha256('\x00'::bytea || e));
  update kernel.tx_actor set state = 'closed' where pid = pg_backend_pid();
  return s;
end $$;

---------------------------------------------------------------------------------------------------
-- Protection every capability's tables ask for, said once.
---------------------------------------------------------------------------------------------------
create function kernel.refuse_change() returns trigger
  language plpgsql set search_path = pg_catalog as $$
begin
  raise exception '% is append-only: % refused', tg_table_schema || '.' || tg_table_name, tg_op using errcode = 'MB010';
end $$;

-- Makes a district's table safe: forced row-level security, reads by the actor's scope, writes only into the
-- open act's district. append_only also refuses update, delete and truncate for everyone but a superuser.
create procedure kernel.protect(t regclass, append_only boolean)
  language plpgsql set search_path = pg_catalog as $$
begin
  execute format('alter table %s enable row level security', t);
  execute format('alter table %s force row level security', t);
  execute format('create policy reads on %s for select to mingbu_app using (district = (select kernel.act_district()) or (select kernel.may_read_all()))', t);
  execute format('create policy writes on %s for insert to mingbu_app with check (district = (select kernel.act_district()))', t);
  execute format('create policy changes on %s for update to mingbu_app using (district = (select kernel.act_district())) with check (district = (select kernel.act_district()))', t);
  execute format('create policy owner_all on %s to mingbu_owner using (true) with check (true)', t);
  execute format('create policy auditor_reads on %s for select to mingbu_auditor using (true)', t);
  execute format('grant select on %s to mingbu_app, mingbu_auditor', t);
  if append_only then
    execute format('create trigger append_only before update or delete on %s for each row execute function kernel.refuse_change()', t);
  else
    execute format('create trigger no_delete before delete on %s for each row execute function kernel.refuse_change()', t);
  end if;
  execute format('create trigger no_truncate before truncate on %s for each statement execute function kernel.refuse_change()', t);
end $$;

call kernel.protect('kernel.act', true);
call kernel.protect('kernel.duty_grant', false);
alter table kernel.act_value enable row level security;
alter table kernel.act_value force row level security;
create policy reads on kernel.act_value for select to mingbu_app using (district = (select kernel.act_district()) or (select kernel.may_read_all()));
create policy owner_all on kernel.act_value to mingbu_owner using (true) with check (true);
create policy auditor_reads on kernel.act_value for select to mingbu_auditor using (true);
create policy sequencer_reads on kernel.act for select to mingbu_sequencer using (true);
grant select on kernel.act_value to mingbu_app, mingbu_auditor;
grant select on kernel.act to mingbu_sequencer;
create trigger no_truncate before truncate on kernel.act_value for each statement execute function kernel.refuse_change();
grant select on kernel.district, kernel.person, kernel.duty, kernel.duty_conflict, kernel.act_type, kernel.duty_grant_pair, kernel.clock
  to mingbu_app, mingbu_sequencer, mingbu_auditor;
alter table kernel.duty_grant alter column act_id set default kernel.act_id();
alter table kernel.duty_grant add constraint duty_grant_act foreign key (district, act_id) references kernel.act deferrable initially deferred;
grant insert (district, person_id, duty, during) on kernel.duty_grant to mingbu_app;
grant update (during) on kernel.duty_grant to mingbu_app;

-- Erasure of what the law lets be erased: only inside an erasure act, and never a register row (design, settled 7).
create function kernel.erase_value(of_act uuid, field_ text) returns boolean
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if t.act_type is distinct from 'evidence.erase' then
    raise exception 'values are erased only by an erasure act' using errcode = 'MB011';
  end if;
  if field_ like 'row:%' then
    raise exception 'register values are never erased' using errcode = 'MB012';
  end if;
  update kernel.act_value set salt = null, value = null
  where district = t.district and act_id = of_act and field = field_ and value is not null;
  return found;
end $$;
create function kernel.refuse_value_change() returns trigger
  language plpgsql set search_path = pg_catalog as $$
begin
  if tg_op = 'UPDATE' and new.salt is null and new.value is null and old.field not like 'row:%'
     and (new.district, new.act_id, new.no, new.field, new.commitment, new.sealed) = (old.district, old.act_id, old.no, old.field, old.commitment, old.sealed) then
    return new;
  end if;
  raise exception 'kernel.act_value is append-only: % refused', tg_op using errcode = 'MB010';
end $$;
create trigger append_only before update or delete on kernel.act_value for each row execute function kernel.refuse_value_change();

---------------------------------------------------------------------------------------------------
-- Accounts and sessions: the app asks, the database decides.
---------------------------------------------------------------------------------------------------
-- Salt and cost for a user name. An unknown name gets a stable invented salt, so names cannot be probed.
create function kernel.password_params(login text) returns table (salt bytea, kdf text)
  language sql stable security definer set search_path = pg_catalog
  as $$
    select coalesce(a.salt, substring(sha256(convert_to('salt:' || login || s.value, 'UTF8')) for 16)),
           coalesce(a.kdf, 'argon2id:m=19456,t=2,p=1')
    from kernel.setting s left join kernel.account a on a.username = login and a.closed_at is null
    where s.name = 'salt_pepper'
  $$;

-- Opens a session inside a sign-in act. Returns {status, …}; the token leaves once, here. Wrong passwords are
-- counted by kernel.count_failure in the transaction that records the refusal.
create function kernel.sign_in(login text, derived bytea, at_workstation text) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare a kernel.account; p kernel.person; t kernel.tx_actor := kernel.tx(); token bytea; ended uuid; started uuid;
begin
  if t.act_type is distinct from 'session.signIn' then
    raise exception 'sessions open only in a sign-in act' using errcode = 'MB020';
  end if;
  select * into a from kernel.account where username = login and closed_at is null for update;
  if not found then return jsonb_build_object('status', 'wrong'); end if;
  if a.locked_until > kernel.now() then
    return jsonb_build_object('status', 'locked', 'seconds', ceil(extract(epoch from a.locked_until - kernel.now())));
  end if;
  if a.verifier <> sha256(derived) then return jsonb_build_object('status', 'wrong'); end if;
  select * into p from kernel.person where id = a.person_id and (active_to is null or active_to > kernel.now());
  if not found then return jsonb_build_object('status', 'wrong'); end if;
  update kernel.account set failures = 0, locked_until = null where id = a.id and (failures > 0 or locked_until is not null);
  update kernel.session set ended_at = kernel.now(), end_reason = 'superseded'
    where person_id = p.id and ended_at is null returning id into ended;
  token := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  insert into kernel.session (token_hash, person_id, workstation, expires_at)
    values (sha256(token), p.id, at_workstation, kernel.now() + interval '12 hours') returning id into started;
  return jsonb_build_object('status', 'ok', 'token', encode(token, 'hex'), 'person', p.id, 'session', started, 'superseded', ended);
end $$;

create function kernel.sign_out() returns void
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if t.act_type is distinct from 'session.signOut' then
    raise exception 'sessions end only in a sign-out act' using errcode = 'MB020';
  end if;
  update kernel.session set ended_at = kernel.now(), end_reason = 'signed_out' where id = t.session_id and ended_at is null;
end $$;

-- Counts a failed sign-in, in the transaction that records the refusal (the one that tried is rolled back).
-- Locks with growing delay: from the 5th failure on 1, 2, 4 … minutes, at most a day (6.3; GB/T 22239 8.1.4.1 b).
create function kernel.count_failure(login text) returns void
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if t.act_type is distinct from 'session.signIn' then raise exception 'not a sign-in' using errcode = 'MB020'; end if;
  update kernel.account set failures = failures + 1,
    locked_until = case when failures + 1 >= 5
      then kernel.now() + least(interval '1 minute' * power(2, least(failures + 1 - 5, 20)), interval '1 day') end
  where username = login and closed_at is null and (locked_until is null or locked_until <= kernel.now());
end $$;

revoke execute on all functions in schema kernel from public;
grant execute on function kernel.now(), kernel.uuid7(timestamptz), kernel.tx(), kernel.act_id(), kernel.act_at(), kernel.act_person(),
  kernel.act_district(), kernel.may_read_all(), kernel.duties_of(uuid) to mingbu_app, mingbu_sequencer, mingbu_auditor;
grant execute on function kernel.open_act(bytea, text, text, uuid, bytea), kernel.open_refusal(bytea, text, text, uuid, bytea),
  kernel.open_read(bytea), kernel.close_act(text, text, text, text, text, jsonb, text[], bytea[], bytea[], bytea[], boolean[], bytea),
  kernel.erase_value(uuid, text), kernel.password_params(text), kernel.sign_in(text, bytea, text), kernel.sign_out(),
  kernel.count_failure(text) to mingbu_app;
grant execute on function kernel.refuse_change(), kernel.refuse_value_change() to public;
