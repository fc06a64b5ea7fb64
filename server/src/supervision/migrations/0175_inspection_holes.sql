-- 0175 inspection holes: what only the code said of plans, scores and reports is said by the database too; no case escapes a draw
-- Why:    clauses 1.2, 7.1, 7.2, 7.4. At the app's prompt a report could be sent without its findings, a visit planned in the past, an
--         item left out without a word; who had worked in the office could send its report; a team's own old cases were never drawn.
-- Change: functions of 0151 replaced whole; two triggers.  Locks: reports and faults, briefly.  Data: none.
-- Undo:   drop the triggers; the functions as in 0151.

-- As inspection_lines was, for the rules themselves: they hold at the end of a transaction too, when nobody acts any more.
create function supervision.inspection_points(of_district text, of_id uuid)
  returns table (sheet smallint, item smallint, clause text, wording text, weight smallint, most smallint, pass smallint, first smallint, second smallint,
    differs boolean, ruled boolean, points numeric, reason text, notes text[], photos text[])
  language sql stable security definer set search_path = pg_catalog as $$
    with readers as (select t.person_id, row_number() over (order by t.person_id) as place from supervision.team(of_district, of_id) t where t.reader),
    last as (
      select distinct on (s.sheet, s.item, s.person_id) s.sheet, s.item, r.place, s.points, s.note, s.photos
      from supervision.inspection_score s join readers r on r.person_id = s.person_id
      where s.district = of_district and s.inspection_id = of_id order by s.sheet, s.item, s.person_id, s.no desc)
    select s.no, t.no, t.clause, t.wording, t.weight, t.most, t.pass, a.points, b.points, d.differs, u.item is not null,
      case when u.item is not null then u.points when d.differs then null else round((a.points + b.points) / 2.0, 1) end, u.reason,
      array_remove(array[a.note, b.note], null), coalesce(a.photos, '{}') || coalesce(b.photos, '{}')
    from supervision.inspection i join supervision.inspection_sheet s on s.district = i.district and s.inspection_id = i.id
      join supervision.checklist c on c.district = i.list_owner and c.id = i.checklist_id
      join supervision.checklist_item t on t.district = c.district and t.checklist_id = c.id
      left join last a on a.sheet = s.no and a.item = t.no and a.place = 1
      left join last b on b.sheet = s.no and b.item = t.no and b.place = 2
      left join supervision.inspection_ruling u on u.district = i.district and u.inspection_id = i.id and u.sheet = s.no and u.item = t.no
      cross join lateral (select (a.points is null) <> (b.points is null)
        or coalesce(abs(a.points - b.points) * 100 > c.threshold * t.most, false) as differs) d
    where i.district = of_district and i.id = of_id and supervision.readings_open(of_district, of_id)
    order by s.no, t.no
$$;
create or replace function supervision.inspection_lines(of_district text, of_id uuid)
  returns table (sheet smallint, item smallint, clause text, wording text, weight smallint, most smallint, pass smallint, first smallint, second smallint,
    differs boolean, ruled boolean, points numeric, reason text, notes text[], photos text[])
  language sql stable security definer set search_path = pg_catalog as $$
    select * from supervision.inspection_points(of_district, of_id)
    where session_user <> 'mingbu_app' or kernel.act_district() = of_district or kernel.may_read_all()
      or exists (select from supervision.inspection_report r where r.district = kernel.act_district() and r.inspecting = of_district and r.inspection_id = of_id)
$$;

-- A report is sent with a finding for each fault, and none beside: the faults are of its act, and each line that failed has one.
create function supervision.check_fault() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if not exists (select from supervision.inspection_report r
      join supervision.inspection_points(r.inspecting, r.inspection_id) l on l.sheet = new.sheet and l.item = new.item and l.points < l.pass
      join kernel.finding f on f.district = r.district and f.id = new.finding_id and f.subject = 'office:' || r.district and f.clause = l.clause
        and f.kind = case r.kind when 'case_review' then 'review_fault' when 'open' then 'visit_fault' when 'covert' then 'visit_fault' else 'check_fault' end
        and f.severity = case when l.points = 0 then 'high' else 'medium' end and position(l.wording in f.summary_zh) > 0
        and f.dedupe_key = format('inspection %s %s %s', r.inspection_id, l.sheet, l.item)
    where r.district = new.district and r.inspecting = new.inspecting and r.inspection_id = new.inspection_id and r.act_id = new.act_id) then
    raise exception 'a fault is a line of this report that failed, told as it was found' using errcode = '23514', constraint = 'report_faults';
  end if;
  return new;
end $$;
create trigger checked before insert on supervision.inspection_fault for each row execute function supervision.check_fault();
create function supervision.check_faults_told() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if exists (select from supervision.inspection_points(new.inspecting, new.inspection_id) l where l.points < l.pass and not exists (
      select from supervision.inspection_fault f where f.district = new.district and f.inspecting = new.inspecting and f.inspection_id = new.inspection_id
        and f.sheet = l.sheet and f.item = l.item)) then
    raise exception 'what failed is a finding of the office' using errcode = '23514', constraint = 'report_faults';
  end if;
  return null;
end $$;
create constraint trigger faults_told after insert on supervision.inspection_report deferrable initially deferred
  for each row execute function supervision.check_faults_told();

-- As 0151, and: somebody who works or worked in the inspected office, or handled its cases, does not send its report either.
create or replace function supervision.check_report() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare i supervision.inspection; f record; total numeric := supervision.inspection_total(new.inspecting, new.inspection_id); me uuid := kernel.act_person();
begin
  select * into i from supervision.inspection x where x.district = new.inspecting and x.id = new.inspection_id;
  if total is null then raise exception 'both readings, and nothing undecided' using errcode = '23514', constraint = 'inspection_unfinished'; end if;
  if (new.total, new.kind, new.year) is distinct from (total, i.kind, extract(year from lower(i.visit))::smallint) then
    raise exception 'what a report says is computed' using errcode = '23514', constraint = 'report_computed';
  end if;
  if exists (select from supervision.inspection_member m where m.district = i.district and m.inspection_id = i.id and m.person_id = me) then
    raise exception 'somebody outside the team sends it' using errcode = '23514', constraint = 'report_by_another';
  end if;
  select * into f from supervision.inspector_facts(array[me], i.district, i.inspected, i.period);
  if not found or f.office not in (i.district, 'city') then
    raise exception 'the office that inspects sends it, or the bureau' using errcode = '23514', constraint = 'report_by_inspecting';
  end if;
  if i.kind <> 'self' then
    if f.office = i.inspected or f.worked_there then perform supervision.refuse_conflict('own_office'); end if;
    if f.cases > 0 or exists (select from supervision.inspection_sheet s join cases.case_handler h on h.district = s.inspected and h.case_id = s.case_id
      where s.district = i.district and s.inspection_id = i.id and h.person_id = me) then perform supervision.refuse_conflict('own_cases'); end if;
  end if;
  return new;
end $$;

-- As 0151, and the days of a plan: visits begin today or later, and nothing is inspected that comes after them.
create or replace function supervision.check_plan() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare c supervision.checklist; today date := kernel.day_of(new.at);
begin
  if (lower(new.visit) between today and today + 400 and upper(new.visit) <= lower(new.visit) + 60
      and upper(new.period) <= upper(new.visit) and lower(new.period) >= upper(new.period) - 800) is not true then
    raise exception 'visits begin today or later; the time inspected ends by then' using errcode = '23514', constraint = 'plan_days';
  end if;
  select l.* into c from supervision.checklist l join supervision.checklist_decision d on d.district = l.district and d.checklist_id = l.id and d.approved
  where l.district = new.list_owner and l.id = new.checklist_id;
  if not found or not new.kind = any (c.kinds) or exists (
    select from supervision.checklist n join supervision.checklist_decision d on d.district = n.district and d.checklist_id = n.id and d.approved
    where n.district = c.district and n.code = c.code and n.version > c.version) then
    raise exception 'only the approved version in force, for this kind of inspection' using errcode = '23514', constraint = 'checklist_in_force';
  end if;
  return new;
end $$;

-- What does not apply is left out of the total, so it says why, as a fault says what is wrong.
create function supervision.check_note() returns trigger
  language plpgsql set search_path = pg_catalog as $$
begin
  if new.points is null and new.note is null then
    raise exception 'what does not apply says why' using errcode = '23514', constraint = 'score_note';
  end if;
  return new;
end $$;
create trigger noted before insert on supervision.inspection_score for each row execute function supervision.check_note();

-- As 0151, without leaving out the cases somebody of the team once handled: who did may not read them (inspector_conflict) and is
-- replaced; a case does not escape because of who is sent.
create or replace function supervision.draw_cases(of_district text, of_id uuid, at_most int) returns table (no smallint, case_id uuid)
  language sql stable security definer set search_path = pg_catalog as $$
    select (row_number() over (order by x.turn, x.lot))::smallint, x.id from (
      select c.id, l.lot, row_number() over (partition by c.business order by l.lot) as turn
      from supervision.inspection i join cases.case c on c.district = i.inspected
        cross join lateral (select sha256(convert_to(i.id::text || c.id::text, 'UTF8')) as lot) l
      where i.district = of_district and i.id = of_id and kernel.day_of(c.closed_at) <@ i.period
        and (session_user <> 'mingbu_app' or kernel.act_district() = i.district or kernel.may_read_all())) x
    order by x.turn, x.lot limit at_most
$$;
revoke execute on function supervision.inspection_points(text, uuid), supervision.check_fault(), supervision.check_faults_told(), supervision.check_note() from public;
