-- 0046 sessions: bound to a device, barred while locked or while the password is too old, and told how they ended
-- Why:    clause 6.3. A token alone opened everything: it could be carried to another machine, it went on behind an
--         unattended desk, and it outlived the quarter after which a password is changed. Whoever lost a session
--         was told nothing. And only the newest password was known, so that two could be used in turn.
-- Change: additive; functions replaced under their names. A token may now be followed by the secret of its device.
-- Locks:  kernel.session and kernel.account, briefly.  Data: live sessions are told when their password is too old.
-- Undo:   go forward; sessions may be ended at any time.

create table kernel.device (
  id          uuid primary key default kernel.uuid7(),
  secret_hash bytea not null unique check (octet_length(secret_hash) = 32),
  made_at     timestamptz not null default kernel.now()
);
comment on table kernel.device is 'A browser or program that keeps a secret of its own beside any session. Its names are those its sessions gave.';

alter table kernel.session
  add column device_id        uuid references kernel.device,
  add column device_hash      bytea check (octet_length(device_hash) = 32),
  add column bar              text check (bar in ('session_locked', 'factor_needed')),
  add column barred_at        timestamptz,
  add column password_until   timestamptz not null default 'infinity',
  add column ended_by         uuid references kernel.person,
  add column ended_by_session uuid,
  add column end_note         text check (length(end_note) <= 500),
  add check ((device_id is null) = (device_hash is null)),
  add check ((bar is null) = (barred_at is null)),
  drop constraint session_end_reason_check,
  add constraint session_end_reason_check check (end_reason in
    ('signed_out', 'superseded', 'other_person', 'foreign_device', 'left', 'locked', 'absent', 'ended', 'password', 'reset')),
  add constraint session_ended_whole check ((ended_at is null) = (end_reason is null)),
  add constraint session_not_ended_by_oneself check (end_reason <> 'ended' or (ended_by is not null and ended_by <> person_id and end_note is not null));
comment on column kernel.session.device_hash is 'The same as of device_id, so that who holds a token is found without a join.';
comment on column kernel.session.bar is 'While it stands the session opens nothing but the acts that say so (act_type.despite).';
comment on column kernel.session.password_until is 'From then on the session opens nothing but the change of the password.';
create unique index session_one_live_per_device on kernel.session (device_id) where ended_at is null;
create index session_device on kernel.session (device_id, started_at) where device_id is not null;
create index session_person on kernel.session (person_id, started_at);

alter table kernel.account
  add column ages     boolean not null default true,
  add column reset_at timestamptz;
comment on column kernel.account.ages is 'False for the shared password of a demo, which everybody may read on the sign-in page.';
comment on column kernel.account.reset_at is 'A reset was approved: the password is void until its ticket is redeemed.';

alter table kernel.act_type add column despite text[] not null default '{}';
comment on column kernel.act_type.despite is 'Bars of a session under which the act may still be performed: session_locked, factor_needed, password_expired.';

---------------------------------------------------------------------------------------------------
-- The password's quarter.
---------------------------------------------------------------------------------------------------
create function kernel.password_until(a kernel.account) returns timestamptz
  language sql stable set search_path = pg_catalog
  as $$ select case when a.ages then a.changed_at + interval '90 days' else 'infinity' end $$;
revoke execute on function kernel.password_until(kernel.account) from public;
update kernel.session s set password_until = kernel.password_until(a)
  from kernel.account a where a.person_id = s.person_id and a.closed_at is null and s.ended_at is null;

---------------------------------------------------------------------------------------------------
-- Who holds a token: as in 0040, of which the first 32 bytes are the token itself and the rest the secret of the device.
---------------------------------------------------------------------------------------------------
drop function kernel.whose_token(bytea);
create function kernel.whose_token(token bytea)
  returns table (actor text, person_id uuid, session_id uuid, home text, is_city boolean, held text[], at timestamptz, bar text)
  language sql stable
begin atomic
  select 'person:' || p.id, p.id, s.id, p.district, d.is_city,
    (select array_agg(distinct g.duty order by g.duty) from kernel.duty_grant g
     where g.person_id = p.id and g.during @> (pg_catalog.now() + c.ahead)),
    pg_catalog.now() + c.ahead,
    coalesce(s.bar, case when s.password_until <= pg_catalog.now() + c.ahead then 'password_expired' end)
  from kernel.clock c, kernel.session s
    join kernel.person p on p.id = s.person_id
    join kernel.district d on d.id = p.district
  where s.token_hash = (select sha256(substring(token for 32))) and s.ended_at is null and s.expires_at > pg_catalog.now() + c.ahead
    and s.device_hash is not distinct from (select case when octet_length(token) > 32 then sha256(substring(token from 33)) end)
    and p.active_from <= pg_catalog.now() + c.ahead and (p.active_to is null or p.active_to > pg_catalog.now() + c.ahead)
    and not exists (select from people.absence b where b.person_id = p.id and b.during @> (pg_catalog.now() + c.ahead) and b.withdrawn_at is null)
  union all
  select 'service:' || v.name, null, null, 'city', true, null, pg_catalog.now() + c.ahead, null
  from kernel.clock c, kernel.service v where v.token_hash = (select sha256(token));
end;
revoke execute on function kernel.whose_token(bytea) from public;
comment on function kernel.whose_token is 'For the owner''s definer functions, into whose statements it melts.';

-- A token that comes from another device than its own was carried there: its session ends. The watch makes a finding of it.
create function kernel.end_if_foreign(token bytea) returns void
  language sql security definer set search_path = pg_catalog
  as $$
    update kernel.session s set ended_at = kernel.now(), end_reason = 'foreign_device'
    where s.token_hash = sha256(substring(token for 32)) and s.ended_at is null and s.expires_at > kernel.now()
      and s.device_hash is distinct from case when octet_length(token) > 32 then sha256(substring(token from 33)) end
  $$;
revoke execute on function kernel.end_if_foreign(bytea) from public;

-- As in 0023, and refuses what the session's bar does not let through.
create or replace function kernel.open_act(token bytea, act_type_ text, in_district text, request uuid, input bytea) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare r record; earlier kernel.act;
begin
  -- One question for all that decides: the type of act, who holds the token, and whether this request came before.
  select t.actors, t.duties, t.citywide, t.despite, w.*, coalesce(in_district, w.home, 'city') as target,
    (select a.id from kernel.act a where a.district = coalesce(in_district, w.home) and a.actor = w.actor and a.request_id = request) as earlier
  into r from kernel.act_type t left join kernel.whose_token(token) w on true where t.type = act_type_;
  if not found then raise exception 'unknown act type %', act_type_ using errcode = 'MB002'; end if;
  if r.actor is null then
    if not 'anonymous' = any (r.actors) then return jsonb_build_object('status', 'not_signed_in'); end if;
    return kernel.bind_tx('acting', 'anonymous', null, null, 'city', false, r.target, kernel.uuid7(), act_type_, request, input);
  end if;
  if not split_part(r.actor, ':', 1) = any (r.actors) then return jsonb_build_object('status', 'wrong_actor', 'actor', r.actor); end if;
  if r.bar is not null and not r.bar = any (r.despite) then
    return jsonb_build_object('status', r.bar, 'actor', r.actor, 'person', r.person_id, 'duties', '{}'::text[], 'home', r.home);
  end if;
  if r.person_id is not null and r.target <> r.home and not (r.is_city and r.citywide) then
    return jsonb_build_object('status', 'wrong_district', 'actor', r.actor, 'person', r.person_id, 'duties', coalesce(r.held, '{}'), 'home', r.home);
  end if;
  if r.person_id is not null and r.duties <> '{}' and not r.duties && coalesce(r.held, '{}') then
    return jsonb_build_object('status', 'no_duty', 'actor', r.actor, 'person', r.person_id, 'duties', coalesce(r.held, '{}'), 'home', r.home);
  end if;
  if r.earlier is not null then
    select * into earlier from kernel.act a where a.district = r.target and a.id = r.earlier;
    if earlier.input_hash = input and earlier.type = act_type_ then
      return jsonb_build_object('status', 'replay', 'act', earlier.id, 'outcome', earlier.outcome, 'answer', earlier.answer);
    end if;
    return jsonb_build_object('status', 'request_id_reused', 'actor', r.actor, 'person', r.person_id, 'duties', coalesce(r.held, '{}'), 'home', r.home);
  end if;
  return kernel.bind_tx('acting', r.actor, r.person_id, r.session_id, r.home, r.is_city, r.target, kernel.uuid7(), act_type_, request, input, r.held, r.at);
end $$;

-- As in 0023, and ends a session whose token came from another device.
create or replace function kernel.open_refusal(token bytea, act_type_ text, in_district text, request uuid, input bytea) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare w record; earlier kernel.act;
begin
  select * into w from kernel.whose_token(token);
  if not found then
    if token is not null then perform kernel.end_if_foreign(token); end if;
    select 'anonymous' as actor, null::uuid as person_id, null::uuid as session_id, 'city' as home, null::text[] as held, kernel.now() as at into w;
  end if;
  select * into earlier from kernel.act a where a.district = w.home and a.actor = w.actor and a.request_id = request;
  if found then
    -- The same request was answered while this one waited (a double click): its answer is the answer.
    if w.actor <> 'anonymous' and earlier.input_hash = input and earlier.type = act_type_ then
      return jsonb_build_object('status', 'replay', 'act', earlier.id, 'outcome', earlier.outcome, 'answer', earlier.answer);
    end if;
    request := gen_random_uuid();
  end if;
  return kernel.bind_tx('refusing', w.actor, w.person_id, w.session_id, w.home, false, w.home, kernel.uuid7(), act_type_, request, input, w.held, w.at);
end $$;

-- As in 0023. Under a bar only what names it is opened, and in no district: the person's own name and no row of any office.
drop function kernel.open_read(bytea);
create function kernel.open_read(token bytea, despite text[] default '{}') returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare w record;
begin
  select * into w from kernel.whose_token(token) x where x.person_id is not null;
  if not found then
    if token is not null then perform kernel.end_if_foreign(token); end if;
    return jsonb_build_object('status', 'not_signed_in');
  end if;
  if w.bar is null then
    return kernel.bind_tx('reading', w.actor, w.person_id, w.session_id, w.home, w.is_city, w.home, null, null, null, null, w.held, w.at);
  end if;
  if not w.bar = any (despite) then return jsonb_build_object('status', w.bar); end if;
  return kernel.bind_tx('reading', w.actor, w.person_id, w.session_id, w.home, false, null, null, null, null, null, null, w.at);
end $$;

---------------------------------------------------------------------------------------------------
-- Signing in, locking, ending.
---------------------------------------------------------------------------------------------------
-- What acts commit to of a session and of a device.
create or replace view kernel.session_seen as
  select s.id, coalesce(p.enrolled_in, p.district) as district, s.person_id, s.workstation, s.started_at, s.expires_at, sha256(s.token_hash) as token, s.device_id
  from kernel.session s join kernel.person p on p.id = s.person_id;
create view kernel.device_seen as select id, made_at, sha256(secret_hash) as secret from kernel.device;
grant select on kernel.device_seen to mingbu_auditor;
grant select (workstation, started_at, end_reason, device_id, ended_by, ended_by_session, bar, barred_at, password_until) on kernel.session to mingbu_auditor;
grant select (id, person_id, username, changed_at, closed_at, locked_until, reset_at, ages) on kernel.account to mingbu_auditor;

-- Seconds for which a name stays locked, whether anybody has it or not; null when it is not.
create function kernel.locked_for(login text) returns integer
  language sql stable security definer set search_path = pg_catalog
  as $$
    select ceil(extract(epoch from x.until - kernel.now()))::integer from (
      select coalesce((select a.locked_until from kernel.account a where a.username = login and a.closed_at is null),
                      (select u.locked_until from kernel.unknown_name u where u.name_hash = kernel.name_hash(login))) as until) x
    where x.until > kernel.now()
  $$;

-- As in 0030. `device` is the secret of the machine; null for programs that have none. On one device there is one live session,
-- and of one person there is one: the others end here. The answer says which of this person's own was ended.
drop function kernel.sign_in(text, bytea, text);
create function kernel.sign_in(login text, derived bytea, at_workstation text, device bytea default null) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare a kernel.account; p kernel.person; t kernel.tx_actor := kernel.tx(); seconds integer;
  token bytea; d kernel.device; was kernel.session; s kernel.session; started uuid := kernel.uuid7();
begin
  if t.act_type is distinct from 'session.signIn' then
    raise exception 'sessions open only in a sign-in act' using errcode = 'MB020';
  end if;
  if octet_length(device) < 16 then raise exception 'the secret of a device has at least 16 bytes' using errcode = 'MB021'; end if;
  select * into a from kernel.account where username = login and closed_at is null for update;
  seconds := kernel.locked_for(login);
  if seconds is not null then return jsonb_build_object('status', 'locked', 'seconds', seconds); end if;
  if a.id is null or a.verifier <> sha256(derived) then return jsonb_build_object('status', 'wrong'); end if;
  select * into p from kernel.person where id = a.person_id and (active_to is null or active_to > kernel.now());
  if not found then return jsonb_build_object('status', 'wrong'); end if;
  if a.reset_at is not null then return jsonb_build_object('status', 'reset'); end if;
  if people.is_absent(p.id) then return jsonb_build_object('status', 'absent'); end if;
  update kernel.account set failures = 0, locked_until = null where id = a.id and (failures > 0 or locked_until is not null);
  if device is not null then
    -- Who signs in on the same device at the same time waits for the device's row.
    insert into kernel.device as x (secret_hash) values (sha256(device))
      on conflict (secret_hash) do update set secret_hash = excluded.secret_hash returning * into d;
  end if;
  update kernel.session set ended_at = kernel.now(), end_reason = 'superseded', ended_by_session = started
    where person_id = p.id and ended_at is null returning * into was;
  if device is not null then
    update kernel.session set ended_at = kernel.now(), end_reason = 'other_person', ended_by_session = started
      where device_id = d.id and ended_at is null;
  end if;
  token := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  insert into kernel.session (id, token_hash, person_id, workstation, expires_at, device_id, device_hash, password_until)
    values (started, sha256(token), p.id, at_workstation, kernel.now() + interval '12 hours', d.id, d.secret_hash, kernel.password_until(a))
    returning * into s;
  return jsonb_build_object('status', 'ok', 'token', encode(token || coalesce(device, ''), 'hex'), 'person', p.id, 'session', started,
    'superseded', case when was.expires_at > kernel.now() then jsonb_build_object('session', was.id, 'workstation', was.workstation,
      'startedAt', was.started_at, 'otherDevice', was.device_id is distinct from d.id) end,
    'image', (select jsonb_strip_nulls(to_jsonb(x))::text from kernel.session_seen x where x.id = started),
    'device', (select jsonb_strip_nulls(to_jsonb(x))::text from kernel.device_seen x where x.id = d.id));
end $$;

-- Ends every live session of a person, for the owner's functions behind acts (leaving, reset, leave). Returns how many.
create function kernel.end_sessions(person uuid, reason text) returns integer
  language plpgsql security definer set search_path = pg_catalog as $$
declare n integer; by_ uuid := kernel.act_person();
begin
  if kernel.act_id() is null then raise exception 'sessions end only in an act' using errcode = 'MB020'; end if;
  update kernel.session set ended_at = kernel.now(), end_reason = reason, ended_by = nullif(by_, person)
    where person_id = person and ended_at is null;
  get diagnostics n = row_count;
  return n;
end $$;

create function kernel.lock_session() returns void
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if t.act_type is distinct from 'session.lock' then raise exception 'sessions are locked only in their act' using errcode = 'MB020'; end if;
  update kernel.session set bar = 'session_locked', barred_at = kernel.now() where id = t.session_id and bar is null;
end $$;

-- The password again, of the one whose session it is. Wrong tries count and lock as those of signing in.
create function kernel.unlock_session(derived bytea) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); a kernel.account;
begin
  if t.act_type is distinct from 'session.unlock' then raise exception 'sessions are unlocked only in their act' using errcode = 'MB020'; end if;
  select * into a from kernel.account where person_id = t.person_id and closed_at is null for update;
  if a.locked_until > kernel.now() then
    return jsonb_build_object('status', 'locked', 'seconds', ceil(extract(epoch from a.locked_until - kernel.now())));
  end if;
  if a.verifier is distinct from sha256(derived) then return jsonb_build_object('status', 'wrong'); end if;
  update kernel.account set failures = 0, locked_until = null where id = a.id and failures > 0;
  update kernel.session set bar = null, barred_at = null where id = t.session_id and bar = 'session_locked';
  return jsonb_build_object('status', 'ok');
end $$;

-- Salt and cost of the acting person's own password.
create function kernel.own_password_params() returns table (salt bytea, kdf text)
  language sql stable security definer set search_path = pg_catalog
  as $$ select a.salt, a.kdf from kernel.account a where a.person_id = kernel.act_person() and a.closed_at is null $$;

-- One more failed try of a person: from the 5th on the account is locked for 1, 2, 4 … minutes, a day at most. For the owner's
-- functions that check passwords, codes and keys.
create function kernel.count_failure_of(person uuid) returns void
  language sql security definer set search_path = pg_catalog
  as $$
    update kernel.account set failures = failures + 1, locked_until = kernel.lock_after(failures + 1)
    where person_id = person and closed_at is null and (locked_until is null or locked_until <= kernel.now())
  $$;

-- As in 0022, for every act that asks for a password or another factor: `login` is heard only where nobody is signed in.
create or replace function kernel.count_failure(login text) returns void
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); who uuid;
begin
  if t.refused_type in ('session.unlock', 'account.changePassword') or t.refused_type like 'factor.%' then
    perform kernel.count_failure_of(t.person_id);
    return;
  end if;
  if t.refused_type is distinct from 'session.signIn' then raise exception 'not a refused sign-in' using errcode = 'MB020'; end if;
  select person_id into who from kernel.account where username = login and closed_at is null;
  if found then
    perform kernel.count_failure_of(who);
  else
    insert into kernel.unknown_name as u values (kernel.name_hash(login), 1, null)
    on conflict (name_hash) do update set failures = u.failures + 1, locked_until = kernel.lock_after(u.failures + 1)
    where u.locked_until is null or u.locked_until <= kernel.now();
  end if;
end $$;

---------------------------------------------------------------------------------------------------
-- What the holder of a token may know of its session, also when it has ended, and for many tokens at once.
---------------------------------------------------------------------------------------------------
create function kernel.session_states(tokens bytea[]) returns table (no integer, state text, told jsonb)
  language sql stable security definer set search_path = pg_catalog
  as $$
    select x.no::integer,
      case when x.id is null then 'unknown' when x.why is not null then 'ended' when x.bar is not null then x.bar
        when x.password_until <= kernel.now() then 'password_expired' else 'live' end,
      case when x.why is not null then jsonb_strip_nulls(jsonb_build_object(
        'reason', x.why,
        'at', to_char(coalesce(x.ended_at, least(x.expires_at, x.active_to, kernel.now())) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'startedAt', to_char(x.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'by', case when x.why = 'ended' then (select b.name from kernel.person b where b.id = x.ended_by) end,
        'note', case when x.why = 'ended' then x.end_note end,
        'workstation', case when x.why = 'superseded' then (select n.workstation from kernel.session n where n.id = x.ended_by_session) end)) end
    from (
      select u.no, s.*, p.active_to,
        case when s.ended_at is not null then s.end_reason when p.active_to <= kernel.now() then 'left' when people.is_absent(p.id) then 'absent'
          when s.expires_at <= kernel.now() then 'expired' end as why
      from unnest(tokens) with ordinality as u (token, no)
        left join kernel.session s on s.token_hash = sha256(substring(u.token for 32))
          and s.device_hash is not distinct from case when octet_length(u.token) > 32 then sha256(substring(u.token from 33)) end
        left join kernel.person p on p.id = s.person_id) x
  $$;
-- The present session, for its own person.
create function kernel.own_session() returns jsonb
  language sql stable security definer set search_path = pg_catalog
  as $$
    select jsonb_build_object('id', s.id, 'workstation', s.workstation, 'startedAt', s.started_at, 'expiresAt', s.expires_at,
      'passwordUntil', nullif(s.password_until, 'infinity'))
    from kernel.session s where s.id = (kernel.tx()).session_id
  $$;

revoke execute on function kernel.open_read(bytea, text[]), kernel.locked_for(text), kernel.sign_in(text, bytea, text, bytea), kernel.end_sessions(uuid, text),
  kernel.lock_session(), kernel.unlock_session(bytea), kernel.own_password_params(), kernel.count_failure_of(uuid), kernel.session_states(bytea[]),
  kernel.own_session() from public;
grant execute on function kernel.open_read(bytea, text[]), kernel.locked_for(text), kernel.sign_in(text, bytea, text, bytea), kernel.lock_session(),
  kernel.unlock_session(bytea), kernel.own_password_params(), kernel.session_states(bytea[]), kernel.own_session() to mingbu_app;
