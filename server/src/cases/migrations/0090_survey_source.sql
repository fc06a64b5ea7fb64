-- 0090 survey source: a case cites the accepted survey it rests on (权籍调查成果作为登记依据)
-- Why:    clauses 2.2, 6.2; R-40, R-42. An accepted survey is the source a registration of its unit names; one under way, sent back or
--         refused is none, and neither is one whose area the register does not show. Who handled a survey stayed barred from
--         its unit for ever; now the bar lasts as long as a case can rest on it (decision 0055).
-- Change: additive; cases.surveyed_on gets a third argument.  Locks: none.  Data: none.
-- Undo:   drop the table while it is empty and create the functions of 0058 again; afterwards go forward.
create table cases.survey_source (
  district  text not null,
  case_id   uuid not null,
  survey_id uuid not null,
  unit_code text not null,
  person_id uuid not null default kernel.act_person(),
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  constraint survey_source_once primary key (district, case_id, survey_id),
  foreign key (district, case_id) references cases.case,
  foreign key (district, survey_id, unit_code) references cadastre.survey (district, id, unit_code),
  constraint survey_source_handler foreign key (district, case_id, person_id) references cases.case_handler (district, case_id, person_id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
create index survey_source_of on cases.survey_source (district, survey_id);
call kernel.protect('cases.survey_source', true);
grant insert (district, case_id, survey_id, unit_code) on cases.survey_source to mingbu_app;

-- Persons who handled surveys a case on this unit rests on, each with their groups: what its acceptance has to be apart from. A
-- case rests on the surveys it cites, and on every one that was not refused until a registration of the unit came after it.
drop function cases.surveyed_on(text, text);
create function cases.surveyed_on(in_district text, unit text, of_case uuid) returns jsonb
  language sql stable security definer set search_path = pg_catalog as $$
    select coalesce(jsonb_object_agg(x.person_id, x.groups), '{}') from (
      select h.person_id, jsonb_agg(distinct h.duty_group) as groups
      from cadastre.survey s join cadastre.survey_handler h on h.district = s.district and h.survey_id = s.id
      where s.district = in_district and s.unit_code = unit and (
        exists (select from cases.survey_source q where q.district = s.district and q.case_id = of_case and q.survey_id = s.id)
        or s.state <> 'refused' and not exists (
          select from cadastre.survey_review r
            join cases.case k on k.district = r.district and k.unit_code = s.unit_code
            join cases.stage g on g.district = k.district and g.case_id = k.id and g.stage = 'recording' and g.carried_from is null
          where r.district = s.district and r.survey_id = s.id and r.outcome = 'accepted' and g.at > r.at
            and g.at <= coalesce((select c.applied_at from cases.case c where c.district = in_district and c.id = of_case), kernel.now())))
      group by h.person_id) x
$$;

create or replace function cases.guard_survey_apart() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare of_unit text;
begin
  if tg_table_schema = 'cases' then
    if new.duty_group <> 'acceptance' then return new; end if;
    select c.unit_code into of_unit from cases.case c where c.district = new.district and c.id = new.case_id;
    perform from cadastre.unit u where u.district = new.district and u.code = of_unit for no key update;
    if cases.surveyed_on(new.district, of_unit, new.case_id) ? new.person_id::text then
      raise exception 'this person handled a survey the case rests on' using errcode = '23514', constraint = 'acceptance_apart_from_survey';
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

-- What may be cited, and by whom. The unit is locked first, as a survey and an acceptance lock it.
create function cases.guard_survey_source() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  c cases.case;
  s cadastre.survey;
begin
  perform from cadastre.unit u where u.district = new.district and u.code = new.unit_code for no key update;
  select * into c from cases.case where district = new.district and id = new.case_id;
  select * into s from cadastre.survey where district = new.district and id = new.survey_id;
  if s.unit_code is distinct from c.unit_code then
    raise exception 'this survey is of another unit' using errcode = '23514', constraint = 'survey_source_unit';
  elsif s.state is distinct from 'accepted' then
    raise exception 'only an accepted survey is cited' using errcode = '23514', constraint = 'survey_source_accepted';
  elsif c.state not in ('applied', 'in_progress', 'suspended') or exists (
      select from cases.stage g where g.district = c.district and g.case_id = c.id and g.round = c.round and g.stage = 'acceptance') then
    raise exception 'a survey is cited before acceptance' using errcode = '23514', constraint = 'survey_source_before_acceptance';
  elsif not exists (
      select from cadastre.survey_result r join cadastre.unit u on u.district = r.district and u.code = s.unit_code
      where r.district = s.district and r.survey_id = s.id and r.round = s.round and r.area = u.area) then
    raise exception 'the register shows another area' using errcode = '23514', constraint = 'survey_source_area';
  elsif exists (
      select from cases.case_handler h join cadastre.survey_handler v on v.district = h.district and v.person_id = h.person_id
      where h.district = new.district and h.case_id = new.case_id and h.duty_group = 'acceptance' and v.survey_id = new.survey_id) then
    raise exception 'who accepts the case handled this survey' using errcode = '23514', constraint = 'acceptance_apart_from_survey';
  end if;
  return new;
end $$;
create trigger guarded before insert on cases.survey_source for each row execute function cases.guard_survey_source();

-- Surveys whose review did not end by its date and that no finding names, each with the finding's key.
create view cadastre.late_survey with (security_invoker = true) as
  select s.district, s.id, s.unit_code, s.round, s.due_at, x.key
  from cadastre.survey s cross join lateral (select 'survey_overdue:' || s.id || ':' || s.round as key) x
  where s.state = 'submitted' and s.due_at < kernel.now()
    and not exists (select from kernel.finding f where f.district = s.district and f.dedupe_key = x.key);
grant select on cadastre.late_survey to mingbu_app, mingbu_auditor;

revoke execute on function cases.guard_survey_source(), cases.surveyed_on(text, text, uuid) from public;
grant execute on function cases.surveyed_on(text, text, uuid) to mingbu_app;
