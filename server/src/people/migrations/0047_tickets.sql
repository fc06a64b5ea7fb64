-- 0047 tickets and passwords: a password is known to its owner alone, from the first day
-- Why:    clause 6.3. Whoever enrols or resets must never know the password: a ticket, handed over in person, lets its
--         owner set one, once. And a password is neither one of the last five nor close to one of them.
-- Change: additive.  Locks: none.  Data: none rewritten.  Undo: drop while no ticket is open; afterwards go forward.
create table people.ticket (
  id         uuid primary key default kernel.uuid7(),
  district   text not null references kernel.district,
  person_id  uuid not null references kernel.person,
  purpose    text not null check (purpose in ('enrol', 'reset')),
  hash       bytea not null unique check (octet_length(hash) = 32),
  made_by    uuid references kernel.person,
  made_at    timestamptz not null default kernel.act_at(),
  expires_at timestamptz not null,
  used_at    timestamptz,
  act_id     uuid not null default kernel.act_id(),
  constraint ticket_not_for_oneself check (made_by <> person_id)
);
create index ticket_person on people.ticket (person_id, made_at);
comment on table people.ticket is 'One-time tickets by their hash. Reached only through make_ticket and redeem_ticket.';
create view people.ticket_seen as select id, district, person_id, purpose, hash, made_by, made_at, expires_at, act_id from people.ticket;
grant select on people.ticket_seen to mingbu_auditor;
grant select (id, district, person_id, purpose, made_by, made_at, expires_at, used_at) on people.ticket to mingbu_auditor;

-- The passwords a person had, of which the newest five are compared.
create table kernel.password_kept (
  account_id uuid not null references kernel.account,
  verifier   bytea not null check (octet_length(verifier) = 32),
  kept_at    timestamptz not null default kernel.now(),
  primary key (account_id, kept_at, verifier)
);
comment on table kernel.password_kept is 'Under the salt of the account, which stays the same, so that the database itself refuses a password used before.';
create trigger append_only before update or delete on kernel.password_kept for each row execute function kernel.refuse_change();
create trigger no_truncate before truncate on kernel.password_kept for each statement execute function kernel.refuse_change();

-- A ticket of 125 random bits as people copy it: five groups of five of 32 letters and digits without I, L, O and U.
create function people.ticket_text() returns text
  language plpgsql volatile set search_path = pg_catalog as $$
declare bytes bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()); letters text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; made text := '';
begin
  -- The bytes in which a uuid is not random (version and variant, 6 and 8 of each) are left out.
  for i in 0..28 loop
    continue when i in (6, 8, 22, 24);
    made := made || substr(letters, (get_byte(bytes, i) & 31) + 1, 1) || case when length(replace(made, '-', '')) % 5 = 4 and length(made) < 28 then '-' else '' end;
  end loop;
  return made;
end $$;
-- As typed: in either case, with or without dashes, O and I read as 0 and 1.
create function people.ticket_hash(ticket text) returns bytea
  language sql immutable set search_path = pg_catalog
  as $$ select sha256(convert_to('ticket:' || translate(upper(regexp_replace(ticket, '[^0-9A-Za-z]', '', 'g')), 'OIL', '011'), 'UTF8')) $$;

-- Makes a ticket for a person who has a live account, inside the acts of two people that enrol or reset. Its text leaves here, once.
-- Earlier tickets of the person end. A reset ends what is open at once and makes the old password void.
create function people.make_ticket(person uuid, purpose text) returns text
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); made text := people.ticket_text(); home text;
begin
  if t.state is distinct from 'acting' or t.act_type not in ('people.approveEnrolment', 'account.approveReset', 'people.bootstrap') then
    raise exception 'tickets are made only by an enrolment or a reset' using errcode = 'MB042';
  end if;
  select p.district into home from kernel.person p join kernel.account a on a.person_id = p.id and a.closed_at is null where p.id = person;
  if not found then raise exception 'a ticket is for a person with an account' using errcode = 'MB043'; end if;
  update people.ticket k set expires_at = t.at where k.person_id = person and k.used_at is null and k.expires_at > t.at;
  insert into people.ticket (district, person_id, purpose, hash, made_by, expires_at)
    values (home, person, make_ticket.purpose, people.ticket_hash(made), t.person_id, t.at + interval '24 hours');
  if make_ticket.purpose = 'reset' then
    update kernel.account set reset_at = t.at where person_id = person and closed_at is null;
    perform kernel.end_sessions(person, 'reset');
  end if;
  return made;
end $$;
-- What the act that made a person's ticket commits to of it.
create function people.ticket_made(person uuid) returns text
  language sql stable security definer set search_path = pg_catalog
  as $$ select jsonb_strip_nulls(to_jsonb(k))::text from people.ticket_seen k where k.person_id = person and k.act_id = kernel.act_id() $$;

-- Sets the password of an account: none of the last five, and no variant of the new one among them. The variants are derived by
-- the server, which alone sees the password; that the new one itself was not used before is seen here.
create function kernel.set_password(account uuid, derived bytea, variants bytea[]) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare a kernel.account; known bytea[];
begin
  select * into a from kernel.account x where x.id = account for update;
  select array_agg(k.verifier) || a.verifier into known from (
    select verifier from kernel.password_kept where account_id = account order by kept_at desc limit 4) k;
  known := coalesce(known, array[a.verifier]);
  if sha256(derived) = any (known) then return jsonb_build_object('status', 'used_before'); end if;
  if exists (select from unnest(variants) v where sha256(v) = any (known)) then return jsonb_build_object('status', 'near_before'); end if;
  insert into kernel.password_kept (account_id, verifier) values (account, a.verifier);
  update kernel.account x set verifier = sha256(derived), changed_at = kernel.now(), failures = 0, locked_until = null, reset_at = null, ages = true
    where x.id = account returning * into a;
  delete from people.demo_login where username = a.username;
  update kernel.session s set password_until = kernel.password_until(a) where s.person_id = a.person_id and s.ended_at is null;
  return jsonb_build_object('status', 'ok', 'image', (select jsonb_strip_nulls(to_jsonb(x))::text from kernel.account_seen x where x.id = account));
end $$;
comment on function kernel.set_password is 'For the owner''s definer functions.';

-- The acting person's own password, for the present one.
create function kernel.change_password(old_derived bytea, derived bytea, variants bytea[]) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); a kernel.account;
begin
  if t.act_type is distinct from 'account.changePassword' then raise exception 'passwords change only in their act' using errcode = 'MB044'; end if;
  select * into a from kernel.account where person_id = t.person_id and closed_at is null for update;
  if a.locked_until > kernel.now() then
    return jsonb_build_object('status', 'locked', 'seconds', ceil(extract(epoch from a.locked_until - kernel.now())));
  end if;
  if a.verifier is distinct from sha256(old_derived) then return jsonb_build_object('status', 'wrong'); end if;
  return kernel.set_password(a.id, derived, variants);
end $$;

-- Whether a ticket would be taken under this user name, before anything is derived. A stranger hears one answer.
create function people.ticket_stands(login text, ticket text) returns text
  language sql stable security definer set search_path = pg_catalog
  as $$
    select coalesce((
      select case when k.used_at is not null then 'ticket_used' when k.expires_at <= kernel.now() then 'ticket_expired' else 'ok' end
      from people.ticket k join kernel.account a on a.person_id = k.person_id and a.closed_at is null and a.username = login
        join kernel.person p on p.id = k.person_id and (p.active_to is null or p.active_to > kernel.now())
      where k.hash = people.ticket_hash(ticket)), 'ticket_wrong')
  $$;

-- Takes a ticket, once, and sets the password of the one it was made for.
create function people.redeem_ticket(login text, ticket text, derived bytea, variants bytea[]) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); stands text; k people.ticket; answer jsonb;
begin
  if t.act_type is distinct from 'account.activate' then raise exception 'tickets are redeemed only in their act' using errcode = 'MB045'; end if;
  select * into k from people.ticket where hash = people.ticket_hash(ticket) for update;
  stands := people.ticket_stands(login, ticket);
  if stands <> 'ok' then return jsonb_build_object('status', stands); end if;
  answer := kernel.set_password((select id from kernel.account where person_id = k.person_id and closed_at is null), derived, variants);
  if answer ->> 'status' = 'ok' then
    update people.ticket x set used_at = t.at where x.id = k.id;
    perform kernel.end_sessions(k.person_id, 'password');
    answer := answer || jsonb_build_object('person', k.person_id);
  end if;
  return answer;
end $$;

-- The shared password of a demo stands on its sign-in page and does not age; whoever changes theirs takes it from there.
create function people.demo_does_not_age() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  update kernel.account set ages = false where username = new.username and closed_at is null;
  return null;
end $$;
create trigger does_not_age after insert on people.demo_login for each row execute function people.demo_does_not_age();
update kernel.account a set ages = false from people.demo_login l where l.username = a.username and a.closed_at is null;
update kernel.session s set password_until = 'infinity' from kernel.account a where a.person_id = s.person_id and not a.ages and s.ended_at is null;

revoke execute on function people.ticket_text(), people.ticket_hash(text), people.make_ticket(uuid, text), people.ticket_made(uuid),
  kernel.set_password(uuid, bytea, bytea[]), kernel.change_password(bytea, bytea, bytea[]), people.ticket_stands(text, text),
  people.redeem_ticket(text, text, bytea, bytea[]), people.demo_does_not_age() from public;
grant execute on function people.make_ticket(uuid, text), people.ticket_made(uuid), kernel.change_password(bytea, bytea, bytea[]),
  people.ticket_stands(text, text), people.redeem_ticket(text, text, bytea, bytea[]) to mingbu_app;
