-- 0063 first device: without one a session opens nothing but its registration; an address that guesses has to wait
-- Why:    clause 6.3. Who had registered no device signed in with the password alone, for ever. And an account locks after five
--         wrong tries, but one address could try one password under every name there is, and the holder was told of no try.
-- Change: additive; functions replaced under their names. kernel.sign_in and kernel.count_failure hear the address as well.
-- Locks:  kernel.session, briefly.
-- Data:   live sessions of people without a device are barred; such people may register their first one within seven days.
-- Undo:   drop the triggers.

---------------------------------------------------------------------------------------------------
-- The bar `device_needed`.
---------------------------------------------------------------------------------------------------
alter table kernel.session
  drop constraint session_bar_check,
  add constraint session_bar_check check (bar in ('session_locked', 'factor_needed', 'device_needed'));
comment on column kernel.act_type.despite is 'Bars of a session under which the act may still be performed: session_locked, factor_needed, device_needed, password_expired.';

create function people.has_device(person uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog
  as $$ select exists (select from people.factor f where f.person_id = person and f.ended_at is null) $$;

-- As in 0049; who has no device at all is let in to register one, and for nothing else.
create or replace function people.session_awaits_factor() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if new.bar is null then
    new.bar := case when not people.has_device(new.person_id) then 'device_needed'
      when exists (select from people.factor f where f.person_id = new.person_id and f.ended_at is null and not f.demo) then 'factor_needed' end;
    if new.bar is not null then new.barred_at := kernel.now(); end if;
  end if;
  return new;
end $$;

-- Whatever function lets a session go on: never while its person has no device.
create function people.refuse_without_device() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if not people.has_device(new.person_id) then
    raise exception 'no session is opened without a registered device' using errcode = 'MB062', constraint = 'session_with_device';
  end if;
  return new;
end $$;
create trigger with_device before update of bar on kernel.session
  for each row when (old.bar is not null and new.bar is null and new.ended_at is null) execute function people.refuse_without_device();

-- The first device opens the session that waited for it.
create function people.device_opens_session() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  update kernel.session s set bar = null, barred_at = null
  where s.person_id = new.person_id and s.bar = 'device_needed' and s.ended_at is null;
  return null;
end $$;
create trigger opens_session after insert on people.factor for each row execute function people.device_opens_session();

update kernel.session s set bar = 'device_needed', barred_at = kernel.now()
  where s.ended_at is null and s.bar is null and not people.has_device(s.person_id);
insert into people.first_factor select a.person_id, kernel.now() + interval '7 days' from kernel.account a
  where a.closed_at is null and not people.has_device(a.person_id)
  on conflict (person_id) do update set until = greatest(people.first_factor.until, excluded.until);

-- As in 0046 and 0048: a window is also locked while it waits for a first device, which another could register at it.
create or replace function kernel.lock_session() returns void
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if t.act_type is distinct from 'session.lock' then raise exception 'sessions are locked only in their act' using errcode = 'MB020'; end if;
  update kernel.session set bar = 'session_locked', barred_at = kernel.now() where id = t.session_id and (bar is null or bar = 'device_needed');
end $$;
create or replace function kernel.lock_idle(tokens bytea[]) returns integer
  language sql security definer set search_path = pg_catalog
  as $$
    with locked as (
      update kernel.session set bar = 'session_locked', barred_at = kernel.now()
      where token_hash in (select sha256(substring(t for 32)) from unnest(tokens) t) and ended_at is null and (bar is null or bar = 'device_needed')
      returning 1)
    select count(*)::integer from locked
  $$;
create or replace function kernel.unlock_session(derived bytea) returns jsonb
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
  if people.has_device(t.person_id) then
    update kernel.session set bar = null, barred_at = null where id = t.session_id and bar = 'session_locked';
  else
    update kernel.session set bar = 'device_needed', barred_at = t.at where id = t.session_id and bar = 'session_locked';
  end if;
  return jsonb_build_object('status', 'ok');
end $$;

-- As in 0046, and by what the session is barred.
create or replace function kernel.own_session() returns jsonb
  language sql stable security definer set search_path = pg_catalog
  as $$
    select jsonb_build_object('id', s.id, 'workstation', s.workstation, 'startedAt', s.started_at, 'expiresAt', s.expires_at,
      'passwordUntil', nullif(s.password_until, 'infinity'),
      'bar', coalesce(s.bar, case when s.password_until <= kernel.now() then 'password_expired' end))
    from kernel.session s where s.id = (kernel.tx()).session_id
  $$;

---------------------------------------------------------------------------------------------------
-- Tries from one address. Neither table is evidence (every try is an act of its own); both forget within two days.
---------------------------------------------------------------------------------------------------
insert into kernel.setting values ('address_tries_max', '30'), ('address_names_max', '10') on conflict do nothing;
create table kernel.try_address (
  address      text primary key check (length(address) between 1 and 60),
  failures     integer not null check (failures > 0),
  tried_at     timestamptz not null,
  locked_until timestamptz
);
comment on table kernel.try_address is 'Failed sign-ins from one address, of which an hour without one forgets all.';
create index try_address_tried on kernel.try_address (tried_at);
create table kernel.try_name (
  address   text not null,
  name_hash bytea not null check (octet_length(name_hash) = 32),
  tried_at  timestamptz not null,
  primary key (address, name_hash)
);
comment on table kernel.try_name is 'Under which names an address failed to sign in, by the hash of kernel.unknown_name, and when last.';
create index try_name_tried on kernel.try_name (tried_at);

-- Seconds for which an address waits, from the 31st wrong try on 1, 2, 4 … minutes and an hour at most; null when it does not.
-- A device on which this account was opened before need not: nobody at an office is kept out by who guesses beside them.
create function kernel.address_waits(at_address text, login text, device bytea) returns integer
  language sql stable security definer set search_path = pg_catalog
  as $$
    select ceil(extract(epoch from x.locked_until - kernel.now()))::integer from kernel.try_address x
    where x.address = at_address and x.locked_until > kernel.now()
      and not exists (select from kernel.account a join kernel.session s on s.person_id = a.person_id join kernel.device d on d.id = s.device_id
        where a.username = login and a.closed_at is null and d.secret_hash = sha256(device))
  $$;

create function kernel.count_address(at_address text, login text) returns void
  language plpgsql security definer set search_path = pg_catalog as $$
declare most integer := (select value::integer from kernel.setting where name = 'address_tries_max');
begin
  delete from kernel.try_name where tried_at < kernel.now() - interval '2 days';
  delete from kernel.try_address where tried_at < kernel.now() - interval '2 days' and address <> at_address;
  insert into kernel.try_name values (at_address, kernel.name_hash(login), kernel.now())
    on conflict (address, name_hash) do update set tried_at = excluded.tried_at;
  insert into kernel.try_address as x values (at_address, 1, kernel.now(), null)
    on conflict (address) do update set tried_at = kernel.now(),
      failures = case when greatest(x.tried_at, x.locked_until) < kernel.now() - interval '1 hour' then 1 else x.failures + 1 end;
  update kernel.try_address x set locked_until = kernel.now() + least(interval '1 minute' * power(2, least(x.failures - most - 1, 20)), interval '1 hour')
  where x.address = at_address and x.failures > most;
end $$;

-- As in 0048, and counts the address the try came from.
drop function kernel.count_failure(text);
create function kernel.count_failure(login text, at_address text default null) returns void
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); who uuid;
begin
  if t.refused_type in ('session.unlock', 'account.changePassword') or t.refused_type like 'factor.%' then
    perform kernel.count_failure_of(t.person_id);
    return;
  end if;
  if t.refused_type is distinct from 'session.signIn' then raise exception 'not a refused sign-in' using errcode = 'MB020'; end if;
  if at_address is not null then perform kernel.count_address(at_address, login); end if;
  select person_id into who from kernel.account where username = login and closed_at is null;
  if found then
    perform kernel.count_failure_of(who);
  else
    delete from kernel.unknown_name where tried_at < kernel.now() - interval '2 days' and (locked_until is null or locked_until <= kernel.now());
    insert into kernel.unknown_name as u values (kernel.name_hash(login), 1, null, kernel.now())
    on conflict (name_hash) do update set failures = u.failures + 1, locked_until = kernel.lock_after(u.failures + 1), tried_at = kernel.now()
    where u.locked_until is null or u.locked_until <= kernel.now();
  end if;
end $$;

-- As in 0046. An address that guessed waits; and the session keeps how many tries of this account had failed before it.
alter table kernel.session add column failed_before integer not null default 0 check (failed_before >= 0);
drop function kernel.sign_in(text, bytea, text, bytea);
create function kernel.sign_in(login text, derived bytea, at_workstation text, device bytea default null, at_address text default null) returns jsonb
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
  seconds := kernel.address_waits(at_address, login, device);
  if seconds is not null then return jsonb_build_object('status', 'address_waits', 'seconds', seconds); end if;
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
  insert into kernel.session (id, token_hash, person_id, workstation, expires_at, device_id, device_hash, password_until, failed_before)
    values (started, sha256(token), p.id, at_workstation, kernel.now() + interval '12 hours', d.id, d.secret_hash, kernel.password_until(a), a.failures)
    returning * into s;
  return jsonb_build_object('status', 'ok', 'token', encode(token || coalesce(device, ''), 'hex'), 'person', p.id, 'session', started,
    'superseded', case when was.expires_at > kernel.now() then jsonb_build_object('session', was.id, 'workstation', was.workstation,
      'startedAt', was.started_at, 'otherDevice', was.device_id is distinct from d.id) end,
    'image', (select jsonb_strip_nulls(to_jsonb(x))::text from kernel.session_seen x where x.id = started),
    'device', (select jsonb_strip_nulls(to_jsonb(x))::text from kernel.device_seen x where x.id = d.id));
end $$;

-- What the holder of an account is told behind a sign-in: tries that failed since the one before, whether the account was never
-- opened on this device, and other devices on which it was opened for the first time since it was last opened on this one.
create function people.sign_in_notes() returns jsonb
  language sql stable security definer set search_path = pg_catalog
  as $$
    with own as (select s.* from kernel.session s where s.id = (kernel.tx()).session_id),
    earlier as (select e.* from kernel.session e, own where e.person_id = own.person_id and e.id <> own.id and e.started_at <= own.started_at)
    select jsonb_build_object('failed', own.failed_before,
      'newHere', own.device_id is not null and exists (select from earlier e where e.device_id is not null) and not exists (select from earlier e where e.device_id = own.device_id),
      'newElsewhere', (select coalesce(jsonb_agg(jsonb_build_object('workstation', n.workstation, 'at', n.started_at) order by n.started_at), '[]') from (
        select distinct on (e.device_id) e.device_id, e.workstation, e.started_at from earlier e
        where e.device_id <> own.device_id order by e.device_id, e.started_at) n
        where n.started_at > (select max(e.started_at) from earlier e where e.device_id = own.device_id)))
    from own
  $$;

-- R-04: one address failed to sign in under many names within an hour. Names nobody has count as well: who guesses names has none.
create function people.address_faults(since timestamptz) returns table (address text, key text, names integer)
  language sql stable security definer set search_path = pg_catalog
  as $$
    select f.address, f.key, f.names from (
      select n.address, 'address_many_names:' || n.address || to_char(max(n.tried_at), ':YYYYMMDD') as key, count(*)::integer as names
      from kernel.try_name n where n.tried_at > since and n.tried_at > kernel.now() - interval '1 hour'
      group by n.address) f
    where f.names >= (select value::integer from kernel.setting where name = 'address_names_max')
      and not exists (select from kernel.finding k where k.district = 'city' and k.dedupe_key = f.key)
    order by f.address
  $$;

revoke execute on function people.has_device(uuid), people.refuse_without_device(), people.device_opens_session(), kernel.address_waits(text, text, bytea),
  kernel.count_address(text, text), kernel.count_failure(text, text), kernel.sign_in(text, bytea, text, bytea, text), people.sign_in_notes(),
  people.address_faults(timestamptz) from public;
grant execute on function kernel.address_waits(text, text, bytea), kernel.count_failure(text, text), kernel.sign_in(text, bytea, text, bytea, text),
  people.sign_in_notes() to mingbu_app;
grant execute on function people.address_faults(timestamptz) to mingbu_auditor;
