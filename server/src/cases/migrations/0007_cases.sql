-- 0007 cases: application to archive, and the bar on one person doing two exclusive things (6.2)
-- Why:    clauses 6.1, 6.2; Reg 14 to 22.  Change: additive.  Locks: none.  Undo: drop while empty; afterwards go forward.
create schema cases;
grant usage on schema cases to mingbu_app, mingbu_auditor;

create table cases.case (
  district      text not null references kernel.district,
  id            uuid not null default kernel.uuid7(),
  number        text,
  business      text not null,
  unit_code     text not null,
  right_id      uuid not null,
  state         text not null check (state in ('applied', 'in_progress', 'suspended', 'not_accepted', 'withdrawn', 'refused', 'archived')),
  round         smallint not null default 1 check (round > 0),
  second_review boolean not null default false,
  next_stage    text,
  body          jsonb not null,
  applied_at    timestamptz not null default kernel.act_at(),
  accepted_at   timestamptz,
  legal_due     timestamptz,
  promised_due  timestamptz,
  suspended_at  timestamptz,
  closed_at     timestamptz,
  notices       smallint not null default 0,
  check_token   text not null,
  act_id        uuid not null default kernel.act_id(),
  primary key (district, id),
  constraint case_number_once unique (district, number),
  unique (district, id, second_review),
  foreign key (district, unit_code) references cadastre.unit,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint one_supplement_notice check (notices <= 1)
);
-- One case in progress on one right (general precondition G): the second application is refused, also in a race.
create unique index case_one_open_per_right on cases.case (district, right_id) where state in ('applied', 'in_progress', 'suspended');
create unique index case_token on cases.case (check_token);
create index case_worklist on cases.case (district, next_stage, promised_due, id) where state in ('applied', 'in_progress', 'suspended');
call kernel.protect('cases.case', false);
grant insert (district, business, unit_code, right_id, state, next_stage, body, check_token) on cases.case to mingbu_app;
grant update (number, state, round, second_review, next_stage, body, accepted_at, legal_due, promised_due, suspended_at, closed_at, notices) on cases.case to mingbu_app;

create table cases.party (
  district   text not null,
  case_id    uuid not null,
  no         smallint not null,
  side       text not null check (side in ('transferor', 'transferee')),
  party_id   uuid not null,
  share_num  bigint check (share_num > 0),
  share_den  bigint check (share_den > 0),
  agent_name text,
  agent_id_sealed bytea,
  agent_basis text check (agent_basis in ('notarised', 'signed_before_staff')),
  act_id     uuid not null default kernel.act_id(),
  primary key (district, case_id, no),
  foreign key (district, case_id) references cases.case,
  foreign key (district, party_id) references register.party,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  check ((agent_name is null) = (agent_basis is null))
);
call kernel.protect('cases.party', true);
grant insert (district, case_id, no, side, party_id, share_num, share_den, agent_name, agent_id_sealed, agent_basis) on cases.party to mingbu_app;

-- Identity checks (身份核验) of each party or agent: how, by whom, with what result.
create table cases.identity_check (
  district text not null,
  case_id  uuid not null,
  id       uuid not null default kernel.uuid7(),
  party_no smallint not null,
  whom     text not null check (whom in ('party', 'agent')),
  method   text not null check (method in ('card_reader', 'face', 'company_register', 'by_eye')),
  passed   boolean not null,
  note     text check (length(note) <= 500),
  act_id   uuid not null default kernel.act_id(),
  primary key (district, case_id, id),
  foreign key (district, case_id, party_no) references cases.party,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
call kernel.protect('cases.identity_check', true);
grant insert (district, case_id, party_no, whom, method, passed, note) on cases.identity_check to mingbu_app;

create table cases.material (
  district text not null,
  case_id  uuid not null,
  no       smallint not null,
  code     text not null,
  name     text not null check (length(name) between 1 and 100),
  form     text not null,
  pages    smallint not null check (pages between 1 and 999),
  file     text not null check (file ~ '^[0-9a-f]{64}$'),
  media    text not null,
  bytes    bigint not null check (bytes > 0),
  at       timestamptz not null default kernel.act_at(),
  act_id   uuid not null default kernel.act_id(),
  primary key (district, case_id, no),
  foreign key (district, case_id) references cases.case,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
call kernel.protect('cases.material', true);
grant insert (district, case_id, no, code, name, form, pages, file, media, bytes) on cases.material to mingbu_app;

-- Who handled a case in which group: a person, not an account, kept for ever (design, settled 12). The primary key
-- is the rule: one person, one group, in one case, whatever the code, the round or the isolation level.
create table cases.case_handler (
  district   text not null,
  case_id    uuid not null,
  person_id  uuid not null default kernel.act_person() references kernel.person,
  duty_group text not null,
  act_id     uuid not null default kernel.act_id(),
  constraint case_handler_one_group primary key (district, case_id, person_id),
  unique (district, case_id, person_id, duty_group),
  foreign key (district, case_id) references cases.case,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
call kernel.protect('cases.case_handler', true);
grant insert (district, case_id, duty_group) on cases.case_handler to mingbu_app;

-- A sending-back (退回): opens the next round; stages before `to_no` are carried into it.
create table cases.case_return (
  district  text not null,
  case_id   uuid not null,
  round     smallint not null check (round > 1),
  to_no     smallint not null,
  from_stage text not null,
  reason    text not null check (length(reason) between 2 and 1000),
  person_id uuid not null default kernel.act_person(),
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  primary key (district, case_id, round),
  unique (district, case_id, round, to_no),
  foreign key (district, case_id) references cases.case,
  foreign key (district, case_id, person_id) references cases.case_handler,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
call kernel.protect('cases.case_return', true);
grant insert (district, case_id, round, to_no, from_stage, reason) on cases.case_return to mingbu_app;

-- Stages and their groups, so that the foreign keys below can hold them together.
create table cases.stage_kind (
  no         smallint primary key,
  stage      text not null unique,
  duty_group text not null,
  unique (no, stage, duty_group)
);
insert into cases.stage_kind values (1, 'acceptance', 'acceptance'), (2, 'first_review', 'first_review'), (3, 'second_review', 'second_review'),
  (4, 'recording', 'recording'), (5, 'printing', 'printing'), (6, 'sealing', 'sealing'), (7, 'issue', 'acceptance'), (8, 'archive', 'archiving');
grant select on cases.stage_kind to mingbu_app, mingbu_auditor;

-- One row per stage done in a round. A stage needs the one before it in the same round; its person must be the
-- handler of its group; foreign keys carry the district, because they look past row-level security.
create table cases.stage (
  district      text not null,
  case_id       uuid not null,
  round         smallint not null,
  no            smallint not null,
  stage         text not null,
  duty_group    text not null,
  second_review boolean not null,
  prev_no       smallint generated always as (
    case when no = 1 then null when no = 4 and not second_review then 2 else no - 1 end) stored,
  person_id     uuid not null default kernel.act_person(),
  opinion       text not null check (length(opinion) between 1 and 1000),
  carried_from  smallint,
  return_to_no  smallint,
  at            timestamptz not null default kernel.act_at(),
  act_id        uuid not null default kernel.act_id(),
  primary key (district, case_id, round, no),
  foreign key (no, stage, duty_group) references cases.stage_kind (no, stage, duty_group),
  constraint stage_handler foreign key (district, case_id, person_id, duty_group) references cases.case_handler (district, case_id, person_id, duty_group),
  constraint stage_after_previous foreign key (district, case_id, round, prev_no) references cases.stage (district, case_id, round, no),
  constraint stage_second_review foreign key (district, case_id, second_review) references cases.case (district, id, second_review),
  constraint stage_carried foreign key (district, case_id, round, return_to_no) references cases.case_return (district, case_id, round, to_no),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  check (not (no = 3 and not second_review)),
  check ((carried_from is null) = (return_to_no is null)),
  constraint stage_carried_before_return check (carried_from is null or (carried_from < round and no < return_to_no)),
  constraint stage_round_opened check (round = 1 or carried_from is not null or no >= 1)
);
call kernel.protect('cases.stage', true);
grant insert (district, case_id, round, no, stage, duty_group, second_review, opinion, carried_from, return_to_no) on cases.stage to mingbu_app;
-- A carried stage keeps its first person: the app may not choose one, so the row is made by this function.
create function cases.carry_stages(of_case uuid, into_round smallint, before_no smallint) returns void
  language plpgsql security definer set search_path = pg_catalog as $$
declare here text := kernel.act_district();
begin
  if (kernel.tx()).act_type is distinct from 'case.sendBack' then raise exception 'stages are carried only by a sending-back' using errcode = 'MB050'; end if;
  insert into cases.stage (district, case_id, round, no, stage, duty_group, second_review, person_id, opinion, carried_from, return_to_no, at)
  select here, case_id, into_round, no, stage, duty_group, second_review, person_id, opinion, round, before_no, at
  from cases.stage where district = here and case_id = of_case and round = into_round - 1 and no < before_no order by no;
end $$;

-- Notices given to applicants, each a paper with its file.
create table cases.notice (
  district text not null,
  case_id  uuid not null,
  id       uuid not null default kernel.uuid7(),
  kind     text not null check (kind in ('acceptance_receipt', 'supplement', 'non_acceptance', 'refusal', 'approval_form', 'mortgagee', 'archive_list')),
  body     jsonb not null,
  file     text check (file ~ '^[0-9a-f]{64}$'),
  at       timestamptz not null default kernel.act_at(),
  act_id   uuid not null default kernel.act_id(),
  primary key (district, case_id, id),
  foreign key (district, case_id) references cases.case,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
call kernel.protect('cases.notice', true);
grant insert (district, case_id, kind, body, file) on cases.notice to mingbu_app;

-- Time that does not count (补正, 公告, 调查): opened and closed by acts.
create table cases.suspension (
  district text not null,
  case_id  uuid not null,
  from_at  timestamptz not null default kernel.act_at(),
  to_at    timestamptz,
  reason   text not null check (reason in ('supplement', 'public_notice', 'inspection')),
  act_id   uuid not null default kernel.act_id(),
  primary key (district, case_id, from_at),
  foreign key (district, case_id) references cases.case,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
call kernel.protect('cases.suspension', false);
grant insert (district, case_id, reason), update (to_at) on cases.suspension to mingbu_app;

-- Uploaded files before and after they become a material: by content, with who brought them.
create table cases.upload (
  district text not null,
  file     text not null check (file ~ '^[0-9a-f]{64}$'),
  media    text not null,
  bytes    bigint not null check (bytes > 0),
  person_id uuid not null default kernel.act_person(),
  at       timestamptz not null default kernel.act_at(),
  act_id   uuid not null default kernel.act_id(),
  primary key (district, file),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
call kernel.protect('cases.upload', true);
grant insert (district, file, media, bytes) on cases.upload to mingbu_app;

-- What a QR code's page may know: validity now and the act that proves it. No names, no numbers of persons.
create function cases.public_check(token text) returns jsonb
  language sql stable security definer set search_path = pg_catalog as $$
    select jsonb_build_object('kind', 'certificate', 'district', c.district, 'state', c.state, 'number', c.number, 'unit_code', c.unit_code,
      'location', u.location, 'certificate_id', c.id, 'snapshot_hash', encode(c.snapshot_hash, 'hex'),
      'live', exists (select from register.live l where l.district = c.district and l.entry_id = c.entry_id),
      'seized', exists (select from register.live l where l.district = c.district and l.unit_code = c.unit_code and l.kind = 'seizure'))
    from register.certificate c join cadastre.unit u on u.district = c.district and u.code = c.unit_code
    where c.check_token = token
    union all
    select jsonb_build_object('kind', 'receipt', 'district', k.district, 'state', k.state, 'number', k.number, 'unit_code', k.unit_code,
      'location', u.location, 'case_id', k.id, 'next_stage', k.next_stage, 'accepted_at', k.accepted_at, 'promised_due', k.promised_due)
    from cases.case k join cadastre.unit u on u.district = k.district and u.code = k.unit_code
    where k.check_token = token and k.number is not null
$$;
-- The act, leaf and row images that prove a certificate or a case, for its public page. Only committed hashes and
-- the opened fields named here leave.
create function cases.public_proof(of_district text, of_field text) returns table (act_id uuid, idx bigint, entry bytea, no smallint, field text, salt bytea, value bytea, commitments bytea[])
  language sql stable security definer set search_path = pg_catalog as $$
    select a.id, l.idx, a.entry, v.no, v.field, v.salt, v.value,
      (select array_agg(w.commitment order by w.no) from kernel.act_value w where w.district = a.district and w.act_id = a.id)
    from kernel.act_value v
      join kernel.act a on a.district = v.district and a.id = v.act_id
      left join evidence.leaf l on l.district = a.district and l.act_id = a.id
    where v.district = of_district and v.field = of_field
    order by a.seq desc limit 1
$$;
revoke execute on all functions in schema cases from public;
grant execute on function cases.carry_stages(uuid, smallint, smallint), cases.public_check(text), cases.public_proof(text, text) to mingbu_app;
