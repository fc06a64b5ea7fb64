-- 0043 factors: what a person holds besides a password, and the confirmation of acts of high value
-- Why:    clauses 6.2 and 6.3; design, settled 10. Who recorded, sealed or erased is said by a key the officer holds and the
--         server never sees; where there is none yet, by a counted one-time code. An act of high value that nobody confirmed
--         cannot be closed as done, whatever the server's code says.
-- Change: additive; take_prepared, prepare_act and close_act replaced.  Locks: kernel.prepared and act_type, briefly.
-- Data:   accounts there are may add their first factor within thirty days.  Undo: go forward.
alter table kernel.act_type add column high_value boolean not null default false;
comment on column kernel.act_type.high_value is 'A person''s act of this type closes as done only over a confirmed command.';

-- City-owned: a credential belongs to one person in the whole city.
create table people.factor (
  id            uuid primary key default kernel.uuid7(),
  district      text not null references kernel.district,
  person_id     uuid not null references kernel.person,
  kind          text not null check (kind in ('passkey', 'totp')),
  label         text not null check (length(label) between 1 and 60),
  rp_id         text,
  credential_id bytea check (octet_length(credential_id) between 16 and 1023),
  public_key    bytea,
  transports    text[],
  secret_sealed bytea,
  secret_digest bytea check (octet_length(secret_digest) = 32),
  demo          boolean not null default false,
  added_at      timestamptz not null,
  act_id        uuid not null,
  ended_at      timestamptz,
  end_reason    text check (end_reason in ('own', 'reset', 'left')),
  constraint factor_credential unique (credential_id),
  constraint factor_kind check (case kind
    when 'passkey' then rp_id is not null and credential_id is not null and public_key is not null and secret_sealed is null and secret_digest is null
    else rp_id is null and credential_id is null and public_key is null and secret_sealed is not null and secret_digest is not null end),
  constraint factor_ended check ((ended_at is null) = (end_reason is null) and (ended_at is null or ended_at >= added_at))
);
comment on column people.factor.demo is 'Of a demo, whose installation can work its secret out.';
comment on column people.factor.public_key is 'COSE, as the authenticator gave it. Its image in the log is what signatures are held against.';
comment on column people.factor.secret_digest is 'SHA-256 of the secret: who confirms by code must be able to open the sealed one.';
create index factor_person on people.factor (person_id);

-- How often a factor was used: the last step of a code, the last counter of a passkey. No evidence, only a guard.
create table people.factor_use (
  factor_id uuid primary key references people.factor,
  counter   bigint not null default 0,
  used_at   timestamptz
);

-- Who may add a first factor without confirming by another: new accounts for a day, and whoever was reset in person.
create table people.first_factor (
  person_id uuid primary key references kernel.person,
  until     timestamptz not null
);
insert into people.first_factor select person_id, kernel.now() + interval '30 days' from kernel.account where closed_at is null;

create function people.await_first_factor(person uuid) returns void
  language sql security definer set search_path = pg_catalog
  as $$ insert into people.first_factor values (person, kernel.now() + interval '1 day')
    on conflict (person_id) do update set until = excluded.until $$;
create function people.account_awaits_factor() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform people.await_first_factor(new.person_id);
  return null;
end $$;
create trigger awaits_factor after insert on kernel.account for each row execute function people.account_awaits_factor();

create function people.refuse_factor_change() returns trigger
  language plpgsql set search_path = pg_catalog as $$
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - '{label,ended_at,end_reason}'::text[] = to_jsonb(old) - '{label,ended_at,end_reason}'::text[]
     and old.ended_at is null then
    return new;
  end if;
  raise exception 'people.factor: a factor is never deleted, exchanged or revived: % refused', tg_op using errcode = 'MB010';
end $$;
create trigger kept before update or delete on people.factor for each row execute function people.refuse_factor_change();
create trigger no_truncate before truncate on people.factor for each statement execute function kernel.refuse_change();

-- As acts commit to it: of the sealed secret only a digest, so that it leaves the table for nobody.
create view people.factor_seen as
  select f.id, f.district, f.person_id, f.kind, f.label, f.rp_id, f.credential_id, f.public_key, f.transports,
    sha256(f.secret_sealed) as secret, nullif(f.demo, false) as demo, f.added_at, f.act_id, f.ended_at, f.end_reason
  from people.factor f;
grant select on people.factor_seen to mingbu_auditor;
create function people.factor_image(of_factor uuid) returns text
  language sql stable security definer set search_path = pg_catalog
  as $$ select jsonb_strip_nulls(to_jsonb(s))::text from people.factor_seen s where s.id = of_factor $$;

-- Adds a factor to whoever acts. A first one needs an open permission and no other factor; further ones are confirmed by one.
create function people.add_factor(kind_ text, label_ text, rp_id_ text, credential bytea, key bytea, transports_ text[],
                                  sealed bytea, secret bytea, counter_ bigint) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); made uuid; live integer;
begin
  if t.act_type is null or t.act_type not in ('factor.addFirst', 'factor.add') or t.person_id is null then
    raise exception 'a factor is added only by its own act' using errcode = 'MB060';
  end if;
  perform 1 from kernel.person p where p.id = t.person_id for update;
  select count(*) into live from people.factor f where f.person_id = t.person_id and f.ended_at is null;
  if t.act_type = 'factor.addFirst' then
    if live > 0 then return jsonb_build_object('status', 'not_first'); end if;
    delete from people.first_factor w where w.person_id = t.person_id and w.until > t.at;
    if not found then return jsonb_build_object('status', 'not_awaited'); end if;
  elsif live >= 10 then return jsonb_build_object('status', 'too_many');
  end if;
  insert into people.factor (district, person_id, kind, label, rp_id, credential_id, public_key, transports, secret_sealed, secret_digest, added_at, act_id)
  values (t.home_district, t.person_id, kind_, label_, rp_id_, credential, key, transports_, sealed, sha256(secret), t.at, t.act_id) returning id into made;
  insert into people.factor_use values (made, coalesce(counter_, 0), null);
  return jsonb_build_object('status', 'ok', 'factor', made, 'image', people.factor_image(made));
end $$;

-- Changes the label of a factor of one's own, or ends it. Images before and after, or null when it is not one's own and live.
create function people.change_factor(of_factor uuid, label_ text, ends boolean) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); was text;
begin
  if t.act_type is distinct from (case when ends then 'factor.end' else 'factor.rename' end) or t.person_id is null then
    raise exception 'a factor is changed only by its own act' using errcode = 'MB060';
  end if;
  select people.factor_image(f.id) into was from people.factor f
  where f.id = of_factor and f.person_id = t.person_id and f.ended_at is null for update;
  if was is null then return null; end if;
  if ends and not exists (select from people.factor f where f.person_id = t.person_id and f.ended_at is null and f.id <> of_factor) then
    return jsonb_build_object('last', true);
  end if;
  update people.factor f set label = coalesce(label_, f.label), ended_at = case when ends then t.at end, end_reason = case when ends then 'own' end
  where f.id = of_factor;
  return jsonb_build_object('was', was, 'image', people.factor_image(of_factor));
end $$;

-- For definer functions behind acts that end an account or reset it: ends every factor of a person and tells their images,
-- which the act must leave: [{id, was, image}]. A reset lets the person add a first factor again.
create function people.end_factors(person uuid, reason text) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); told jsonb;
begin
  if t.act_id is null or t.state <> 'acting' or t.person_id is not distinct from person then
    raise exception 'the factors of a person are ended by an act of somebody else' using errcode = 'MB060';
  end if;
  select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'was', people.factor_image(f.id))), '[]') into told
  from people.factor f where f.person_id = person and f.ended_at is null;
  update people.factor f set ended_at = t.at, end_reason = reason where f.person_id = person and f.ended_at is null;
  if reason = 'reset' then perform people.await_first_factor(person); end if;
  return (select coalesce(jsonb_agg(one || jsonb_build_object('image', people.factor_image((one ->> 'id')::uuid))), '[]') from jsonb_array_elements(told) one);
end $$;

-- One's own factors, for the page of one's devices.
create function people.my_factors() returns table (id uuid, kind text, label text, added_at timestamptz, used_at timestamptz, ended_at timestamptz,
                                                   credential_id bytea, transports text[])
  language sql stable security definer set search_path = pg_catalog
  as $$
    select f.id, f.kind, f.label, f.added_at, u.used_at, f.ended_at, f.credential_id, f.transports
    from people.factor f left join people.factor_use u on u.factor_id = f.id
    where f.person_id = (kernel.tx()).person_id order by f.ended_at is not null, f.id
  $$;
create function people.may_add_first_factor() returns boolean
  language sql stable security definer set search_path = pg_catalog
  as $$
    select exists (select from people.first_factor w where w.person_id = (kernel.tx()).person_id and w.until > kernel.now())
      and not exists (select from people.factor f where f.person_id = (kernel.tx()).person_id and f.ended_at is null)
  $$;

---------------------------------------------------------------------------------------------------
-- Only in a demo: factors whose secrets the demo can work out, and the sealed secret its simulator shows codes of.
---------------------------------------------------------------------------------------------------
create function people.add_demo_factors(given jsonb) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); one jsonb; made uuid; told jsonb := '[]';
begin
  if t.act_type is distinct from 'factor.demo' then raise exception 'a factor is added only by its own act' using errcode = 'MB060'; end if;
  if not exists (select from kernel.setting where name = 'demo' and value = 'true') then
    raise exception 'only a demo has demo authenticators' using errcode = 'MB041';
  end if;
  for one in select * from jsonb_array_elements(given) loop
    insert into people.factor (district, person_id, kind, label, rp_id, credential_id, public_key, transports, secret_sealed, secret_digest, demo, added_at, act_id)
    select p.district, p.id, one ->> 'kind', one ->> 'label', one ->> 'rpId', decode(one ->> 'credential', 'hex'), decode(one ->> 'key', 'hex'),
      case when one ->> 'kind' = 'passkey' then '{demo}'::text[] end, decode(one ->> 'sealed', 'hex'), decode(one ->> 'digest', 'hex'), true, t.at, t.act_id
    from kernel.person p where p.id = (one ->> 'person')::uuid returning id into made;
    insert into people.factor_use values (made, 0, null);
    delete from people.first_factor w where w.person_id = (one ->> 'person')::uuid;
    told := told || jsonb_build_object('id', made, 'image', people.factor_image(made));
  end loop;
  return told;
end $$;
create function people.demo_secret(login text) returns table (secret_sealed bytea, last_step bigint, at timestamptz)
  language sql stable security definer set search_path = pg_catalog
  as $$
    select f.secret_sealed, u.counter, kernel.now()
    from people.demo_login l join kernel.account a on a.username = l.username and a.closed_at is null
      join people.factor f on f.person_id = a.person_id and f.kind = 'totp' and f.ended_at is null and f.demo
      join people.factor_use u on u.factor_id = f.id
    where l.username = login and exists (select from kernel.setting s where s.name = 'demo' and s.value = 'true')
    order by f.id limit 1
  $$;

---------------------------------------------------------------------------------------------------
-- Confirming.
---------------------------------------------------------------------------------------------------
alter table kernel.prepared
  add column used_by uuid,
  add column factor_id uuid references people.factor,
  add column totp_step bigint;
comment on column kernel.prepared.used_by is 'The act that carried the command out.';
comment on column kernel.prepared.totp_step is 'Set when it was confirmed by a one-time code: such acts are counted.';
create unique index prepared_used_by on kernel.prepared (used_by) where used_by is not null;
create index prepared_by_code on kernel.prepared (person_id, used_at) where totp_step is not null;
grant select (used_by, factor_id, totp_step) on kernel.prepared to mingbu_auditor;

-- How many acts of high value one person may confirm by code in thirty days. A code can be read off and passed on, and
-- nobody can tell later who typed it: it is for the day a passkey is lost, not for every day.
insert into kernel.setting values ('totp_acts_max', '20') on conflict do nothing;
create function kernel.totp_left(person uuid) returns integer
  language sql stable security definer set search_path = pg_catalog
  as $$
    select greatest(0, (select value::integer from kernel.setting where name = 'totp_acts_max')
      - (select count(*)::integer from kernel.prepared p where p.person_id = person and p.totp_step is not null and p.act_type <> 'factor.confirm'
           and p.used_at > kernel.now() - interval '30 days'))
  $$;

-- How many acts were confirmed at all, and how many of them in the last thirty days by code, for the board of controls.
create function kernel.confirmations(out confirmed bigint, out by_code bigint)
  language sql stable security definer set search_path = pg_catalog
  as $$
    select count(*), count(*) filter (where p.totp_step is not null and p.used_at > kernel.now() - interval '30 days')
    from kernel.prepared p where p.used_by is not null and p.act_type <> 'factor.confirm'
      and (kernel.may_read_all() or p.district = kernel.act_district() or session_user = 'mingbu_auditor')
  $$;

create function kernel.to_base64url(bytes bytea) returns text
  language sql immutable return translate(encode(bytes, 'base64'), E'+/=\n', '-_');
create function kernel.from_base64url(words text) returns bytea
  language sql immutable return decode(translate(words, '-_', '+/') || repeat('=', (4 - length(words) % 4) % 4), 'base64');

-- As in 0024, and tells by which factors the person can confirm.
create or replace function kernel.prepare_act(token bytea, act_type_ text, request uuid, input bytea, subject_kind_ text, subject_id_ text,
                                   field_names text[], commitments bytea[], field_salts bytea[]) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare who record; t kernel.act_type; n bytea; c text; until timestamptz := kernel.now() + interval '5 minutes';
begin
  select * into t from kernel.act_type where type = act_type_;
  if not found then raise exception 'unknown act type %', act_type_ using errcode = 'MB002'; end if;
  select * into who from kernel.whose_token(token);
  if who.person_id is null then return jsonb_build_object('status', 'not_signed_in'); end if;
  -- What bars a session is told by kernel.whose_token as of 0046, and which acts pass; both are there before anything is prepared.
  if who.bar is not null and not who.bar = any (t.despite) then return jsonb_build_object('status', who.bar); end if;
  if not 'person' = any (t.actors) then return jsonb_build_object('status', 'wrong_actor'); end if;
  if cardinality(t.duties) > 0 and not t.duties && kernel.duties_of(who.person_id) then return jsonb_build_object('status', 'no_duty'); end if;
  if cardinality(field_names) <> cardinality(commitments) or cardinality(field_names) <> cardinality(field_salts) then
    raise exception 'every input has its commitment and its salt' using errcode = 'MB004';
  end if;
  n := sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'));
  select '{"district":' || to_json(who.home) || ',"inputs":{'
      || coalesce(string_agg(to_json(f.name) || ':"' || encode(f.commitment, 'hex') || '"', ',' order by f.name collate "C"), '')
      || '},"nonce":"' || encode(n, 'hex') || '","person":"' || who.person_id || '","request":"' || request || '","subject":'
      || case when subject_kind_ is null then 'null' else '{"id":' || to_json(subject_id_) || ',"kind":' || to_json(subject_kind_) || '}' end
      || ',"type":' || to_json(act_type_) || ',"v":1}'
    into c from unnest(field_names, commitments) as f (name, commitment);
  insert into kernel.prepared (district, person_id, session_id, act_type, request_id, input_hash, nonce, command, names, salts, expires_at)
  values (who.home, who.person_id, who.session_id, act_type_, request, input, n, convert_to(c, 'UTF8'), field_names, field_salts, until);
  return jsonb_build_object('status', 'ok', 'nonce', encode(n, 'hex'), 'command', encode(convert_to(c, 'UTF8'), 'base64'),
    'expires', (extract(epoch from until) * 1000000)::bigint,
    'passkeys', (select coalesce(jsonb_agg(jsonb_build_object('id', kernel.to_base64url(f.credential_id), 'transports', coalesce(to_jsonb(f.transports), '[]')) order by f.id), '[]')
      from people.factor f where f.person_id = who.person_id and f.kind = 'passkey' and f.ended_at is null),
    'totp', exists (select from people.factor f where f.person_id = who.person_id and f.kind = 'totp' and f.ended_at is null),
    'totpLeft', kernel.totp_left(who.person_id));
end $$;

-- Inside the act: takes what was prepared for exactly this person, session, act, request and input. Once. Tells the factors
-- it can be confirmed by: the passkey of that credential, or without one the sealed secrets of codes.
drop function kernel.take_prepared(bytea);
create function kernel.take_prepared(of_nonce bytea, credential bytea) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare x kernel.tx_actor; p kernel.prepared; locked timestamptz;
begin
  x := kernel.tx();
  if x.act_id is null or x.state <> 'acting' then raise exception 'no open act in this transaction' using errcode = 'MB003'; end if;
  update kernel.prepared q set used_at = x.at, used_by = x.act_id
  where q.nonce = of_nonce and q.used_at is null and q.expires_at > x.at and q.session_id = x.session_id and q.act_type = x.act_type
    and q.request_id = x.request_id and q.input_hash = x.input_hash
  returning * into p;
  if p.id is null then return null; end if;
  select a.locked_until into locked from kernel.account a where a.person_id = x.person_id and a.closed_at is null;
  return jsonb_build_object('command', encode(p.command, 'base64'), 'names', to_jsonb(p.names),
    'salts', (select jsonb_agg(encode(s, 'hex') order by i) from unnest(p.salts) with ordinality as u (s, i)),
    'lockedSeconds', greatest(0, ceil(extract(epoch from locked - x.at))),
    'factors', (select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'key', encode(f.public_key, 'hex'), 'rpId', f.rp_id,
        'sealed', encode(f.secret_sealed, 'hex'), 'counter', coalesce(u.counter, 0)) order by f.id), '[]')
      from people.factor f left join people.factor_use u on u.factor_id = f.id
      where f.person_id = x.person_id and f.ended_at is null
        and case when credential is null then f.kind = 'totp' else f.kind = 'passkey' and f.credential_id = credential end));
end $$;

-- Uses up one step of a code. Shared by confirming and signing in; the caller has established whose factor it is.
create function people.use_code(f people.factor, secret bytea, step bigint, at timestamptz) returns text
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if f.secret_digest is distinct from sha256(secret) then raise exception 'the secret is not that of the factor' using errcode = 'MB061'; end if;
  if abs(step - floor(extract(epoch from at) / 30)) > 1 then return 'wrong'; end if;
  insert into people.factor_use as u values (f.id, step, at)
  on conflict (factor_id) do update set counter = excluded.counter, used_at = excluded.used_at where u.counter < excluded.counter;
  return case when found then 'ok' else 'used' end;
end $$;

-- Confirms the command taken by this act by a code. The server shows that it can open the sealed secret.
create function kernel.prove_code(of_factor uuid, secret bytea, step bigint) returns text
  language plpgsql security definer set search_path = pg_catalog as $$
declare x kernel.tx_actor := kernel.tx(); f people.factor; status text;
begin
  select * into f from people.factor q where q.id = of_factor and q.person_id = x.person_id and q.kind = 'totp' and q.ended_at is null;
  if f.id is null or x.state <> 'acting' or not exists (select from kernel.prepared p where p.used_by = x.act_id) then
    raise exception 'no command of this act waits for this factor' using errcode = 'MB061';
  end if;
  if x.act_type <> 'factor.confirm' and kernel.totp_left(x.person_id) = 0 then return 'capped'; end if;
  status := people.use_code(f, secret, step, x.at);
  if status = 'ok' then update kernel.prepared p set factor_id = f.id, totp_step = step where p.used_by = x.act_id; end if;
  return status;
end $$;

-- Counts a failed confirmation as a failed sign-in, in the transaction that records the refusal.
create function kernel.count_wrong_confirmation() returns void
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if t.state is distinct from 'refusing' or t.person_id is null then raise exception 'not a refused act of a person' using errcode = 'MB020'; end if;
  update kernel.account a set failures = a.failures + 1, locked_until = kernel.lock_after(a.failures + 1)
  where a.person_id = t.person_id and a.closed_at is null and (a.locked_until is null or a.locked_until <= t.at);
end $$;

-- What the database can say of a confirmation without the mathematics of signatures: the command is the one prepared for
-- this act and taken by it, the factor is this person's and lives, the assertion speaks of this command and of a verified
-- user, and its counter has moved. The signature itself is checked by the server, and by verification for ever after.
create function kernel.require_confirmation(of_act uuid, of_person uuid, at timestamptz, names text[], vals bytea[]) returns void
  language plpgsql security definer set search_path = pg_catalog as $$
declare p kernel.prepared; f people.factor; o jsonb; a bytea; c jsonb; n bigint;
begin
  select * into p from kernel.prepared x where x.used_by = of_act;
  if p.id is null or p.command is distinct from vals[array_position(names, 'command')] then
    raise exception 'an act of high value closes only over the command prepared for it' using errcode = 'MB050';
  end if;
  o := convert_from(vals[array_position(names, 'officer')], 'UTF8')::jsonb;
  select * into f from people.factor x where x.id = (o ->> 'factor')::uuid and x.person_id = of_person
    and (x.ended_at is null or x.ended_at = require_confirmation.at);
  if f.id is null or f.kind is distinct from o ->> 'method' then
    raise exception 'an act of high value is confirmed by a factor of whoever acts' using errcode = 'MB051';
  end if;
  if f.kind = 'totp' then
    if p.factor_id is distinct from f.id or p.totp_step is distinct from (o ->> 'step')::bigint then
      raise exception 'no code confirmed this act' using errcode = 'MB052';
    end if;
    return;
  end if;
  a := kernel.from_base64url(o ->> 'authenticatorData');
  c := convert_from(kernel.from_base64url(o ->> 'clientDataJSON'), 'UTF8')::jsonb;
  if c ->> 'type' is distinct from 'webauthn.get' or c ->> 'challenge' is distinct from kernel.to_base64url(sha256(p.command))
     or coalesce(octet_length(a), 0) < 37 or substring(a for 32) is distinct from sha256(convert_to(f.rp_id, 'UTF8')) or get_byte(a, 32) & 5 <> 5
     or kernel.from_base64url(o ->> 'credential') is distinct from f.credential_id or octet_length(kernel.from_base64url(o ->> 'signature')) is null then
    raise exception 'the assertion does not speak of this command' using errcode = 'MB052';
  end if;
  n := (get_byte(a, 33)::bigint << 24) + (get_byte(a, 34) << 16) + (get_byte(a, 35) << 8) + get_byte(a, 36);
  insert into people.factor_use as u values (f.id, n, at)
  on conflict (factor_id) do update set counter = excluded.counter, used_at = excluded.used_at
    where u.counter < excluded.counter or (u.counter = 0 and excluded.counter = 0);
  if not found then raise exception 'the counter of the passkey went back' using errcode = 'MB053'; end if;
  update kernel.prepared x set factor_id = f.id where x.id = p.id and x.district = p.district;
end $$;

-- As in 0040, and a person's act of high value is confirmed.
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
    || ',"outcome":"' || outcome_ || '","type":"' || coalesce(x.act_type, x.refused_type) || '","v":1}', 'UTF8') as entry,
    x.act_type is not null and x.person_id is not null and (select y.high_value from kernel.act_type y where y.type = x.act_type) as to_confirm
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
  if t.to_confirm then perform kernel.require_confirmation(t.act_id, t.person_id, t.at, field_names, field_values); end if;
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

revoke execute on function people.await_first_factor(uuid), people.account_awaits_factor(), people.refuse_factor_change(), people.factor_image(uuid),
  people.add_factor(text, text, text, bytea, bytea, text[], bytea, bytea, bigint), people.change_factor(uuid, text, boolean), people.end_factors(uuid, text),
  people.my_factors(), people.may_add_first_factor(), people.add_demo_factors(jsonb), people.demo_secret(text), people.use_code(people.factor, bytea, bigint, timestamptz),
  kernel.confirmations(), kernel.totp_left(uuid), kernel.to_base64url(bytea), kernel.from_base64url(text), kernel.take_prepared(bytea, bytea), kernel.prove_code(uuid, bytea, bigint),
  kernel.count_wrong_confirmation(), kernel.require_confirmation(uuid, uuid, timestamptz, text[], bytea[]) from public;
grant execute on function people.add_factor(text, text, text, bytea, bytea, text[], bytea, bytea, bigint), people.change_factor(uuid, text, boolean),
  people.my_factors(), people.may_add_first_factor(), people.add_demo_factors(jsonb), people.demo_secret(text),
  kernel.take_prepared(bytea, bytea), kernel.prove_code(uuid, bytea, bigint), kernel.count_wrong_confirmation(), kernel.confirmations() to mingbu_app;
grant execute on function kernel.confirmations() to mingbu_auditor;
