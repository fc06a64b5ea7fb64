-- 0024 prepare: what an officer is about to confirm, as exact bytes
-- Why:    design, settled 10. A high-value act is prepared first: the database writes down the canonical command bytes
--         (type, person, subject, commitments to the input, request id, nonce); the act then names the nonce, and its leaf
--         commits to those bytes under the very same salts. A passkey will sign their SHA-256 (accounts issue).
-- Change: additive.  Locks: none.  Undo: drop while no act names a nonce; afterwards go forward.
create table kernel.prepared (
  district   text not null references kernel.district,
  id         uuid not null default kernel.uuid7(),
  person_id  uuid not null references kernel.person,
  session_id uuid not null,
  act_type   text not null references kernel.act_type,
  request_id uuid not null,
  input_hash bytea not null check (octet_length(input_hash) = 32),
  nonce      bytea not null unique check (octet_length(nonce) = 32),
  command    bytea not null,
  names      text[] not null,
  salts      bytea[] not null check (cardinality(salts) = cardinality(names)),
  expires_at timestamptz not null,
  used_at    timestamptz,
  primary key (district, id)
);
comment on table kernel.prepared is 'Reached only through prepare_act and take_prepared; no role of the server reads or writes it.';
grant select (district, id, person_id, act_type, request_id, expires_at, used_at) on kernel.prepared to mingbu_auditor;

-- Writes down the command of a person who may perform the act, and gives its bytes and nonce. Five minutes to confirm.
create function kernel.prepare_act(token bytea, act_type_ text, request uuid, input bytea, subject_kind_ text, subject_id_ text,
                                   field_names text[], commitments bytea[], field_salts bytea[]) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare who record; t kernel.act_type; n bytea; c text; until timestamptz := kernel.now() + interval '5 minutes';
begin
  select * into t from kernel.act_type where type = act_type_;
  if not found then raise exception 'unknown act type %', act_type_ using errcode = 'MB002'; end if;
  select * into who from kernel.whose_token(token);
  if who.person_id is null then return jsonb_build_object('status', 'not_signed_in'); end if;
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
    'expires', (extract(epoch from until) * 1000000)::bigint);
end $$;

-- Inside the act: takes what was prepared for exactly this person, session, act, request and input. Once.
create function kernel.take_prepared(of_nonce bytea) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare x kernel.tx_actor; p kernel.prepared;
begin
  x := kernel.tx();
  if x.act_id is null or x.state <> 'acting' then raise exception 'no open act in this transaction' using errcode = 'MB003'; end if;
  update kernel.prepared q set used_at = x.at
  where q.nonce = of_nonce and q.used_at is null and q.expires_at > x.at and q.session_id = x.session_id and q.act_type = x.act_type
    and q.request_id = x.request_id and q.input_hash = x.input_hash
  returning * into p;
  if p.id is null then return null; end if;
  return jsonb_build_object('command', encode(p.command, 'base64'), 'names', to_jsonb(p.names),
    'salts', (select jsonb_agg(encode(s, 'hex') order by i) from unnest(p.salts) with ordinality as u (s, i)));
end $$;
revoke execute on function kernel.prepare_act(bytea, text, uuid, bytea, text, text, text[], bytea[], bytea[]), kernel.take_prepared(bytea) from public;
grant execute on function kernel.prepare_act(bytea, text, uuid, bytea, text, text, text[], bytea[], bytea[]), kernel.take_prepared(bytea) to mingbu_app;
