-- 0003 obligation, finding, custody line: small contracts that later capabilities extend and never replace
-- Why:    clauses 7.4 (findings are fixed and verified by another), 4.4 to 5.3 (books that add up), 3.1 and others (periodic duties).
-- Change: additive.  Locks: none.  Undo: drop while empty; afterwards go forward.

-- A periodic duty that fell to a subject for a period. Recomputable: rows are a projection of declarations,
-- calendar and acts; `done_by` names the act that satisfied it.
create table kernel.obligation (
  district   text not null references kernel.district,
  id         uuid not null default kernel.uuid7(),
  kind       text not null,
  subject    text not null,
  period     daterange not null,
  due_at     timestamptz not null,
  done_by    uuid,
  done_at    timestamptz,
  primary key (district, id),
  unique (district, kind, subject, period),
  foreign key (district, done_by) references kernel.act (district, id),
  check ((done_by is null) = (done_at is null))
);
call kernel.protect('kernel.obligation', false);
grant insert (district, kind, subject, period, due_at, done_by, done_at), update (done_by, done_at, due_at) on kernel.obligation to mingbu_app;

-- Whatever is wrong, whoever found it. Facts of the finding never change; its state moves by acts, one step at
-- a time, and the one who verifies is neither who opened it nor who fixed it.
create table kernel.finding (
  district    text not null references kernel.district,
  id          uuid not null default kernel.uuid7(),
  kind        text not null,
  clause      text not null,
  severity    text not null check (severity in ('critical', 'high', 'medium', 'low')),
  subject     text not null,
  dedupe_key  text not null,
  summary_zh  text not null check (length(summary_zh) <= 500),
  summary_en  text not null check (length(summary_en) <= 500),
  state       text not null default 'open' check (state in ('open', 'noticed', 'planned', 'fixed', 'verified', 'closed')),
  opened_by   text not null,
  opened_at   timestamptz not null default kernel.act_at(),
  owner_id    uuid references kernel.person,
  due_on      date,
  fixed_by    uuid references kernel.person,
  verified_by uuid references kernel.person,
  act_id      uuid not null default kernel.act_id(),
  primary key (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint finding_verified_by_another check (verified_by is null or (verified_by is distinct from fixed_by and 'person:' || verified_by::text <> opened_by)),
  constraint finding_verified_before_closed check (state not in ('verified', 'closed') or verified_by is not null)
);
create unique index finding_dedupe on kernel.finding (district, dedupe_key) where state <> 'closed';
create index finding_open on kernel.finding (district, state, opened_at);
call kernel.protect('kernel.finding', false);
grant insert (district, kind, clause, severity, subject, dedupe_key, summary_zh, summary_en, opened_by, owner_id, due_on) on kernel.finding to mingbu_app;
grant update (state, owner_id, due_on, fixed_by, verified_by) on kernel.finding to mingbu_app;

create table kernel.finding_step (
  district   text not null,
  finding_id uuid not null,
  no         smallint not null,
  state      text not null,
  person_id  uuid default kernel.act_person() references kernel.person,
  note       text not null check (length(note) between 1 and 2000),
  at         timestamptz not null default kernel.act_at(),
  act_id     uuid not null default kernel.act_id(),
  primary key (district, finding_id, no),
  foreign key (district, finding_id) references kernel.finding,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
call kernel.protect('kernel.finding_step', true);
grant insert (district, finding_id, no, state, note) on kernel.finding_step to mingbu_app;

-- Allocation of printed serials to districts: city-owned, so that no serial is in two places in the whole city.
create table kernel.serial_range (
  id       uuid primary key default kernel.uuid7(),
  kind     text not null check (kind in ('certificate', 'proof', 'seal', 'file')),
  edition  text not null default '',
  serials  int8range not null check (not isempty(serials) and lower(serials) is not null and upper(serials) is not null),
  district text not null references kernel.district,
  constraint serial_range_once exclude using gist (kind with =, edition with =, serials with &&)
);
grant select on kernel.serial_range to mingbu_app, mingbu_auditor;
grant insert (kind, edition, serials, district) on kernel.serial_range to mingbu_app;

-- The custody ledger (台账): where each serial of a kind is. Holdings are half-open ranges; within a district no
-- serial is held twice. Lines are acts and append-only; holdings are their projection, rebuildable from them.
create table kernel.custody_line (
  district  text not null references kernel.district,
  id        uuid not null default kernel.uuid7(),
  kind      text not null,
  edition   text not null default '',
  serials   int8range not null check (not isempty(serials)),
  movement  text not null check (movement in ('receive', 'issue', 'return', 'use', 'void', 'destroy', 'lose', 'take_out', 'put_back')),
  from_place text,
  to_place  text not null,
  case_id   uuid,
  document  text,
  person_id uuid default kernel.act_person(),
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  primary key (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
create index custody_line_serial on kernel.custody_line using gist (district, kind, edition, serials);
call kernel.protect('kernel.custody_line', true);
grant insert (district, kind, edition, serials, movement, from_place, to_place, case_id, document) on kernel.custody_line to mingbu_app;

create table kernel.custody_holding (
  district text not null references kernel.district,
  id       uuid not null default kernel.uuid7(),
  kind     text not null,
  edition  text not null default '',
  serials  int8range not null check (not isempty(serials)),
  place    text not null,
  primary key (district, id),
  constraint custody_one_place exclude using gist (district with =, kind with =, edition with =, serials with &&)
);
create index custody_holding_place on kernel.custody_holding (district, kind, place);
call kernel.protect('kernel.custody_holding', false);
grant insert (district, kind, edition, serials, place), update (serials, place) on kernel.custody_holding to mingbu_app;
comment on table kernel.custody_holding is 'Projection of kernel.custody_line: ranges are split when part of one moves, never joined or removed.';
