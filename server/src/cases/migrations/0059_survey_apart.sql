-- 0059 survey apart: who handled a survey of a unit does not accept the case that rests on it, nor the other way round
-- Why:    clause 6.2 keeps survey submission, review and acceptance in three hands; 4.6 keeps certificates and seals apart by
--         the day, which buttons should know beforehand.
-- Change: additive.  Locks: cases.case_handler, cases.stage, briefly.  Data: none.  Undo: drop the triggers and functions.

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
