-- 0146 rule book: documents proposed by one and decided by another, versions that never change, who has read and understood them
-- Why:    clause 2.1: rules of systems, staff, seals and quality are kept current, and everybody whose post they concern knows them.
-- Change: additive.  Locks: none.  Data: none.  Undo: drop the tables and functions while they are empty; afterwards go forward.

-- 提请: a rule made, amended or repealed, with everything it will say. The text never changes afterwards.
create table supervision.rule_proposal (
  district     text not null references kernel.district,
  id           uuid not null default kernel.uuid7(),
  document_id  uuid not null,
  action       text not null check (action in ('create', 'amend', 'repeal')),
  base_no      smallint check (base_no > 0),
  kind         text not null check (kind in ('system', 'staff', 'seals', 'quality', 'certificates', 'archives', 'business', 'other')),
  code         text not null check (length(code) <= 60),
  title        text not null check (length(btrim(title)) between 2 and 100),
  body         text check (length(btrim(body)) between 2 and 30000),
  file         text check (file ~ '^[0-9a-f]{64}$'),
  effective_on date not null,
  review_days  smallint check (review_days between 30 and 1100),
  read_days    smallint check (read_days between 1 and 90),
  keeper_post  text,
  posts        text[] check (cardinality(posts) <= 60),
  quiz         jsonb check (jsonb_typeof(quiz) = 'array' and jsonb_array_length(quiz) between 1 and 10),
  reason       text not null check (length(btrim(reason)) between 2 and 1000),
  person_id    uuid not null default kernel.act_person() references kernel.person,
  at           timestamptz not null default kernel.act_at(),
  act_id       uuid not null default kernel.act_id(),
  primary key (district, id),
  unique (district, id, document_id, action, effective_on, person_id),
  foreign key (district, keeper_post) references people.post,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint rule_base check ((action = 'create') = (base_no is null)),
  constraint rule_content check (case when action = 'repeal'
    then body is null and file is null and quiz is null and posts is null and review_days is null and read_days is null and keeper_post is null
    else (body is not null or file is not null) and quiz is not null and posts is not null and review_days is not null and read_days is not null
      and keeper_post is not null end)
);
-- 答案: kept apart, read by nobody but the function that judges. Acts commit to its digest.
create table supervision.rule_key (
  district    text not null,
  proposal_id uuid not null,
  salt        bytea not null default sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
  answers     smallint[] not null,
  act_id      uuid not null default kernel.act_id(),
  primary key (district, proposal_id),
  foreign key (district, proposal_id) references supervision.rule_proposal,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
create view supervision.rule_key_seen as
  select k.district, k.proposal_id, sha256(k.salt || convert_to(array_to_string(k.answers, ','), 'UTF8')) as digest, k.act_id from supervision.rule_key k;
-- 决定: by a leader other than who proposed it. What is approved is a version, numbered without a gap.
create table supervision.rule_decision (
  district     text not null,
  proposal_id  uuid not null,
  document_id  uuid not null,
  action       text not null,
  effective_on date not null,
  proposed_by  uuid not null,
  approved     boolean not null,
  no           smallint check (no > 0),
  word         text not null check (length(btrim(word)) between 2 and 500),
  person_id    uuid not null default kernel.act_person() references kernel.person,
  at           timestamptz not null default kernel.act_at(),
  act_id       uuid not null default kernel.act_id(),
  constraint rule_decided_once primary key (district, proposal_id),
  constraint rule_version_once unique (district, document_id, no),
  constraint rule_of_proposal foreign key (district, proposal_id, document_id, action, effective_on, proposed_by)
    references supervision.rule_proposal (district, id, document_id, action, effective_on, person_id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint rule_by_another check (person_id <> proposed_by),
  constraint rule_number check (approved = (no is not null))
);
alter table supervision.rule_proposal add foreign key (district, document_id, base_no) references supervision.rule_decision (district, document_id, no);
-- 学习测试: every try, by whoever it is; the one that passed says that they have read and understood that version.
create table supervision.rule_try (
  district    text not null references kernel.district,
  of_district text not null,
  document_id uuid not null,
  no          smallint not null,
  person_id   uuid not null default kernel.act_person() references kernel.person,
  try         int not null check (try > 0),
  answered    smallint not null,
  questions   smallint not null,
  passed      boolean not null check (passed = (answered = questions)),
  at          timestamptz not null default kernel.act_at(),
  act_id      uuid not null default kernel.act_id(),
  primary key (district, of_district, document_id, no, person_id, try),
  foreign key (of_district, document_id, no) references supervision.rule_decision (district, document_id, no),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
create unique index rule_read_once on supervision.rule_try (district, of_district, document_id, no, person_id) where passed;
create index rule_try_of on supervision.rule_try (of_district, document_id, no, person_id);
-- 定期评估: whoever holds the post that keeps it says that it is still right. An amendment is a review as well.
create table supervision.rule_review (
  district    text not null,
  id          uuid not null default kernel.uuid7(),
  document_id uuid not null,
  no          smallint not null,
  note        text not null check (length(btrim(note)) between 2 and 1000),
  person_id   uuid not null default kernel.act_person() references kernel.person,
  at          timestamptz not null default kernel.act_at(),
  act_id      uuid not null default kernel.act_id(),
  primary key (district, id),
  foreign key (district, document_id, no) references supervision.rule_decision (district, document_id, no),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
call kernel.protect('supervision.rule_proposal', true);
call kernel.protect('supervision.rule_key', true);
call kernel.protect('supervision.rule_decision', true);
call kernel.protect('supervision.rule_try', true);
call kernel.protect('supervision.rule_review', true);
-- Rules of the bureau hold in every office, and whoever works there reads them.
create policy reads_city on supervision.rule_proposal for select to mingbu_app using (district = 'city' and (select kernel.act_district()) is not null);
create policy reads_city on supervision.rule_decision for select to mingbu_app using (district = 'city' and (select kernel.act_district()) is not null);
create policy reads_city on supervision.rule_review for select to mingbu_app using (district = 'city' and (select kernel.act_district()) is not null);
revoke select on supervision.rule_key from mingbu_app, mingbu_auditor;
grant select on supervision.rule_key_seen to mingbu_auditor;
grant insert (district, document_id, action, base_no, kind, code, title, body, file, effective_on, review_days, read_days, keeper_post, posts, quiz, reason)
  on supervision.rule_proposal to mingbu_app;
grant insert (district, proposal_id, document_id, action, effective_on, proposed_by, approved, no, word) on supervision.rule_decision to mingbu_app;
grant insert (district, document_id, no, note) on supervision.rule_review to mingbu_app;
create trigger only_in before insert on supervision.rule_proposal for each row execute function supervision.only_in('rule.propose');
create trigger only_in before insert on supervision.rule_key for each row execute function supervision.only_in('rule.propose');
create trigger only_in before insert on supervision.rule_decision for each row execute function supervision.only_in('rule.decide');
create trigger only_in before insert on supervision.rule_try for each row execute function supervision.only_in('rule.read');
create trigger only_in before insert on supervision.rule_review for each row execute function supervision.only_in('rule.review');

-- Versions with the days on which they hold. A repeal is the last version, and holds nothing.
create view supervision.rule_version with (security_invoker = true) as
  select d.district, d.document_id, d.no, d.action, d.effective_on as from_on,
    lead(d.effective_on) over (partition by d.district, d.document_id order by d.no) as until_on,
    d.proposal_id, d.proposed_by, d.person_id as approved_by, d.at as approved_at, d.act_id, d.word,
    p.kind, p.code, p.title, p.body, p.file, p.review_days, p.read_days, p.keeper_post, p.posts, p.quiz, p.reason
  from supervision.rule_decision d join supervision.rule_proposal p on p.district = d.district and p.id = d.proposal_id
  where d.approved;
grant select on supervision.rule_version to mingbu_app, mingbu_auditor;

-- A version is the next one, rests on the one before, holds from today or a later day, after the one before it, and never after
-- a repeal. Who decides leads the office.
create function supervision.rule_decides() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare p supervision.rule_proposal; last supervision.rule_decision;
begin
  if not exists (select from kernel.duty_grant g where g.person_id = new.person_id and g.duty in ('centre_lead', 'district_lead') and g.during @> new.at) then
    raise exception 'a leader decides' using errcode = '23514', constraint = 'rule_by_leader';
  end if;
  if not new.approved then return new; end if;
  perform pg_advisory_xact_lock(hashtextextended('rule ' || new.document_id, 0));
  select * into p from supervision.rule_proposal q where q.district = new.district and q.id = new.proposal_id;
  select * into last from supervision.rule_decision d where d.district = new.district and d.document_id = new.document_id and d.approved order by d.no desc limit 1;
  if new.effective_on < kernel.day_of(new.at) then
    raise exception 'a rule holds from today or a later day' using errcode = '23514', constraint = 'rule_not_backdated';
  end if;
  if last.no is distinct from p.base_no or last.action = 'repeal' or new.no <> coalesce(last.no, 0) + 1 or new.effective_on <= last.effective_on then
    raise exception 'the version does not follow the one before' using errcode = '23514', constraint = 'rule_follows';
  end if;
  if new.action <> 'repeal' and not exists (select from supervision.rule_key k where k.district = new.district and k.proposal_id = new.proposal_id) then
    raise exception 'a rule without answers cannot be read and understood' using errcode = 'MB146';
  end if;
  return new;
end $$;
create trigger decides before insert on supervision.rule_decision for each row execute function supervision.rule_decides();

-- The last version that has come into force; after a repeal the one that was repealed.
create function supervision.rule_current(of_district text, document uuid) returns smallint
  language sql stable security definer set search_path = pg_catalog as $$
    select max(d.no) from supervision.rule_decision d
    where d.district = of_district and d.document_id = document and d.approved and d.action <> 'repeal' and d.effective_on <= kernel.day_of(kernel.now())
$$;
create function supervision.rule_reviews() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare keeper text;
begin
  select p.keeper_post into keeper from supervision.rule_decision d join supervision.rule_proposal p on p.district = d.district and p.id = d.proposal_id
    where d.district = new.district and d.document_id = new.document_id and d.no = new.no;
  if not exists (select from people.holding h where h.district = new.district and h.post = keeper and h.person_id = new.person_id and h.during @> new.at) then
    raise exception 'who holds the post that keeps the rule reviews it' using errcode = '23514', constraint = 'rule_review_by_keeper';
  end if;
  if new.no is distinct from supervision.rule_current(new.district, new.document_id)
    or exists (select from supervision.rule_decision d where d.district = new.district and d.document_id = new.document_id and d.action = 'repeal'
      and d.approved and d.effective_on <= kernel.day_of(new.at)) then
    raise exception 'only the version in force is reviewed' using errcode = '23514', constraint = 'rule_review_in_force';
  end if;
  return new;
end $$;
create trigger reviews before insert on supervision.rule_review for each row execute function supervision.rule_reviews();

-- The answers of a proposal, kept in the act that proposes it: one for each question, each one of its options.
create function supervision.set_rule_key(proposal uuid, given smallint[]) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); p supervision.rule_proposal; k supervision.rule_key_seen;
begin
  select * into p from supervision.rule_proposal q where q.district = t.district and q.id = proposal and q.act_id = t.act_id;
  if not found or t.act_type is distinct from 'rule.propose' then raise exception 'answers come with their proposal' using errcode = 'MB146'; end if;
  if jsonb_array_length(p.quiz) <> cardinality(given) or exists (
    select from unnest(given) with ordinality a(answer, i) where answer is null or answer < 0 or answer >= jsonb_array_length(p.quiz -> (i - 1)::int -> 'options')) then
    raise exception 'each question has one answer' using errcode = '23514', constraint = 'rule_key_fits';
  end if;
  insert into supervision.rule_key (district, proposal_id, answers) values (t.district, proposal, given);
  select * into k from supervision.rule_key_seen s where s.district = t.district and s.proposal_id = proposal;
  return people.written('supervision.rule_key', to_jsonb(k));
end $$;

-- A try at the questions of the last version in force, judged here: how many were right and which were not, never what is right.
create function supervision.read_rule(of_district_ text, document uuid, of_no smallint, given smallint[]) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); key smallint[]; made supervision.rule_try; wrong int[]; tries int;
begin
  if t.act_type is distinct from 'rule.read' or t.person_id is null then raise exception 'a rule is read in its own act' using errcode = 'MB146'; end if;
  if of_district_ not in (t.district, 'city') then return jsonb_build_object('status', 'unknown'); end if;
  if of_no is distinct from supervision.rule_current(of_district_, document) then return jsonb_build_object('status', 'not_current'); end if;
  perform pg_advisory_xact_lock(hashtextextended('rule read ' || document || t.person_id, 0));
  if exists (select from supervision.rule_try r where r.of_district = of_district_ and r.document_id = document and r.no = of_no and r.person_id = t.person_id and r.passed) then
    return jsonb_build_object('status', 'already');
  end if;
  select k.answers into strict key from supervision.rule_decision d join supervision.rule_key k on k.district = d.district and k.proposal_id = d.proposal_id
    where d.district = of_district_ and d.document_id = document and d.no = of_no;
  if cardinality(given) is distinct from cardinality(key) then return jsonb_build_object('status', 'answers'); end if;
  select coalesce(array_agg(i - 1 order by i) filter (where given[i] is distinct from key[i]), '{}') into wrong from generate_subscripts(key, 1) i;
  select count(*) into tries from supervision.rule_try r where r.of_district = of_district_ and r.document_id = document and r.no = of_no and r.person_id = t.person_id;
  insert into supervision.rule_try (district, of_district, document_id, no, try, answered, questions, passed)
    values (t.district, of_district_, document, of_no, tries + 1, cardinality(key) - cardinality(wrong), cardinality(key), wrong = '{}') returning * into made;
  return jsonb_build_object('status', 'judged', 'passed', made.passed, 'try', made.try, 'wrong', to_jsonb(wrong),
    'images', jsonb_build_array(people.written('supervision.rule_try', to_jsonb(made))));
end $$;

-- Who of an office owes which version, from when to when: whoever holds a post it concerns, from joining, while it holds.
create function supervision.rule_spans(in_district text)
  returns table (person_id uuid, name text, of_district text, document_id uuid, no smallint, title text, read_days smallint, since timestamptz, until timestamptz)
  language sql stable security definer set search_path = pg_catalog as $$
    with version as (
      select d.district, d.document_id, d.no, d.action, p.title, p.read_days, p.posts, d.effective_on::timestamp at time zone 'Asia/Shanghai' as since,
        (lead(d.effective_on) over (partition by d.district, d.document_id order by d.no))::timestamp at time zone 'Asia/Shanghai' as until
      from supervision.rule_decision d join supervision.rule_proposal p on p.district = d.district and p.id = d.proposal_id
      where d.approved and d.district in (in_district, 'city'))
    select h.person_id, q.name, v.district, v.document_id, v.no, v.title, v.read_days, greatest(v.since, lower(h.during)),
      least(v.until, upper(h.during), q.active_to)
    from version v join people.holding h on h.district = in_district and h.kind = 'regular' and (v.posts = '{}' or h.post = any (v.posts))
      join kernel.person q on q.id = h.person_id
    where v.action <> 'repeal' and people.sees_office(in_district)
      and greatest(v.since, lower(h.during)) < coalesce(least(v.until, upper(h.during), q.active_to), 'infinity')
    order by h.person_id, v.district, v.document_id, v.no
$$;
-- What they have read, wherever that stands in the log. Whoever has read a version has read those before it.
create function supervision.rule_reads(in_district text)
  returns table (id uuid, at timestamptz, district text, person_id uuid, document_id uuid, no smallint)
  language sql stable security definer set search_path = pg_catalog as $$
    select r.act_id, r.at, r.district, r.person_id, r.document_id, d.no
    from supervision.rule_try r join supervision.rule_decision d on d.district = r.of_district and d.document_id = r.document_id and d.no <= r.no
    where r.passed and r.of_district in (in_district, 'city') and people.sees_office(in_district)
      and exists (select from people.holding h where h.district = in_district and h.person_id = r.person_id)
$$;
-- One's own tries, wherever they stand.
create function supervision.rule_own_tries(of_district_ text, document uuid) returns table (no smallint, try int, answered smallint, questions smallint, passed boolean, at timestamptz, act_id uuid)
  language sql stable security definer set search_path = pg_catalog as $$
    select r.no, r.try, r.answered, r.questions, r.passed, r.at, r.act_id from supervision.rule_try r
    where r.of_district = of_district_ and r.document_id = document and r.person_id = kernel.act_person() order by r.no, r.try
$$;
-- What kind of file a rule of the bureau is, for offices that did not upload it.
create function supervision.rule_file_media(of_file text) returns text
  language sql stable security definer set search_path = pg_catalog as $$
    select u.media from cases.upload u where u.file = of_file
      and exists (select from supervision.rule_proposal p where p.file = of_file and p.district in (kernel.act_district(), 'city')) limit 1
$$;
revoke execute on function supervision.rule_file_media(text), supervision.rule_decides(), supervision.rule_reviews(), supervision.rule_current(text, uuid), supervision.set_rule_key(uuid, smallint[]),
  supervision.read_rule(text, uuid, smallint, smallint[]), supervision.rule_spans(text), supervision.rule_reads(text), supervision.rule_own_tries(text, uuid) from public;
grant execute on function supervision.set_rule_key(uuid, smallint[]), supervision.read_rule(text, uuid, smallint, smallint[]),
  supervision.rule_own_tries(text, uuid), supervision.rule_file_media(text) to mingbu_app;
grant execute on function supervision.rule_spans(text), supervision.rule_reads(text) to mingbu_app, mingbu_auditor;
