-- 0058 survey: results on their way into the cadastre, submitted by one person and reviewed by another (权籍调查成果)
-- Why:    clauses 2.2, 6.2; R-40. Nobody reviews what they submitted, and neither who submitted nor who reviewed accepts the case
--         that rests on it; a review goes through one list, and what is wrong is told once, in writing; a result is never changed.
--         4.6 keeps certificates and seals apart by the day, which buttons should know beforehand.
-- Change: additive.  Locks: cases.case_handler, cases.stage, briefly.  Data: none.
-- Undo:   drop triggers, functions and tables while the tables are empty; afterwards go forward.
create table cadastre.survey (
  district     text not null,
  id           uuid not null default kernel.uuid7(),
  unit_code    text not null,
  state        text not null default 'submitted' check (state in ('submitted', 'returned', 'accepted', 'refused')),
  round        smallint not null default 1,
  due_at       timestamptz not null,
  submitted_at timestamptz not null default kernel.act_at(),
  act_id       uuid not null default kernel.act_id(),
  primary key (district, id),
  unique (district, id, unit_code),
  foreign key (district, unit_code) references cadastre.unit,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint survey_told_once check (round between 1 and 2 and not (round = 2 and state = 'returned'))
);
create unique index survey_one_open_per_unit on cadastre.survey (district, unit_code) where state in ('submitted', 'returned');
create index survey_unit on cadastre.survey (district, unit_code);
call kernel.protect('cadastre.survey', false);
grant insert (district, unit_code, due_at), update (state, round, due_at) on cadastre.survey to mingbu_app;

-- Who handled a survey in which group: a person, kept for ever. The primary key is the rule: one person, one group.
create table cadastre.survey_handler (
  district   text not null,
  survey_id  uuid not null,
  person_id  uuid not null default kernel.act_person() references kernel.person,
  duty_group text not null check (duty_group in ('survey_submission', 'survey_review')),
  act_id     uuid not null default kernel.act_id(),
  constraint survey_handler_one_group primary key (district, survey_id, person_id),
  unique (district, survey_id, person_id, duty_group),
  foreign key (district, survey_id) references cadastre.survey,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
call kernel.protect('cadastre.survey_handler', true);
grant insert (district, survey_id, duty_group) on cadastre.survey_handler to mingbu_app;

-- What was measured, round by round.
create table cadastre.survey_result (
  district    text not null,
  survey_id   uuid not null,
  round       smallint not null,
  kind        text not null check (kind in ('as_built', 'change', 'recheck')),
  surveyed_by text not null check (length(btrim(surveyed_by)) between 2 and 100),
  surveyed_on date not null,
  area        numeric(14, 2) not null check (area > 0),
  inner_area  numeric(14, 2),
  shared_area numeric(14, 2),
  file        text not null check (file ~ '^[0-9a-f]{64}$'),
  media       text not null,
  note        text check (length(note) <= 500),
  person_id   uuid not null default kernel.act_person(),
  duty_group  text not null default 'survey_submission' check (duty_group = 'survey_submission'),
  at          timestamptz not null default kernel.act_at(),
  act_id      uuid not null default kernel.act_id(),
  primary key (district, survey_id, round),
  foreign key (district, survey_id) references cadastre.survey,
  constraint survey_result_handler foreign key (district, survey_id, person_id, duty_group)
    references cadastre.survey_handler (district, survey_id, person_id, duty_group),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint survey_area_adds_up check ((inner_area is null) = (shared_area is null) and (inner_area is null or inner_area + shared_area = area)),
  constraint survey_not_ahead check (surveyed_on <= kernel.day_of(at))
);
call kernel.protect('cadastre.survey_result', true);
grant insert (district, survey_id, round, kind, surveyed_by, surveyed_on, area, inner_area, shared_area, file, media, note) on cadastre.survey_result to mingbu_app;
-- A survey stands on the result of its round.
alter table cadastre.survey add constraint survey_has_result foreign key (district, id, round)
  references cadastre.survey_result (district, survey_id, round) deferrable initially deferred;

-- What the reviewer said of a round: nothing against it, or every problem at once.
create table cadastre.survey_review (
  district   text not null,
  survey_id  uuid not null,
  round      smallint not null,
  outcome    text not null check (outcome in ('accepted', 'returned', 'refused')),
  problems   jsonb not null check (jsonb_typeof(problems) = 'array'),
  opinion    text not null check (length(btrim(opinion)) between 2 and 500),
  person_id  uuid not null default kernel.act_person(),
  duty_group text not null default 'survey_review' check (duty_group = 'survey_review'),
  at         timestamptz not null default kernel.act_at(),
  act_id     uuid not null default kernel.act_id(),
  primary key (district, survey_id, round),
  foreign key (district, survey_id, round) references cadastre.survey_result (district, survey_id, round),
  constraint survey_review_handler foreign key (district, survey_id, person_id, duty_group)
    references cadastre.survey_handler (district, survey_id, person_id, duty_group),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint survey_problems_told check ((outcome = 'accepted') = (jsonb_array_length(problems) = 0))
);
call kernel.protect('cadastre.survey_review', true);
grant insert (district, survey_id, round, outcome, problems, opinion) on cadastre.survey_review to mingbu_app;

-- Handlers come only by the acts of a survey; its state follows its review, and its next round a return.
create function cadastre.guard_survey() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if session_user <> 'mingbu_app' then return new; end if;
  if tg_table_name = 'survey_handler' then
    if t.act_type is null or not (new.duty_group = 'survey_submission' and t.act_type in ('survey.submit', 'survey.resubmit')
       or new.duty_group = 'survey_review' and t.act_type = 'survey.review') then
      raise exception 'a survey is handled only by its own acts' using errcode = 'MB085';
    end if;
    return new;
  end if;
  if t.act_type = 'survey.review' and new.round = old.round and old.state = 'submitted' and exists (
       select from cadastre.survey_review r where (r.district, r.survey_id, r.round, r.outcome) = (new.district, new.id, new.round, new.state))
     or t.act_type = 'survey.resubmit' and old.state = 'returned' and new.state = 'submitted' and new.round = old.round + 1 then
    return new;
  end if;
  raise exception 'a survey does not become % like this', new.state using errcode = 'MB085';
end $$;
revoke execute on function cadastre.guard_survey() from public;
create trigger guarded before insert on cadastre.survey_handler for each row execute function cadastre.guard_survey();
create trigger guarded before update on cadastre.survey for each row execute function cadastre.guard_survey();

---------------------------------------------------------------------------------------------------
-- Apart from the case that rests on it, both ways round.
---------------------------------------------------------------------------------------------------
-- Both directions lock the unit, so that of two that come at once the second one sees the first.
create function cases.guard_survey_apart() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare of_unit text;
begin
  if tg_table_schema = 'cases' then
    if new.duty_group <> 'acceptance' then return new; end if;
    select c.unit_code into of_unit from cases.case c where c.district = new.district and c.id = new.case_id;
    perform from cadastre.unit u where u.district = new.district and u.code = of_unit for no key update;
    if exists (select from cadastre.survey s join cadastre.survey_handler h on h.district = s.district and h.survey_id = s.id
               where s.district = new.district and s.unit_code = of_unit and h.person_id = new.person_id) then
      raise exception 'this person handled a survey of the unit' using errcode = '23514', constraint = 'acceptance_apart_from_survey';
    end if;
    return new;
  end if;
  select s.unit_code into of_unit from cadastre.survey s where s.district = new.district and s.id = new.survey_id;
  perform from cadastre.unit u where u.district = new.district and u.code = of_unit for no key update;
  if exists (select from cases.case c join cases.case_handler h on h.district = c.district and h.case_id = c.id
             where c.district = new.district and c.unit_code = of_unit and c.state in ('applied', 'in_progress', 'suspended')
               and h.person_id = new.person_id and h.duty_group = 'acceptance') then
    raise exception 'this person accepted an open case on the unit' using errcode = '23514', constraint = 'survey_apart_from_acceptance';
  end if;
  return new;
end $$;
create trigger survey_apart before insert on cases.case_handler for each row execute function cases.guard_survey_apart();
create trigger acceptance_apart before insert on cadastre.survey_handler for each row execute function cases.guard_survey_apart();

-- Nothing is accepted or recorded while a survey of its unit is still under way.
create function cases.guard_survey_settled() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if new.carried_from is null and exists (
    select from cases.case c join cadastre.survey s on s.district = c.district and s.unit_code = c.unit_code
    where c.district = new.district and c.id = new.case_id and s.state in ('submitted', 'returned')) then
    raise exception 'a survey of the unit is under way' using errcode = '23514', constraint = 'stage_survey_settled';
  end if;
  return new;
end $$;
create trigger survey_settled before insert on cases.stage for each row when (new.stage in ('acceptance', 'recording'))
  execute function cases.guard_survey_settled();

-- Persons who accepted open cases on a unit: what a survey of it has to be apart from.
create function cases.accepted_on(in_district text, unit text) returns jsonb
  language sql stable security definer set search_path = pg_catalog as $$
    select coalesce(jsonb_object_agg(x.person_id, '["acceptance"]'::jsonb), '{}') from (
      select distinct h.person_id from cases.case c join cases.case_handler h on h.district = c.district and h.case_id = c.id
      where c.district = in_district and c.unit_code = unit and c.state in ('applied', 'in_progress', 'suspended') and h.duty_group = 'acceptance') x
$$;
-- Persons who handled surveys of a unit, each with their groups: what an acceptance has to be apart from.
create function cases.surveyed_on(in_district text, unit text) returns jsonb
  language sql stable security definer set search_path = pg_catalog as $$
    select coalesce(jsonb_object_agg(x.person_id, x.groups), '{}') from (
      select h.person_id, jsonb_agg(distinct h.duty_group) as groups
      from cadastre.survey s join cadastre.survey_handler h on h.district = s.district and h.survey_id = s.id
      where s.district = in_district and s.unit_code = unit group by h.person_id) x
$$;

-- How somebody stands today: the side of 4.6 they are on, by what went through their hands, what they keep or what they hold; and
-- whether they are away. Of two sides, which nothing here lets anybody be on, hands come first: that is what the books refuse by.
create function cases.standing_of(who uuid) returns jsonb
  language sql stable security definer set search_path = pg_catalog as $$
    select jsonb_build_object('away', cases.is_away(who), 'today', coalesce(
      (select k.side from kernel.keeper_day k where k.person_id = who and k.day = kernel.day_of(kernel.now())),
      (select min(kernel.side_of_kind(h.kind)) from kernel.custody_holding h
        where h.district = kernel.act_district() and h.kind in ('certificate', 'proof', 'seal') and h.place = 'person:' || who),
      (select min(s.side) from kernel.duty_grant_side s where s.person_id = who and s.days @> kernel.day_of(kernel.now()))))
$$;
revoke execute on function cases.guard_survey_apart(), cases.guard_survey_settled(), cases.accepted_on(text, text), cases.surveyed_on(text, text),
  cases.standing_of(uuid) from public;
grant execute on function cases.accepted_on(text, text), cases.surveyed_on(text, text), cases.standing_of(uuid) to mingbu_app;
