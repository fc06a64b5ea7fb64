-- 0020 refusing: what records a refusal, and what only reads, writes nothing else
-- Why:    clause 6.4 and the promise of 0001, that the database refuses the wrong actor too. A refusal is recorded without
--         asking for a duty, so at the SQL prompt the app could have opened one and acted in it; a reading transaction
--         could change rows; serial ranges could be allotted outside any act.
-- Change: functions and policies replaced under their names; the previous release keeps running.
-- Locks:  every protected table, briefly.  Data: no rows rewritten.  Undo: go forward.

-- While a refusal is recorded no act is being performed: `act_type` is null, so every function that asks for its act refuses.
alter table kernel.tx_actor add column refused_type text;
alter table kernel.tx_actor drop constraint tx_actor_state_check;
alter table kernel.tx_actor add constraint tx_actor_state_check check (state in ('acting', 'refusing', 'reading', 'closed'));
comment on column kernel.tx_actor.refused_type is 'Type of the act whose refusal is being recorded; act_type is null then.';

create or replace function kernel.bind_tx(s text, who_actor text, who_person uuid, who_session uuid, home text, all_districts boolean,
                               in_district text, act uuid, act_type_ text, request uuid, input bytea) returns void
  language sql security definer set search_path = pg_catalog
  as $$
    insert into kernel.tx_actor as t (pid, txid, state, actor, person_id, session_id, home_district, read_all, district, act_id, act_type,
                                      refused_type, request_id, input_hash, at)
    values (pg_backend_pid(), pg_current_xact_id(), s, who_actor, who_person, who_session, home, all_districts, in_district, act,
       case when s <> 'refusing' then act_type_ end, case when s = 'refusing' then act_type_ end, request, input, kernel.now())
    on conflict (pid) do update set
      txid = excluded.txid, state = excluded.state, actor = excluded.actor, person_id = excluded.person_id,
      session_id = excluded.session_id, home_district = excluded.home_district, read_all = excluded.read_all,
      district = excluded.district, act_id = excluded.act_id, act_type = excluded.act_type, refused_type = excluded.refused_type,
      request_id = excluded.request_id, input_hash = excluded.input_hash, at = excluded.at
  $$;

-- The district the present transaction may write into: that of the act being performed, and null otherwise.
create function kernel.write_district() returns text
  language sql stable security definer set search_path = pg_catalog
  as $$
    select t.district from kernel.tx_actor t
    where t.pid = pg_backend_pid() and t.txid = pg_current_xact_id_if_assigned() and t.state = 'acting'
  $$;
revoke execute on function kernel.write_district() from public;
grant execute on function kernel.write_district() to mingbu_app, mingbu_sequencer, mingbu_auditor;

create or replace function kernel.open_refusal(token bytea, act_type_ text, in_district text, request uuid, input bytea) returns jsonb
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
  perform kernel.bind_tx('refusing', who.actor, who.person_id, who.session_id, who.home, false, target, act, act_type_, request, input);
  return jsonb_build_object('status', 'ok', 'act', act, 'actor', who.actor, 'person', who.person_id, 'session', who.session_id,
    'duties', case when who.person_id is null then '{}' else kernel.duties_of(who.person_id) end,
    'home', who.home, 'district', target, 'at', (extract(epoch from kernel.now()) * 1000000)::bigint);
end $$;

create or replace function kernel.close_act(outcome_ text, refusal_ text, clause_ text, subject_kind_ text, subject_id_ text, answer_ jsonb,
                                 field_names text[], commitments bytea[], salts bytea[], field_values bytea[], sealed_ boolean[], root bytea) returns bigint
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor; type_ text; e bytea; s bigint; n integer := cardinality(field_names);
begin
  t := kernel.tx();
  if t.act_id is null or t.state not in ('acting', 'refusing') then
    raise exception 'no open act in this transaction' using errcode = 'MB003';
  end if;
  if (t.state = 'refusing') <> (outcome_ = 'refused') then
    raise exception 'an act that is % cannot be closed as %', t.state, outcome_ using errcode = 'MB005';
  end if;
  type_ := coalesce(t.act_type, t.refused_type);
  if octet_length(root) <> 32 then raise exception 'the field root must be 32 bytes' using errcode = 'MB004'; end if;
  e := convert_to(
    '{"act":"' || t.act_id || '","at":"' || to_char(t.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    || '","district":"' || t.district || '","fields":"' || encode(root, 'hex') || '","n":' || n
    || ',"outcome":"' || outcome_ || '","type":"' || type_ || '","v":1}', 'UTF8');
  insert into kernel.act (district, id, type, at, actor, person_id, session_id, request_id, input_hash, outcome, refusal, clause,
                          subject_kind, subject_id, answer, entry, fields)
  values (t.district, t.act_id, type_, t.at, t.actor, t.person_id, t.session_id, t.request_id, t.input_hash, outcome_, refusal_,
          clause_, subject_kind_, subject_id_, answer_, e, n)
  returning seq into s;
  insert into kernel.act_value (district, act_id, no, field, commitment, salt, value, sealed)
  select t.district, t.act_id, u.no - 1, u.f, u.c, u.s, u.v, u.x
  from unnest(field_names, commitments, salts, field_values, sealed_) with ordinality as u (f, c, s, v, x, no);
  insert into kernel.act_queue values (s, t.district, t.act_id, sha256('\x00'::bytea || e));
  update kernel.tx_actor set state = 'closed' where pid = pg_backend_pid();
  return s;
end $$;

create or replace function kernel.count_failure(login text) returns void
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if t.refused_type is distinct from 'session.signIn' then raise exception 'not a refused sign-in' using errcode = 'MB020'; end if;
  update kernel.account set failures = failures + 1,
    locked_until = case when failures + 1 >= 5
      then kernel.now() + least(interval '1 minute' * power(2, least(failures + 1 - 5, 20)), interval '1 day') end
  where username = login and closed_at is null and (locked_until is null or locked_until <= kernel.now());
end $$;

-- As in 0001, with writes only while an act is performed.
create or replace procedure kernel.protect(t regclass, append_only boolean)
  language plpgsql set search_path = pg_catalog as $$
begin
  execute format('alter table %s enable row level security', t);
  execute format('alter table %s force row level security', t);
  execute format('create policy reads on %s for select to mingbu_app using (district = (select kernel.act_district()) or (select kernel.may_read_all()))', t);
  execute format('create policy writes on %s for insert to mingbu_app with check (district = (select kernel.write_district()))', t);
  execute format('create policy changes on %s for update to mingbu_app using (district = (select kernel.write_district())) with check (district = (select kernel.write_district()))', t);
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

do $$
declare p record;
begin
  for p in select polrelid::regclass as t, polname from pg_policy where polname in ('writes', 'changes') loop
    if p.polname = 'writes' then
      execute format('alter policy writes on %s with check (district = (select kernel.write_district()))', p.t);
    else
      execute format('alter policy changes on %s using (district = (select kernel.write_district())) with check (district = (select kernel.write_district()))', p.t);
    end if;
  end loop;
end $$;

-- Serial ranges belong to the city and are allotted by an act of whichever office does it.
alter table kernel.serial_range enable row level security;
alter table kernel.serial_range force row level security;
create policy reads on kernel.serial_range for select to mingbu_app using (true);
create policy allots on kernel.serial_range for insert to mingbu_app with check ((select kernel.write_district()) is not null);
create policy owner_all on kernel.serial_range to mingbu_owner using (true) with check (true);
create policy auditor_reads on kernel.serial_range for select to mingbu_auditor using (true);
create trigger append_only before update or delete on kernel.serial_range for each row execute function kernel.refuse_change();
create trigger no_truncate before truncate on kernel.serial_range for each statement execute function kernel.refuse_change();
