-- 0022 unknown names: a user name nobody has is locked as an account would be
-- Why:    clause 6.3. Only an account could be locked, so six wrong tries told whether a user name exists.
-- Change: additive; two functions replaced under their names.  Locks: none.  Data: none rewritten.
-- Undo:   drop the table and go forward. Rows may be deleted at any time: that unlocks names nobody has.
create table kernel.unknown_name (
  name_hash    bytea primary key check (octet_length(name_hash) = 32),
  failures     integer not null check (failures > 0),
  locked_until timestamptz
);
comment on table kernel.unknown_name is 'Failed sign-ins under names without an account, by a hash no one can reverse without the pepper.';

create function kernel.name_hash(login text) returns bytea
  language sql stable security definer set search_path = pg_catalog
  as $$ select sha256(convert_to('name:' || login || value, 'UTF8')) from kernel.setting where name = 'salt_pepper' $$;
-- From the 5th failure on 1, 2, 4 … minutes, at most a day.
create function kernel.lock_after(failures integer) returns timestamptz
  language sql stable security definer set search_path = pg_catalog
  as $$ select case when failures >= 5 then kernel.now() + least(interval '1 minute' * power(2, least(failures - 5, 20)), interval '1 day') end $$;
revoke execute on function kernel.name_hash(text), kernel.lock_after(integer) from public;

create or replace function kernel.sign_in(login text, derived bytea, at_workstation text) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare a kernel.account; p kernel.person; t kernel.tx_actor := kernel.tx(); until_ timestamptz; token bytea; ended uuid; started uuid;
begin
  if t.act_type is distinct from 'session.signIn' then
    raise exception 'sessions open only in a sign-in act' using errcode = 'MB020';
  end if;
  select * into a from kernel.account where username = login and closed_at is null for update;
  until_ := case when found then a.locked_until else (select locked_until from kernel.unknown_name where name_hash = kernel.name_hash(login)) end;
  if until_ > kernel.now() then
    return jsonb_build_object('status', 'locked', 'seconds', ceil(extract(epoch from until_ - kernel.now())));
  end if;
  if a.id is null or a.verifier <> sha256(derived) then return jsonb_build_object('status', 'wrong'); end if;
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

create or replace function kernel.count_failure(login text) returns void
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if t.refused_type is distinct from 'session.signIn' then raise exception 'not a refused sign-in' using errcode = 'MB020'; end if;
  if exists (select from kernel.account where username = login and closed_at is null) then
    update kernel.account set failures = failures + 1, locked_until = kernel.lock_after(failures + 1)
    where username = login and closed_at is null and (locked_until is null or locked_until <= kernel.now());
  else
    insert into kernel.unknown_name as u values (kernel.name_hash(login), 1, null)
    on conflict (name_hash) do update set failures = u.failures + 1, locked_until = kernel.lock_after(u.failures + 1)
    where u.locked_until is null or u.locked_until <= kernel.now();
  end if;
end $$;
