-- 0030 seen: what verification could not see until now
-- Why:    clause 6.4. An older checkpoint could go unnoticed, and so could an account, its password, a session, the
--         identity or the posts of a person made or changed by hand, and the installation's clock set back.
-- Change: additive; functions replaced under their names.  Locks: the two tables of checkpoints, briefly.
-- Data:   each checkpoint is told the size of the one before it. Undo: go forward.
-- Accounts and sessions made before this migration were made by acts that do not speak of them: verification names them.

---------------------------------------------------------------------------------------------------
-- Each checkpoint names the one before it, so that none between two others can be taken out.
---------------------------------------------------------------------------------------------------
alter table evidence.checkpoint add column before bigint;
alter table evidence.published add column before bigint;
comment on column evidence.checkpoint.before is 'Size of the checkpoint before this one of the same log; null for the first.';
comment on column evidence.published.before is 'Size of the one published before this one of the same log; null for the first.';
alter table evidence.checkpoint disable trigger append_only;
alter table evidence.published disable trigger append_only;
update evidence.checkpoint c set before = (select max(size) from evidence.checkpoint b where b.district = c.district and b.size < c.size);
update evidence.published p set before = (select max(size) from evidence.published b where b.district = p.district and b.size < p.size);
alter table evidence.checkpoint enable trigger append_only;
alter table evidence.published enable trigger append_only;

create function evidence.name_checkpoint_before() returns trigger
  language plpgsql set search_path = pg_catalog as $$
begin
  -- One at a time, so that each sees the one before it.
  perform pg_advisory_xact_lock(hashtext(tg_table_name), hashtext(new.district));
  execute format('select max(size) from %s where district = $1 and size < $2', tg_relid::regclass) into new.before using new.district, new.size;
  return new;
end $$;
create trigger names_before before insert on evidence.checkpoint for each row execute function evidence.name_checkpoint_before();
create trigger names_before before insert on evidence.published for each row execute function evidence.name_checkpoint_before();
revoke execute on function evidence.name_checkpoint_before() from public;
grant execute on function evidence.name_checkpoint_before() to mingbu_sequencer;

---------------------------------------------------------------------------------------------------
-- Accounts, sessions, identities and posts as acts commit to them. Nobody may read a verifier, so an image holds a
-- digest of it that only the database can make; what tries and locks change is left out.
---------------------------------------------------------------------------------------------------
create view kernel.account_seen as
  select a.id, p.district, a.person_id, a.username, a.changed_at, a.closed_at,
    sha256(convert_to('password:' || s.value || a.kdf, 'UTF8') || a.salt || a.verifier) as password
  from kernel.account a join kernel.person p on p.id = a.person_id join kernel.setting s on s.name = 'salt_pepper';
create view kernel.session_seen as
  select s.id, p.district, s.person_id, s.workstation, s.started_at, s.expires_at, sha256(s.token_hash) as token
  from kernel.session s join kernel.person p on p.id = s.person_id;
create view people.identity_seen as
  select p.district, i.person_id, i.id_hash, i.id_sealed from people.identity i join kernel.person p on p.id = i.person_id;
grant select on kernel.account_seen, kernel.session_seen, people.identity_seen to mingbu_auditor;
grant select (id, person_id, expires_at, ended_at) on kernel.session to mingbu_auditor;

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
    insert into people.post values (t.district, one ->> 'id', one ->> 'zh', one ->> 'en') on conflict do nothing;
    insert into people.holding values (t.district, p.id, one ->> 'id', tstzrange(kernel.now(), null));
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
      union all select 'people.holding', to_jsonb(x) from people.holding x where x.person_id = p.id) i));
end $$;

-- As in 0022, and tells the image of the session, for the act that opens it.
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
  return jsonb_build_object('status', 'ok', 'token', encode(token, 'hex'), 'person', p.id, 'session', started, 'superseded', ended,
    'image', (select jsonb_strip_nulls(to_jsonb(s))::text from kernel.session_seen s where s.id = started));
end $$;

---------------------------------------------------------------------------------------------------
-- The clock of a demo goes back only by an act; anywhere else times that go back are found.
---------------------------------------------------------------------------------------------------
create function kernel.move_clock(until_ timestamptz) returns void
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (kernel.tx()).act_type is distinct from 'evidence.moveClock' then
    raise exception 'the clock is moved only by its own act' using errcode = 'MB035';
  end if;
  if not exists (select from kernel.setting where name = 'demo' and value = 'true') then
    raise exception 'only a demo has a clock that can be moved' using errcode = 'MB036';
  end if;
  update kernel.clock set ahead = until_ - now();
end $$;
revoke execute on function kernel.move_clock(timestamptz) from public;
grant execute on function kernel.move_clock(timestamptz) to mingbu_app;
