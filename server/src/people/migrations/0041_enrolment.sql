-- 0041 enrolment by two, bootstrap, leaving: what changes a person's standing, done by functions that ask for their act
-- Why:    clauses 6.3 (one person, one account; leavers closed at once) and 6.7 (nobody acts on their own account; no
--         super-user). One administrator proposes, another decides; an empty installation gets three administrators, once.
-- Change: additive; people.enrol replaced under its name.  Locks: none.  Data: none rewritten.
-- Undo:   drop what is empty; afterwards go forward.

-- A row as the act that wrote it commits to it: table, image, and the image before.
create function people.written(of_table text, image jsonb, was jsonb default null) returns jsonb
  language sql immutable
  return jsonb_strip_nulls(jsonb_build_object('table', of_table, 'image', jsonb_strip_nulls(image)::text, 'was', jsonb_strip_nulls(was)::text));

---------------------------------------------------------------------------------------------------
-- Proposals (提请): what one administrator asks for and another decides.
---------------------------------------------------------------------------------------------------
create table people.proposal (
  district    text not null references kernel.district,
  id          uuid not null default kernel.uuid7(),
  kind        text not null check (kind in ('enrol', 'reset', 'assign', 'post', 'name')),
  person_id   uuid references kernel.person,
  body        jsonb not null,
  id_hash     bytea check (octet_length(id_hash) = 32),
  id_sealed   bytea,
  proposed_by uuid not null default kernel.act_person() references kernel.person,
  proposed_at timestamptz not null default kernel.act_at(),
  state       text not null default 'open' check (state in ('open', 'approved', 'declined')),
  decided_by  uuid references kernel.person,
  decided_at  timestamptz,
  reason      text check (length(reason) between 1 and 500),
  primary key (district, id),
  constraint proposal_two_persons check (decided_by <> proposed_by),
  constraint proposal_not_of_oneself check (person_id <> proposed_by and (decided_by is null or person_id <> decided_by)),
  constraint proposal_decided check ((state = 'open') = (decided_by is null) and (state = 'open') = (decided_at is null)),
  constraint proposal_declined_why check (state <> 'declined' or reason is not null),
  constraint proposal_of_whom check ((kind in ('reset', 'assign', 'name')) = (person_id is not null)),
  constraint proposal_identity check ((kind = 'enrol') = (id_hash is not null) and (id_hash is null) = (id_sealed is null)),
  constraint proposal_name_plain check (kind not in ('enrol', 'name') or (
    body ->> 'name' = normalize(body ->> 'name', NFKC) and length(body ->> 'name') between 1 and 60
    and body ->> 'name' !~ '[\u0001-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]'))
);
create unique index proposal_reset_open on people.proposal (district, person_id) where kind = 'reset' and state = 'open';
create index proposal_open on people.proposal (district, proposed_at) where state = 'open';
call kernel.protect('people.proposal', false);
revoke select on people.proposal from mingbu_app;
grant select (district, id, kind, person_id, body, proposed_by, proposed_at, state, decided_by, decided_at, reason) on people.proposal to mingbu_app;

-- City-owned: one open proposal for one identity in the whole city, and none for an identity that somebody has.
create table people.identity_claim (
  id_hash     bytea primary key,
  district    text not null,
  proposal_id uuid not null
);
grant select on people.identity_claim to mingbu_auditor;
create function people.claim_identity() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if new.state = 'open' then
    if exists (select from people.identity i where i.id_hash = new.id_hash) then
      raise exception 'somebody has this identity' using errcode = '23505', constraint = 'identity_pkey';
    end if;
    insert into people.identity_claim values (new.id_hash, new.district, new.id);
  else
    delete from people.identity_claim c where c.id_hash = new.id_hash;
  end if;
  return null;
end $$;
revoke execute on function people.claim_identity() from public;
create trigger claims_identity after insert or update on people.proposal
  for each row when (new.kind = 'enrol') execute function people.claim_identity();

-- What has been decided stays, and nothing but the decision is ever written into a proposal.
create function people.refuse_redecision() returns trigger
  language plpgsql set search_path = pg_catalog as $$
begin
  if old.state <> 'open' then raise exception 'the proposal is decided' using errcode = '23514', constraint = 'proposal_decided_once'; end if;
  if (new.district, new.id, new.kind, new.person_id, new.body, new.id_hash, new.id_sealed, new.proposed_by, new.proposed_at)
     is distinct from (old.district, old.id, old.kind, old.person_id, old.body, old.id_hash, old.id_sealed, old.proposed_by, old.proposed_at) then
    raise exception 'a proposal is not rewritten' using errcode = 'MB010';
  end if;
  return new;
end $$;
revoke execute on function people.refuse_redecision() from public;
create trigger decided_once before update on people.proposal for each row execute function people.refuse_redecision();

-- Which act proposes and which decides, for each kind.
create function people.propose(kind_ text, person uuid, body_ jsonb, id_hash_ bytea default null, id_sealed_ bytea default null) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); p people.proposal;
begin
  if (t.act_type, kind_) not in (('people.proposeEnrolment', 'enrol'), ('account.requestReset', 'reset'), ('people.proposeAssignment', 'assign'),
      ('people.proposePost', 'post'), ('people.proposeName', 'name')) or t.act_type is null then
    raise exception 'nothing is proposed outside its own act' using errcode = 'MB043';
  end if;
  insert into people.proposal (district, kind, person_id, body, id_hash, id_sealed)
  values (t.district, kind_, person, body_, id_hash_, id_sealed_) returning * into p;
  return jsonb_build_object('id', p.id, 'images', jsonb_build_array(people.written('people.proposal', to_jsonb(p))));
end $$;

create function people.decide(proposal uuid, state_ text, reason_ text default null) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); was people.proposal; p people.proposal;
begin
  select * into was from people.proposal q where q.district = t.district and q.id = proposal for update;
  if was.id is null then raise exception 'no such proposal' using errcode = 'MB043'; end if;
  if t.act_type is null or not ((state_ = 'declined' and t.act_type = 'people.declineProposal') or (state_ = 'approved' and (t.act_type, was.kind) in (
      ('people.approveEnrolment', 'enrol'), ('account.approveReset', 'reset'), ('people.assignPost', 'assign'), ('people.approvePost', 'post'),
      ('people.approveName', 'name')))) then
    raise exception 'nothing is decided outside its own act' using errcode = 'MB043';
  end if;
  update people.proposal q set state = state_, decided_by = t.person_id, decided_at = t.at, reason = reason_
  where q.district = was.district and q.id = was.id returning * into p;
  return people.written('people.proposal', to_jsonb(p), to_jsonb(was));
end $$;

---------------------------------------------------------------------------------------------------
-- Enrolment. A new account has a password that nobody knows, until its person sets one with the ticket handed over.
---------------------------------------------------------------------------------------------------
create function people.open_account(person uuid, username_ text) returns jsonb
  language plpgsql as $$
declare a uuid;
begin
  insert into kernel.account (person_id, username, salt, verifier)
  values (person, username_, uuid_send(gen_random_uuid()), sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))) returning id into a;
  return (select people.written('kernel.account', to_jsonb(x)) from kernel.account_seen x where x.id = a);
end $$;

create function people.enrol_proposed(proposal uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); q people.proposal; p kernel.person; h people.holding; images jsonb; since timestamptz;
begin
  if t.act_type is distinct from 'people.approveEnrolment' then raise exception 'persons are enrolled only by an enrolment act' using errcode = 'MB040'; end if;
  images := jsonb_build_array(people.decide(proposal, 'approved'));
  select * into q from people.proposal x where x.district = t.district and x.id = proposal;
  since := greatest((q.body ->> 'from')::date::timestamp at time zone 'Asia/Shanghai', t.at);
  insert into kernel.person (district, name, active_from) values (t.district, q.body ->> 'name', since) returning * into p;
  insert into people.identity values (q.id_hash, p.id, q.id_sealed);
  insert into people.holding (district, person_id, post, during) values (t.district, p.id, q.body ->> 'post', tstzrange(since, null)) returning * into h;
  images := images || people.open_account(p.id, q.body ->> 'username') || people.written('kernel.person', to_jsonb(p)) || people.written('people.holding', to_jsonb(h))
    || (select people.written('people.identity', to_jsonb(x)) from people.identity_seen x where x.person_id = p.id);
  return jsonb_build_object('id', p.id, 'username', q.body ->> 'username', 'images', images);
end $$;

-- The three administrators of an empty installation: the first leaves of the city's log, and never again.
create function people.bootstrap(admins jsonb) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); one jsonb; p kernel.person; u people.unit; o people.post; h people.holding; g kernel.duty_grant;
  images jsonb := '[]'; made jsonb := '[]';
begin
  if t.act_type is distinct from 'people.bootstrap' then raise exception 'the first administrators come only by bootstrap' using errcode = 'MB044'; end if;
  perform pg_advisory_xact_lock(hashtextextended('bootstrap', 0));
  if exists (select from kernel.person) or exists (select from kernel.setting where name in ('bootstrapped', 'demo')) then
    raise exception 'there are people already' using errcode = '23505', constraint = 'bootstrap_once';
  end if;
  if (select array_agg(x ->> 'duty' order by x ->> 'duty') from jsonb_array_elements(admins) x)
     is distinct from array['admin_audit', 'admin_security', 'admin_system'] then
    raise exception 'three administrators, one of each kind' using errcode = 'MB044';
  end if;
  insert into kernel.setting values ('bootstrapped', t.act_id::text);
  insert into people.unit (district, id, kind, name_zh, name_en)
  values ('city', 'bureau', 'bureau', '宁波市自然资源和规划局', 'Ningbo Bureau of Natural Resources and Planning') returning * into u;
  images := images || people.written('people.unit', to_jsonb(u));
  for one in select x from jsonb_array_elements(admins) x loop
    insert into people.post (district, id, name_zh, name_en, unit, duties, risk, measures_zh, measures_en)
    values ('city', one ->> 'post', one ->> 'postZh', one ->> 'postEn', 'bureau', array[one ->> 'duty'], 'high', one ->> 'measuresZh', one ->> 'measuresEn')
    returning * into o;
    insert into kernel.person (district, name) values ('city', one ->> 'name') returning * into p;
    insert into people.identity values (decode(one ->> 'idHash', 'hex'), p.id, decode(one ->> 'idSealed', 'hex'));
    insert into people.holding (district, person_id, post, during) values ('city', p.id, one ->> 'post', tstzrange(t.at, null)) returning * into h;
    insert into kernel.duty_grant (district, person_id, duty, during) values ('city', p.id, one ->> 'duty', tstzrange(t.at, null)) returning * into g;
    images := images || people.written('people.post', to_jsonb(o)) || people.written('kernel.person', to_jsonb(p)) || people.open_account(p.id, one ->> 'username')
      || (select people.written('people.identity', to_jsonb(x)) from people.identity_seen x where x.person_id = p.id)
      || people.written('people.holding', to_jsonb(h)) || people.written('kernel.duty_grant', to_jsonb(g));
    made := made || jsonb_build_object('id', p.id, 'duty', one ->> 'duty');
  end loop;
  return jsonb_build_object('made', made, 'images', images);
end $$;

---------------------------------------------------------------------------------------------------
-- Leaving, transfer and leave (6.3).
---------------------------------------------------------------------------------------------------
-- Bounds grants at a moment: those of duties not in `kept`. A grant still to come keeps a millionth of a second, for no range is empty.
create function people.end_grants(who uuid, until_ timestamptz, kept text[]) returns jsonb
  language plpgsql as $$
declare g kernel.duty_grant; was kernel.duty_grant; images jsonb := '[]';
begin
  for was in select * from kernel.duty_grant x where x.person_id = who and (upper(x.during) is null or upper(x.during) > until_)
      and not x.duty = any (kept) order by x.id for update loop
    update kernel.duty_grant x set during = tstzrange(lower(x.during), greatest(until_, lower(x.during) + interval '1 microsecond'))
    where x.district = was.district and x.id = was.id returning * into g;
    images := images || people.written('kernel.duty_grant', to_jsonb(g), to_jsonb(was));
  end loop;
  return images;
end $$;

create function people.end_holdings(who uuid, until_ timestamptz, except_ uuid default null) returns jsonb
  language plpgsql as $$
declare h people.holding; was people.holding; images jsonb := '[]';
begin
  for was in select * from people.holding x where x.person_id = who and (upper(x.during) is null or upper(x.during) > until_)
      and x.id is distinct from except_ order by x.id for update loop
    update people.holding x set during = tstzrange(lower(x.during), greatest(until_, lower(x.during) + interval '1 microsecond'))
    where x.district = was.district and x.id = was.id returning * into h;
    images := images || people.written('people.holding', to_jsonb(h), to_jsonb(was));
  end loop;
  return images;
end $$;

-- Ends the factors of a person; their images as those of any other row.
create function people.factors_ended(who uuid, why text) returns jsonb
  language plpgsql as $$
begin
  return (select coalesce(jsonb_agg(jsonb_build_object('table', 'people.factor', 'image', f -> 'image', 'was', f -> 'was')), '[]')
    from jsonb_array_elements(people.end_factors(who, why)) f);
end $$;

-- A reset that was approved ends the factors as well: whoever has the lost device opens nothing with it.
create function people.reset_factors(who uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (kernel.tx()).act_type is distinct from 'account.approveReset' then raise exception 'factors are reset only by an approved reset' using errcode = 'MB045'; end if;
  return people.factors_ended(who, 'reset');
end $$;

-- Closes what cannot have an end in the future: account, sessions, factors.
create function people.close_account(who uuid) returns jsonb
  language plpgsql as $$
declare a uuid; was jsonb; images jsonb := '[]';
begin
  perform kernel.end_sessions(who, 'left');
  images := people.factors_ended(who, 'left');
  select x.id into a from kernel.account x where x.person_id = who and x.closed_at is null for update;
  if found then
    select to_jsonb(x) into was from kernel.account_seen x where x.id = a;
    update kernel.account set closed_at = kernel.now() where id = a;
    images := images || (select people.written('kernel.account', to_jsonb(x), was) from kernel.account_seen x where x.id = a);
  end if;
  return images;
end $$;

-- Everything of a person ends at a moment: grants and posts are bounded there at once, so that it takes effect by itself;
-- when the moment has come, account, sessions and factors are closed as well.
create function people.end_person(who uuid, until_ timestamptz) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); was kernel.person; p kernel.person; images jsonb;
begin
  if t.act_type is distinct from 'people.leave' then raise exception 'people leave only by an act of leaving' using errcode = 'MB045'; end if;
  select * into was from kernel.person x where x.id = who and x.district = t.district for update;
  if was.id is null or who = t.person_id then raise exception 'nobody ends their own employment' using errcode = 'MB045'; end if;
  update kernel.person x set active_to = until_ where x.id = who returning * into p;
  images := jsonb_build_array(people.written('kernel.person', to_jsonb(p), to_jsonb(was)))
    || people.end_grants(who, until_, '{}') || people.end_holdings(who, until_);
  if until_ <= t.at then images := images || people.close_account(who); end if;
  return images;
end $$;

-- What nobody has to press: the account of a leaver whose time has come, the sessions of who is on leave.
create function people.settle(who uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); p kernel.person;
begin
  if t.act_type is distinct from 'people.settle' then raise exception 'only what is due is settled' using errcode = 'MB045'; end if;
  select * into p from kernel.person x where x.id = who and x.district = t.district for update;
  if p.active_to <= t.at then return people.close_account(who); end if;
  if people.is_absent(who) then perform kernel.end_sessions(who, 'absent'); end if;
  return '[]';
end $$;

-- Persons whose time has come and whose account or session still stands. For the watch.
create function people.unsettled() returns table (district text, person_id uuid, why text)
  language sql stable security definer set search_path = pg_catalog
  as $$
    select p.district, p.id, 'left' from kernel.person p join kernel.account a on a.person_id = p.id
    where a.closed_at is null and p.active_to <= kernel.now()
    union
    select p.district, p.id, 'absent' from kernel.person p join kernel.session s on s.person_id = p.id
    where s.ended_at is null and people.is_absent(p.id)
  $$;

-- On leave from now on: sessions end in the same act.
create function people.leave_now(who uuid) returns void
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if t.act_type is distinct from 'people.startLeave' or who = t.person_id
     or not exists (select from kernel.person p where p.id = who and p.district = t.district) then
    raise exception 'leave begins only by its own act, and not one''s own' using errcode = 'MB045';
  end if;
  if people.is_absent(who) then perform kernel.end_sessions(who, 'absent'); end if;
end $$;

-- Carries out a proposed assignment: one more post, or a transfer, after which only the new post is held, grants that do not
-- belong to it have ended, and the person belongs to the office of the post.
create function people.assign(proposal uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); q people.proposal; was kernel.person; p kernel.person; h people.holding; o people.post; images jsonb; since timestamptz;
begin
  if t.act_type is distinct from 'people.assignPost' then raise exception 'posts are assigned only by their own act' using errcode = 'MB045'; end if;
  images := jsonb_build_array(people.decide(proposal, 'approved'));
  select * into q from people.proposal x where x.district = t.district and x.id = proposal;
  select * into was from kernel.person x where x.id = q.person_id and x.district = t.district for update;
  if was.id is null or was.active_to <= t.at then raise exception 'the person is not here' using errcode = '23514', constraint = 'assign_person_gone'; end if;
  select * into o from people.post x where x.district = q.body ->> 'district' and x.id = q.body ->> 'post';
  if o.id is null or o.closed_at <= t.at then raise exception 'no such post' using errcode = '23514', constraint = 'assign_post_gone'; end if;
  since := case when q.body ->> 'mode' = 'transfer' then t.at
    else greatest((q.body ->> 'from')::date::timestamp at time zone 'Asia/Shanghai', t.at) end;
  if q.body ->> 'mode' = 'transfer' then
    images := images || people.end_holdings(q.person_id, t.at) || people.end_grants(q.person_id, t.at,
      case when o.district = t.district then coalesce(o.duties, '{}') else '{}' end);
    perform kernel.end_sessions(q.person_id, 'left');
    if o.district <> t.district then
      update kernel.person x set enrolled_in = coalesce(x.enrolled_in, x.district), district = o.district where x.id = q.person_id returning * into p;
      images := images || people.written('kernel.person', to_jsonb(p), to_jsonb(was));
    end if;
  elsif o.district <> t.district then
    raise exception 'only a transfer leads to another office' using errcode = '23514', constraint = 'assign_post_gone';
  end if;
  -- In another office's row the act, which stands in this one's log, is not named; the image is in it.
  insert into people.holding (district, act_id, person_id, post, during, kind)
  values (o.district, case when o.district = t.district then t.act_id end, q.person_id, o.id,
    tstzrange(since, ((q.body ->> 'until')::date + 1)::timestamp at time zone 'Asia/Shanghai'), case when q.body ->> 'mode' in ('acting', 'cover') then q.body ->> 'mode' else 'regular' end)
  returning * into h;
  return jsonb_build_object('holding', h.id, 'images', images || people.written('people.holding', to_jsonb(h)));
end $$;

create function people.rename(proposal uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); q people.proposal; was kernel.person; p kernel.person; images jsonb;
begin
  if t.act_type is distinct from 'people.approveName' then raise exception 'names change only by their own act' using errcode = 'MB045'; end if;
  images := jsonb_build_array(people.decide(proposal, 'approved'));
  select * into q from people.proposal x where x.district = t.district and x.id = proposal;
  select * into was from kernel.person x where x.id = q.person_id and x.district = t.district for update;
  if was.id is null then raise exception 'the person is not here' using errcode = '23514', constraint = 'assign_person_gone'; end if;
  update kernel.person x set name = q.body ->> 'name' where x.id = q.person_id returning * into p;
  return images || people.written('kernel.person', to_jsonb(p), to_jsonb(was));
end $$;

-- Ends one post; grants that belong to none of the remaining posts end with it. Null when there is nothing to end.
create function people.end_post(who uuid, holding_ uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); was people.holding; h people.holding; kept text[];
begin
  if t.act_type is distinct from 'people.endPost' or who = t.person_id then raise exception 'posts end only by their own act' using errcode = 'MB045'; end if;
  select * into was from people.holding x where x.district = t.district and x.id = holding_ and x.person_id = who
    and (upper(x.during) is null or upper(x.during) > t.at) for update;
  if was.id is null then return null; end if;
  update people.holding x set during = tstzrange(lower(x.during), greatest(t.at, lower(x.during) + interval '1 microsecond'))
  where x.district = was.district and x.id = was.id returning * into h;
  select coalesce(array_agg(d), '{}') into kept from people.holding x join people.post o on o.district = x.district and o.id = x.post, unnest(o.duties) d
  where x.person_id = who and (upper(x.during) is null or upper(x.during) > t.at);
  return jsonb_build_array(people.written('people.holding', to_jsonb(h), to_jsonb(was))) || people.end_grants(who, t.at, kept);
end $$;

-- Whether a live account bears the name, for the one who proposes a colleague.
create function people.username_is_taken(username_ text) returns boolean
  language plpgsql stable security definer set search_path = pg_catalog as $$
begin
  if (kernel.tx()).act_type is distinct from 'people.proposeEnrolment' then raise exception 'not asked in an enrolment' using errcode = 'MB043'; end if;
  return exists (select from kernel.account a where a.username = username_ and a.closed_at is null);
end $$;

-- Levels of responsibility that nobody holds today, of offices that have an organisation: held is a level whose post has
-- somebody employed, regularly, acting or as cover. Leave does not vacate a post.
create function people.vacancies() returns table (district text, level text)
  language sql stable security definer set search_path = pg_catalog
  as $$
    select d.district, l.level from (select distinct u.district from people.unit u) d
      cross join unnest(array['bureau_head', 'deputy', 'section', 'centre', 'window']) with ordinality as l (level, no)
    where (d.district <> 'city' or l.no <= 3)
      and exists (select from people.post o where o.district = d.district and o.level is not null)
      and not exists (
        select from people.post o join people.holding h on h.district = o.district and h.post = o.id join kernel.person p on p.id = h.person_id
        where o.district = d.district and o.level = l.level and o.closed_at is null and h.during @> kernel.now()
          and (p.active_to is null or p.active_to > kernel.now()) and p.active_from <= kernel.now())
  $$;

-- Does this person lead the other: hold, today, the post that leads one of theirs; or, where that post is the city's, lead the registration of the city?
create function people.leads(leader_ uuid, person_ uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog
  as $$
    select leader_ <> person_ and exists (
      select from people.holding h join people.post o on o.district = h.district and o.id = h.post
        join people.holding l on l.person_id = leader_ and l.during @> kernel.now()
        join people.post lo on lo.district = l.district and lo.id = l.post
      where h.person_id = person_ and h.during @> kernel.now()
        and ((o.leader is not null and lo.district = o.district and lo.id = o.leader)
          or (o.leader is null and lo.district = 'city' and lo.level in ('bureau_head', 'deputy', 'section'))))
  $$;

revoke execute on all functions in schema people from public;
grant execute on function people.only_in_acts(), people.refuse_redecision() to mingbu_app;
grant execute on function people.propose(text, uuid, jsonb, bytea, bytea), people.decide(uuid, text, text), people.enrol_proposed(uuid),
  people.bootstrap(jsonb), people.reset_factors(uuid), people.end_person(uuid, timestamptz), people.settle(uuid), people.leave_now(uuid), people.assign(uuid),
  people.rename(uuid), people.end_post(uuid, uuid), people.username_is_taken(text), people.leads(uuid, uuid) to mingbu_app;
grant execute on function people.unsettled() to mingbu_auditor;
grant execute on function people.vacancies() to mingbu_app, mingbu_auditor;

-- As in 0040; and once the three administrators are there, nobody is enrolled by a service again.
create function people.refuse_after_bootstrap() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (kernel.tx()).act_type in ('people.enrol', 'people.loadOrganisation') and exists (select from kernel.setting where name = 'bootstrapped') then
    raise exception 'a service enrols nobody once there are administrators' using errcode = 'MB040';
  end if;
  return new;
end $$;
revoke execute on function people.refuse_after_bootstrap() from public;
create trigger not_after_bootstrap before insert on kernel.person for each row execute function people.refuse_after_bootstrap();
create trigger not_after_bootstrap before insert on people.unit for each row execute function people.refuse_after_bootstrap();
