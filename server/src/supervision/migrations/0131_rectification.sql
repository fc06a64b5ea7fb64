-- 0131 rectification: notice, plan, fix, check, extension, cards, naming and what comes after ninety days, each a row of its own act
-- Why:    clause 7.4: a finding goes to a person in writing, with measures and a day, is fixed with evidence, and is checked by another.
-- Change: additive; the state of a finding moves only beside the row that carries the step.  Locks: kernel.finding, briefly.
-- Data:   findings that stand keep their state.  Undo: drop the tables and the trigger.

-- 整改通知书: to whom, what is to be put right, and by when a plan is owed.
create table supervision.notice (
  district    text not null,
  finding_id  uuid not null,
  year        smallint not null,
  no          int not null check (no > 0),
  responsible uuid not null references kernel.person,
  requirement text not null check (length(btrim(requirement)) between 2 and 1000),
  plan_due    date not null,
  person_id   uuid not null default kernel.act_person() references kernel.person,
  at          timestamptz not null default kernel.act_at(),
  act_id      uuid not null default kernel.act_id(),
  constraint notice_once primary key (district, finding_id),
  constraint notice_number unique (district, year, no),
  foreign key (district, finding_id) references kernel.finding,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint notice_to_another check (responsible <> person_id)
);
-- 改派: who answered for it has left, or it was given to the wrong person.
create table supervision.reassignment (
  district    text not null,
  finding_id  uuid not null,
  no          smallint not null check (no > 0),
  was         uuid not null references kernel.person,
  responsible uuid not null references kernel.person,
  reason      text not null check (length(btrim(reason)) between 2 and 500),
  person_id   uuid not null default kernel.act_person() references kernel.person,
  at          timestamptz not null default kernel.act_at(),
  act_id      uuid not null default kernel.act_id(),
  primary key (district, finding_id, no),
  foreign key (district, finding_id) references supervision.notice,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint reassigned_to_another check (responsible not in (was, person_id) and was <> person_id)
);
-- 整改措施: by whom it is answered for; a fix that did not hold needs another.
create table supervision.plan (
  district   text not null,
  finding_id uuid not null,
  no         smallint not null check (no > 0),
  measures   text not null check (length(btrim(measures)) between 2 and 2000),
  deadline   date not null,
  person_id  uuid not null default kernel.act_person() references kernel.person,
  at         timestamptz not null default kernel.act_at(),
  act_id     uuid not null default kernel.act_id(),
  primary key (district, finding_id, no),
  foreign key (district, finding_id) references supervision.notice,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
-- 整改情况: what was done, with evidence.
create table supervision.fix (
  district   text not null,
  finding_id uuid not null,
  no         smallint not null check (no > 0),
  done       text not null check (length(btrim(done)) between 2 and 2000),
  files      text[] not null check (cardinality(files) between 1 and 20),
  person_id  uuid not null default kernel.act_person() references kernel.person,
  at         timestamptz not null default kernel.act_at(),
  act_id     uuid not null default kernel.act_id(),
  primary key (district, finding_id, no),
  unique (district, finding_id, no, person_id),
  foreign key (district, finding_id) references supervision.notice,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
-- 核实: by neither who fixed it nor who found it nor the one it is about.
create table supervision.fix_check (
  district   text not null,
  finding_id uuid not null,
  no         smallint not null,
  good       boolean not null,
  word       text not null check (length(btrim(word)) between 2 and 1000),
  fixed_by   uuid not null,
  opened_by  text not null,
  subject    text not null,
  person_id  uuid not null default kernel.act_person() references kernel.person,
  at         timestamptz not null default kernel.act_at(),
  act_id     uuid not null default kernel.act_id(),
  constraint fix_checked_once primary key (district, finding_id, no),
  foreign key (district, finding_id, no, fixed_by) references supervision.fix (district, finding_id, no, person_id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint fix_checked_by_another check (person_id <> fixed_by and 'person:' || person_id not in (opened_by, subject))
);
-- 延期: asked by who answers for it, decided by another.
create table supervision.extension (
  district   text not null,
  id         uuid not null default kernel.uuid7(),
  finding_id uuid not null,
  until      date not null,
  reason     text not null check (length(btrim(reason)) between 2 and 500),
  person_id  uuid not null default kernel.act_person() references kernel.person,
  at         timestamptz not null default kernel.act_at(),
  act_id     uuid not null default kernel.act_id(),
  primary key (district, id),
  unique (district, id, person_id),
  foreign key (district, finding_id) references supervision.notice,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
create table supervision.extension_decision (
  district     text not null,
  extension_id uuid not null,
  asked_by     uuid not null,
  approved     boolean not null,
  word         text not null check (length(btrim(word)) between 2 and 500),
  person_id    uuid not null default kernel.act_person() references kernel.person,
  at           timestamptz not null default kernel.act_at(),
  act_id       uuid not null default kernel.act_id(),
  constraint extension_decided_once primary key (district, extension_id),
  foreign key (district, extension_id, asked_by) references supervision.extension (district, id, person_id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint extension_by_another check (person_id <> asked_by)
);
-- 黄牌、红牌、督办函: what the calendar shows of itself.
create table supervision.card (
  district   text not null,
  finding_id uuid not null,
  card       text not null check (card in ('amber', 'red', 'letter')),
  reason     text not null check (reason in ('overdue', 'returned')),
  due_on     date not null,
  at         timestamptz not null default kernel.act_at(),
  act_id     uuid not null default kernel.act_id(),
  constraint card_once primary key (district, finding_id, card),
  foreign key (district, finding_id) references kernel.finding,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
-- 通报名单: proposed with the findings it rests on, decided by another, against which the named may appeal once.
create table supervision.naming (
  district  text not null references kernel.district,
  id        uuid not null default kernel.uuid7(),
  subject   text not null check (subject ~ '^(person:[0-9a-f-]{36}|office:[a-z_]{2,20})$'),
  findings  uuid[] not null check (cardinality(findings) between 1 and 50),
  reason    text not null check (length(btrim(reason)) between 2 and 1000),
  person_id uuid not null default kernel.act_person() references kernel.person,
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  primary key (district, id),
  unique (district, id, subject, person_id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint naming_not_oneself check ('person:' || person_id <> subject)
);
create table supervision.naming_decision (
  district    text not null,
  naming_id   uuid not null,
  subject     text not null,
  proposed_by uuid not null,
  approved    boolean not null,
  word        text not null check (length(btrim(word)) between 2 and 500),
  person_id   uuid not null default kernel.act_person() references kernel.person,
  at          timestamptz not null default kernel.act_at(),
  act_id      uuid not null default kernel.act_id(),
  constraint naming_decided_once primary key (district, naming_id),
  unique (district, naming_id, proposed_by, person_id),
  foreign key (district, naming_id, subject, proposed_by) references supervision.naming (district, id, subject, person_id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint naming_by_another check (person_id <> proposed_by and 'person:' || person_id <> subject)
);
create table supervision.appeal (
  district  text not null,
  naming_id uuid not null,
  grounds   text not null check (length(btrim(grounds)) between 2 and 1000),
  person_id uuid not null default kernel.act_person() references kernel.person,
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  constraint appeal_once primary key (district, naming_id),
  unique (district, naming_id, person_id),
  foreign key (district, naming_id) references supervision.naming_decision,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
create table supervision.appeal_decision (
  district    text not null,
  naming_id   uuid not null,
  proposed_by uuid not null,
  decided_by  uuid not null,
  appealed_by uuid not null,
  stands      boolean not null,
  word        text not null check (length(btrim(word)) between 2 and 500),
  person_id   uuid not null default kernel.act_person() references kernel.person,
  at          timestamptz not null default kernel.act_at(),
  act_id      uuid not null default kernel.act_id(),
  constraint appeal_decided_once primary key (district, naming_id),
  foreign key (district, naming_id, proposed_by, decided_by) references supervision.naming_decision (district, naming_id, proposed_by, person_id),
  foreign key (district, naming_id, appealed_by) references supervision.appeal (district, naming_id, person_id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint appeal_by_a_fourth check (person_id not in (proposed_by, decided_by, appealed_by))
);
-- 整改回头看: ninety days after closing somebody who did not fix it says whether it held.
create table supervision.effect (
  district   text not null,
  finding_id uuid not null,
  holds      boolean not null,
  word       text not null check (length(btrim(word)) between 2 and 1000),
  fixed_by   uuid not null,
  person_id  uuid not null default kernel.act_person() references kernel.person,
  at         timestamptz not null default kernel.act_at(),
  act_id     uuid not null default kernel.act_id(),
  constraint effect_once primary key (district, finding_id),
  foreign key (district, finding_id) references kernel.finding,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint effect_by_another check (person_id <> fixed_by)
);

do $$
declare
  t text;
  acts text;
begin
  foreach t in array array['notice', 'reassignment', 'plan', 'fix', 'fix_check', 'extension', 'extension_decision', 'card', 'naming', 'naming_decision', 'appeal',
    'appeal_decision', 'effect'] loop
    execute format('call kernel.protect(%L, true)', 'supervision.' || t);
    acts := (jsonb_build_object('notice', 'finding.notice', 'reassignment', 'finding.reassign', 'plan', 'finding.plan', 'fix', 'finding.fix', 'fix_check', 'finding.check',
      'extension', 'finding.askExtension', 'extension_decision', 'finding.decideExtension', 'card', 'finding.escalate', 'naming', 'naming.propose',
      'naming_decision', 'naming.decide', 'appeal', 'naming.appeal', 'appeal_decision', 'naming.decideAppeal', 'effect', 'finding.checkEffect'))->>t;
    execute format('create trigger only_in before insert on supervision.%I for each row execute function supervision.only_in(%L)', t, acts);
  end loop;
end $$;
grant insert (district, finding_id, year, no, responsible, requirement, plan_due) on supervision.notice to mingbu_app;
grant insert (district, finding_id, no, was, responsible, reason) on supervision.reassignment to mingbu_app;
grant insert (district, finding_id, no, measures, deadline) on supervision.plan to mingbu_app;
grant insert (district, finding_id, no, done, files) on supervision.fix to mingbu_app;
grant insert (district, finding_id, no, good, word, fixed_by, opened_by, subject) on supervision.fix_check to mingbu_app;
grant insert (district, finding_id, until, reason) on supervision.extension to mingbu_app;
grant insert (district, extension_id, asked_by, approved, word) on supervision.extension_decision to mingbu_app;
grant insert (district, finding_id, card, reason, due_on) on supervision.card to mingbu_app;
grant insert (district, subject, findings, reason) on supervision.naming to mingbu_app;
grant insert (district, naming_id, subject, proposed_by, approved, word) on supervision.naming_decision to mingbu_app;
grant insert (district, naming_id, grounds) on supervision.appeal to mingbu_app;
grant insert (district, naming_id, proposed_by, decided_by, appealed_by, stands, word) on supervision.appeal_decision to mingbu_app;
grant insert (district, finding_id, holds, word, fixed_by) on supervision.effect to mingbu_app;

-- A finding moves only in the act that carries the step, one step on, or back to its plan when the fix did not hold.
create function supervision.finding_moves() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  act text := (kernel.tx()).act_type;
  allowed boolean;
begin
  if session_user <> 'mingbu_app' then return new; end if;
  allowed := case act
    when 'finding.notice' then old.state = 'open' and new.state = 'noticed' and new.owner_id is not null
    when 'finding.reassign' then old.state = new.state and new.state in ('noticed', 'planned') and new.owner_id <> old.owner_id
      and kernel.act_person() not in (old.owner_id, new.owner_id) and new.due_on = old.due_on
    when 'finding.plan' then old.state = 'noticed' and new.state = 'planned' and new.owner_id = old.owner_id and kernel.act_person() = old.owner_id
      or old.state = 'planned' and new.state = 'planned' and new.owner_id = old.owner_id and kernel.act_person() = old.owner_id
    when 'finding.fix' then old.state = 'planned' and new.state = 'fixed' and new.fixed_by = kernel.act_person() and kernel.act_person() = old.owner_id
    when 'finding.check' then old.state = 'fixed' and new.fixed_by = old.fixed_by and (
      new.state = 'verified' and new.verified_by = kernel.act_person() or new.state = 'planned' and new.verified_by is null)
    when 'finding.close' then old.state = 'verified' and new.state = 'closed' and kernel.act_person() <> old.fixed_by
      and 'person:' || kernel.act_person() <> old.subject
    when 'finding.decideExtension' then old.state = new.state and new.state in ('noticed', 'planned') and new.due_on > old.due_on
    else false
  end;
  if not coalesce(allowed, false) then
    raise exception 'a finding does not go from % to % in %', old.state, new.state, act using errcode = 'MB131';
  end if;
  return new;
end $$;
revoke execute on function supervision.finding_moves() from public;
create trigger moves before update on kernel.finding for each row execute function supervision.finding_moves();
create index finding_due on kernel.finding (district, due_on) where state not in ('verified', 'closed');
create index finding_subject on kernel.finding (district, subject, opened_at);
create index finding_owner on kernel.finding (district, owner_id) where owner_id is not null;
