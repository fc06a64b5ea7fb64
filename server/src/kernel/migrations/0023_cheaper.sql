-- 0023 cheaper: the same act with fewer and smaller statements
-- Why:    issue 2, speed. Most of an act's time in the database went into starting and ending small statements: looking the
--         actor up behind every default and policy, questions that can be one, and checks and foreign keys on rows
--         that one function alone writes from what it has just established.
-- Change: functions replaced under their names; checks of kernel.act, act_value, act_queue and tx_actor move into
--         kernel.close_act, foreign keys of kernel.act and act_value give way to what is said beside each.
-- Locks:  those tables, briefly.  Data: no rows rewritten.  Undo: go forward.

---------------------------------------------------------------------------------------------------
-- Who acts. Bodies in the standard's form are bound to what they name when they are made, whatever the caller's
-- search path, so they need none of their own; those that only pick a field melt into the statement that asks.
---------------------------------------------------------------------------------------------------
create or replace function kernel.tx() returns kernel.tx_actor
  language sql stable security definer
begin atomic
  select t from kernel.tx_actor t
  where t.pid = pg_catalog.pg_backend_pid() and t.txid = pg_catalog.pg_current_xact_id_if_assigned() and t.state <> 'closed';
end;
create or replace function kernel.write_district() returns text
  language sql stable security definer
begin atomic
  select t.district from kernel.tx_actor t
  where t.pid = pg_catalog.pg_backend_pid() and t.txid = pg_catalog.pg_current_xact_id_if_assigned() and t.state = 'acting';
end;
create or replace function kernel.act_id() returns uuid language sql stable return (kernel.tx()).act_id;
create or replace function kernel.act_at() returns timestamptz language sql stable return (kernel.tx()).at;
create or replace function kernel.act_person() returns uuid language sql stable return (kernel.tx()).person_id;
create or replace function kernel.act_district() returns text language sql stable return (kernel.tx()).district;
create or replace function kernel.may_read_all() returns boolean language sql stable return coalesce((kernel.tx()).read_all, false);
create or replace function kernel.now() returns timestamptz
  language sql stable security definer
begin atomic
  select pg_catalog.now() + c.ahead from kernel.clock c;
end;
create or replace function kernel.uuid7(at timestamptz default clock_timestamp()) returns uuid
  language sql volatile
  return (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substring(replace(gen_random_uuid()::text, '-', '') from 14))::uuid;

-- Who holds a token, since when they are asked, and their duties; no row when nobody does or the person has left.
drop function kernel.whose_token(bytea);
create function kernel.whose_token(token bytea)
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
  union all
  select 'service:' || v.name, null, null, 'city', true, null, pg_catalog.now() + c.ahead
  from kernel.clock c, kernel.service v where v.token_hash = (select sha256(token));
end;
comment on function kernel.whose_token is 'For the owner''s definer functions, into whose statements it melts.';

-- Binds the transaction and says so: {status: ok, …}. A backend's row is made once; transactions overwrite it in place.
drop function kernel.bind_tx(text, text, uuid, uuid, text, boolean, text, uuid, text, uuid, bytea);
create function kernel.bind_tx(s text, who_actor text, who_person uuid, who_session uuid, home text, all_districts boolean,
                               in_district text, act uuid, act_type_ text, request uuid, input bytea,
                               held text[] default null, at_ timestamptz default kernel.now()) returns jsonb
  language plpgsql as $$
declare answer jsonb;
begin
  loop
    update kernel.tx_actor t set
      txid = pg_current_xact_id(), state = s, actor = who_actor, person_id = who_person, session_id = who_session,
      home_district = home, read_all = all_districts, district = in_district, act_id = act,
      act_type = case when s <> 'refusing' then act_type_ end, refused_type = case when s = 'refusing' then act_type_ end,
      request_id = request, input_hash = input, at = at_
    where t.pid = pg_backend_pid() and t.txid <> pg_current_xact_id()
    returning jsonb_build_object('status', 'ok', 'act', act, 'actor', who_actor, 'person', who_person, 'session', who_session,
      'duties', coalesce(held, '{}'), 'home', home, 'district', in_district, 'at', (extract(epoch from at_) * 1000000)::bigint)
    into answer;
    if found then return answer; end if;
    if exists (select from kernel.tx_actor t where t.pid = pg_backend_pid()) then
      raise exception 'one transaction has one actor and one act' using errcode = 'MB001';
    end if;
    insert into kernel.tx_actor (pid, txid, state, actor, read_all, at) values (pg_backend_pid(), '0', 'closed', '', false, at_);
  end loop;
end $$;
revoke execute on function kernel.whose_token(bytea),
  kernel.bind_tx(text, text, uuid, uuid, text, boolean, text, uuid, text, uuid, bytea, text[], timestamptz) from public;

create or replace function kernel.open_act(token bytea, act_type_ text, in_district text, request uuid, input bytea) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare r record; earlier kernel.act;
begin
  -- One question for all that decides: the type of act, who holds the token, and whether this request came before.
  select t.actors, t.duties, t.citywide, w.*, coalesce(in_district, w.home, 'city') as target,
    (select a.id from kernel.act a where a.district = coalesce(in_district, w.home) and a.actor = w.actor and a.request_id = request) as earlier
  into r from kernel.act_type t left join kernel.whose_token(token) w on true where t.type = act_type_;
  if not found then raise exception 'unknown act type %', act_type_ using errcode = 'MB002'; end if;
  if r.actor is null then
    if not 'anonymous' = any (r.actors) then return jsonb_build_object('status', 'not_signed_in'); end if;
    return kernel.bind_tx('acting', 'anonymous', null, null, 'city', false, r.target, kernel.uuid7(), act_type_, request, input);
  end if;
  if not split_part(r.actor, ':', 1) = any (r.actors) then return jsonb_build_object('status', 'wrong_actor', 'actor', r.actor); end if;
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

create or replace function kernel.open_refusal(token bytea, act_type_ text, in_district text, request uuid, input bytea) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare w record; earlier kernel.act;
begin
  select * into w from kernel.whose_token(token);
  if not found then
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

create or replace function kernel.open_read(token bytea) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare w record;
begin
  select * into w from kernel.whose_token(token) x where x.person_id is not null;
  if not found then return jsonb_build_object('status', 'not_signed_in'); end if;
  return kernel.bind_tx('reading', w.actor, w.person_id, w.session_id, w.home, w.is_city, w.home, null, null, null, null, w.held, w.at);
end $$;

---------------------------------------------------------------------------------------------------
-- Closing. Only kernel.close_act writes acts, values and the queue, so it says itself what their checks said. A
-- check on the table is read anew from the catalogue by every statement, which cost more than the inserts.
---------------------------------------------------------------------------------------------------
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

alter table kernel.act drop constraint act_input_hash_check, drop constraint act_outcome_check, drop constraint act_fields_check,
  drop constraint act_actor, drop constraint act_refusal, drop constraint act_entry_size;
alter table kernel.act_value drop constraint act_value_field_check, drop constraint act_value_commitment_check,
  drop constraint act_value_salt_check, drop constraint act_value_whole;
alter table kernel.act_queue drop constraint act_queue_leaf_hash_check;
alter table kernel.tx_actor drop constraint tx_actor_state_check;

-- An act's district, type and person are those kernel.open_act found a moment before, and what it found is never deleted
-- and never renamed. Values are written with their act, by the same function, and no act is ever deleted.
alter table kernel.act drop constraint act_district_fkey, drop constraint act_type_fkey, drop constraint act_person_id_fkey;
alter table kernel.act_value drop constraint act_value_district_act_id_fkey;
create trigger kept before delete or update of id on kernel.district for each row execute function kernel.refuse_change();
create trigger kept before delete or update of type on kernel.act_type for each row execute function kernel.refuse_change();
create trigger kept before delete or update of id on kernel.person for each row execute function kernel.refuse_change();

-- Fires for what binds a transaction to an act, not for what closes it.
drop trigger act_closed on kernel.tx_actor;
create constraint trigger act_closed after insert or update of txid on kernel.tx_actor deferrable initially deferred
  for each row when (new.act_id is not null) execute function kernel.refuse_open_act();
