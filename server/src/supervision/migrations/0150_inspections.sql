-- 0150 inspections: checklists in versions, plans with their teams, two readings that do not see each other, rulings, reports
-- Why:    clauses 1.2, 7.1, 7.2: self checks, mutual checks, spot checks, open and covert visits, yearly case reviews; nobody
--         inspects their own office or cases, and no total is ever typed.
-- Change: additive.  Locks: none.  Data: none.  Undo: drop the tables while they are empty; afterwards go forward.
-- A plan lies with the office that inspects; of a covert visit the inspected office therefore sees no row, count or refusal until
-- the report is sent, which is a row of its own.

-- 检查表: one standard for the whole city. A version is never changed; a new one takes its place once another person approved it.
create table supervision.checklist (
  district  text not null references kernel.district check (district = 'city'),
  id        uuid not null default kernel.uuid7(),
  code      text not null check (code ~ '^[a-z][a-z0-9_]{1,39}$'),
  version   smallint not null check (version > 0),
  title     text not null check (length(btrim(title)) between 2 and 100),
  kinds     text[] not null check (cardinality(kinds) between 1 and 6
    and kinds <@ array['self', 'mutual', 'spot', 'open', 'covert', 'case_review']),
  threshold smallint not null check (threshold between 0 and 100),
  person_id uuid not null default kernel.act_person() references kernel.person,
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  primary key (district, id),
  constraint checklist_version unique (district, code, version),
  unique (district, id, person_id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
comment on column supervision.checklist.threshold is 'Two readings of an item may differ by so many percent of its points before a third person decides.';
create table supervision.checklist_item (
  district     text not null,
  checklist_id uuid not null,
  no           smallint not null check (no > 0),
  clause       text not null check (clause ~ '^[1-8]\.[1-9]$'),
  wording      text not null check (length(btrim(wording)) between 2 and 300),
  weight       smallint not null check (weight between 1 and 100),
  scoring      text not null check (scoring in ('yes_no', 'points')),
  most         smallint not null check (most between 1 and 100),
  pass         smallint not null,
  act_id       uuid not null default kernel.act_id(),
  primary key (district, checklist_id, no),
  foreign key (district, checklist_id) references supervision.checklist,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint item_points check (pass between 1 and most and (scoring = 'points' or most = 1))
);
comment on column supervision.checklist_item.pass is 'Fewer points than these are a fault.';
create table supervision.checklist_decision (
  district     text not null,
  checklist_id uuid not null,
  written_by   uuid not null,
  approved     boolean not null,
  word         text not null check (length(btrim(word)) between 2 and 500),
  person_id    uuid not null default kernel.act_person() references kernel.person,
  at           timestamptz not null default kernel.act_at(),
  act_id       uuid not null default kernel.act_id(),
  constraint checklist_decided_once primary key (district, checklist_id),
  foreign key (district, checklist_id, written_by) references supervision.checklist (district, id, person_id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint checklist_by_another check (person_id <> written_by)
);

-- 检查计划: who inspects whom, in which way, by which version, on which days, and which time of the office's work.
create table supervision.inspection (
  district     text not null references kernel.district,
  id           uuid not null default kernel.uuid7(),
  kind         text not null check (kind in ('self', 'mutual', 'spot', 'open', 'covert', 'case_review')),
  inspected    text not null references kernel.district check (inspected <> 'city'),
  list_owner   text not null default 'city' check (list_owner = 'city'),
  checklist_id uuid not null,
  visit        daterange not null check (not isempty(visit) and upper(visit) <= lower(visit) + 60),
  period       daterange not null check (not isempty(period) and upper(period) <= lower(period) + 800),
  person_id    uuid not null default kernel.act_person() references kernel.person,
  at           timestamptz not null default kernel.act_at(),
  act_id       uuid not null default kernel.act_id(),
  primary key (district, id),
  unique (district, id, person_id),
  unique (district, id, inspected),
  foreign key (list_owner, checklist_id) references supervision.checklist (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint inspection_by_whom check (case kind when 'self' then district = inspected
    when 'mutual' then district not in (inspected, 'city') else district = 'city' end)
);
create index inspection_of on supervision.inspection (inspected, kind);
create table supervision.inspection_member (
  district      text not null,
  inspection_id uuid not null,
  person_id     uuid not null references kernel.person,
  reader        boolean not null,
  replaces      uuid,
  at            timestamptz not null default kernel.act_at(),
  act_id        uuid not null default kernel.act_id(),
  primary key (district, inspection_id, person_id),
  constraint member_replaced_once unique (district, inspection_id, replaces),
  foreign key (district, inspection_id) references supervision.inspection,
  foreign key (district, inspection_id, replaces) references supervision.inspection_member,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint member_not_by_oneself check (replaces <> person_id)
);
create table supervision.inspection_decision (
  district      text not null,
  inspection_id uuid not null,
  planned_by    uuid not null,
  approved      boolean not null,
  word          text not null check (length(btrim(word)) between 2 and 500),
  person_id     uuid not null default kernel.act_person() references kernel.person,
  at            timestamptz not null default kernel.act_at(),
  act_id        uuid not null default kernel.act_id(),
  constraint inspection_decided_once primary key (district, inspection_id),
  foreign key (district, inspection_id, planned_by) references supervision.inspection (district, id, person_id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint inspection_by_another check (person_id <> planned_by)
);
-- A visit is one sheet; of a case review each case drawn is one.
create table supervision.inspection_sheet (
  district      text not null,
  inspection_id uuid not null,
  no            smallint not null check (no between 1 and 50),
  inspected     text not null,
  case_id       uuid,
  act_id        uuid not null default kernel.act_id(),
  primary key (district, inspection_id, no),
  unique (district, inspection_id, case_id),
  foreign key (district, inspection_id, inspected) references supervision.inspection (district, id, inspected),
  foreign key (inspected, case_id) references cases.case (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
-- 评分: item by item; a correction before handing in is a further row. Without points the item does not apply.
create table supervision.inspection_score (
  district      text not null,
  inspection_id uuid not null,
  sheet         smallint not null,
  item          smallint not null,
  person_id     uuid not null default kernel.act_person(),
  no            smallint not null check (no > 0),
  points        smallint check (points >= 0),
  note          text check (length(btrim(note)) between 2 and 1000),
  photos        text[] not null check (cardinality(photos) <= 10),
  at            timestamptz not null default kernel.act_at(),
  act_id        uuid not null default kernel.act_id(),
  primary key (district, inspection_id, sheet, item, person_id, no),
  foreign key (district, inspection_id, sheet) references supervision.inspection_sheet,
  foreign key (district, inspection_id, person_id) references supervision.inspection_member,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
create table supervision.inspection_reading (
  district      text not null,
  inspection_id uuid not null,
  person_id     uuid not null default kernel.act_person(),
  at            timestamptz not null default kernel.act_at(),
  act_id        uuid not null default kernel.act_id(),
  constraint reading_once primary key (district, inspection_id, person_id),
  foreign key (district, inspection_id, person_id) references supervision.inspection_member,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
create table supervision.inspection_ruling (
  district      text not null,
  inspection_id uuid not null,
  sheet         smallint not null,
  item          smallint not null,
  points        smallint check (points >= 0),
  reason        text not null check (length(btrim(reason)) between 2 and 1000),
  person_id     uuid not null default kernel.act_person() references kernel.person,
  at            timestamptz not null default kernel.act_at(),
  act_id        uuid not null default kernel.act_id(),
  constraint ruling_once primary key (district, inspection_id, sheet, item),
  foreign key (district, inspection_id, sheet) references supervision.inspection_sheet,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
-- 检查通报: lies with the office that was inspected, from when it is sent.
create table supervision.inspection_report (
  district      text not null,
  inspecting    text not null,
  inspection_id uuid not null,
  kind          text not null,
  year          smallint not null,
  total         numeric(5, 2) not null check (total between 0 and 100),
  word          text not null check (length(btrim(word)) between 2 and 2000),
  person_id     uuid not null default kernel.act_person() references kernel.person,
  at            timestamptz not null default kernel.act_at(),
  act_id        uuid not null default kernel.act_id(),
  constraint report_once primary key (district, inspecting, inspection_id),
  foreign key (inspecting, inspection_id, district) references supervision.inspection (district, id, inspected),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
create table supervision.inspection_fault (
  district      text not null,
  finding_id    uuid not null,
  inspecting    text not null,
  inspection_id uuid not null,
  sheet         smallint not null,
  item          smallint not null,
  act_id        uuid not null default kernel.act_id(),
  primary key (district, finding_id),
  unique (district, inspecting, inspection_id, sheet, item),
  foreign key (district, finding_id) references kernel.finding,
  foreign key (district, inspecting, inspection_id) references supervision.inspection_report,
  foreign key (inspecting, inspection_id, sheet) references supervision.inspection_sheet,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
-- 检查频次: how often the checks of 1.2 fall due, for which the notice gives no number; what it gives (7.1, 7.2) is not set here.
create table supervision.inspection_pace (
  district text not null references kernel.district check (district = 'city'),
  id       uuid not null default kernel.uuid7(),
  kind     text not null check (kind in ('self', 'mutual', 'spot')),
  days     smallint not null check (days between 7 and 366),
  reason   text not null check (length(btrim(reason)) between 2 and 500),
  person_id uuid not null default kernel.act_person() references kernel.person,
  at       timestamptz not null default kernel.act_at(),
  act_id   uuid not null default kernel.act_id(),
  primary key (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);

do $$
declare
  t text;
  acts jsonb := '{"checklist": "checklist.write", "checklist_item": "checklist.write", "checklist_decision": "checklist.decide", "inspection": "inspection.plan",
    "inspection_decision": "inspection.decide", "inspection_sheet": "inspection.plan", "inspection_score": "inspection.score", "inspection_reading": "inspection.submit",
    "inspection_ruling": "inspection.rule", "inspection_report": "inspection.send", "inspection_fault": "inspection.send", "inspection_pace": "inspection.setPace"}';
begin
  for t in select jsonb_object_keys(acts) loop
    execute format('call kernel.protect(%L, true)', 'supervision.' || t);
    execute format('create trigger only_in before insert on supervision.%I for each row execute function supervision.only_in(%L)', t, acts ->> t);
  end loop;
  call kernel.protect('supervision.inspection_member', true);
  create trigger only_in before insert on supervision.inspection_member for each row
    execute function supervision.only_in('inspection.plan', 'inspection.replaceMember');
  -- The standard of the city is read in every office.
  foreach t in array array['checklist', 'checklist_item', 'checklist_decision', 'inspection_pace'] loop
    execute format('create policy of_the_city on supervision.%I for select to mingbu_app using ((select kernel.act_district()) is not null)', t);
  end loop;
end $$;
grant insert (district, code, version, title, kinds, threshold) on supervision.checklist to mingbu_app;
grant insert (district, checklist_id, no, clause, wording, weight, scoring, most, pass) on supervision.checklist_item to mingbu_app;
grant insert (district, checklist_id, written_by, approved, word) on supervision.checklist_decision to mingbu_app;
grant insert (district, kind, inspected, checklist_id, visit, period) on supervision.inspection to mingbu_app;
grant insert (district, inspection_id, person_id, reader, replaces) on supervision.inspection_member to mingbu_app;
grant insert (district, inspection_id, planned_by, approved, word) on supervision.inspection_decision to mingbu_app;
grant insert (district, inspection_id, no, inspected, case_id) on supervision.inspection_sheet to mingbu_app;
grant insert (district, inspection_id, sheet, item, no, points, note, photos) on supervision.inspection_score to mingbu_app;
grant insert (district, inspection_id) on supervision.inspection_reading to mingbu_app;
grant insert (district, inspection_id, sheet, item, points, reason) on supervision.inspection_ruling to mingbu_app;
grant insert (district, inspecting, inspection_id, kind, year, total, word) on supervision.inspection_report to mingbu_app;
grant insert (district, finding_id, inspecting, inspection_id, sheet, item) on supervision.inspection_fault to mingbu_app;
grant insert (district, kind, days, reason) on supervision.inspection_pace to mingbu_app;
