-- 0151 inspection rules: who may inspect whom, what a reading needs, what nobody sees yet, and the total, all said by the database
-- Why:    clauses 1.2, 7.1, 7.2. The other layer of what `inspections/rules.ts` says: for whoever sits at the app's prompt.
-- Change: triggers and functions; two policies.  Locks: kernel.act_value, briefly.  Data: none.  Undo: drop them.

-- Who of a team is in it now: members whom nobody has taken the place of.
create function supervision.team(of_district text, of_id uuid) returns table (person_id uuid, reader boolean)
  language sql stable security definer set search_path = pg_catalog as $$
    select m.person_id, m.reader from supervision.inspection_member m
    where m.district = of_district and m.inspection_id = of_id and not exists (
      select from supervision.inspection_member n where n.district = m.district and n.inspection_id = m.inspection_id and n.replaces = m.person_id)
$$;
-- Whether both readings have been handed in.
create function supervision.readings_open(of_district text, of_id uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog as $$
    select count(*) = 2 and bool_and(exists (select from supervision.inspection_reading r
      where r.district = of_district and r.inspection_id = of_id and r.person_id = t.person_id))
    from supervision.team(of_district, of_id) t where t.reader
$$;

-- What is known of somebody who would inspect an office: where they work, whether they worked there in the time that is inspected,
-- and how many of its cases they handled then. Told to who may plan for the inspecting office.
create function supervision.inspector_facts(who uuid[], inspecting text, inspected text, period daterange)
  returns table (person_id uuid, office text, at_work boolean, worked_there boolean, cases int)
  language sql stable security definer set search_path = pg_catalog as $$
    select p.id, p.district, p.active_to is null or p.active_to > kernel.now(),
      exists (select from people.holding h where h.person_id = p.id and h.district = inspected and h.during && s.span)
        or exists (select from kernel.duty_grant g where g.person_id = p.id and g.district = inspected and g.during && s.span),
      (select count(*)::int from cases.case_handler h join kernel.act a on a.district = h.district and a.id = h.act_id
        where h.district = inspected and h.person_id = p.id and a.at <@ s.span)
    from kernel.person p,
      lateral (select tstzrange(lower(period)::timestamp at time zone 'Asia/Shanghai', upper(period)::timestamp at time zone 'Asia/Shanghai') as span) s
    where p.id = any (who) and (session_user <> 'mingbu_app' or kernel.act_district() = inspecting or kernel.may_read_all())
$$;
-- Why somebody may not inspect; null when they may. Asked again with every step, for people move.
create function supervision.inspector_conflict(who uuid, of_district text, of_id uuid) returns text
  language sql stable security definer set search_path = pg_catalog as $$
    select case
      when f.person_id is null or not f.at_work or f.office <> i.district then 'not_of_office'
      when i.kind <> 'self' and (f.office = i.inspected or f.worked_there) then 'own_office'
      when i.kind <> 'self' and f.cases > 0 then 'own_cases'
      when exists (select from supervision.inspection_sheet s join cases.case_handler h on h.district = s.inspected and h.case_id = s.case_id
        where s.district = i.district and s.inspection_id = i.id and h.person_id = who) then 'own_cases' end
    from supervision.inspection i left join lateral supervision.inspector_facts(array[who], i.district, i.inspected, i.period) f on true
    where i.district = of_district and i.id = of_id
$$;

-- Cases for a review: drawn by the hash of the plan's id, which nobody chooses, each kind of business in turn; none that one of the
-- team handled. The first n are the same however many are asked for.
create function supervision.draw_cases(of_district text, of_id uuid, at_most int) returns table (no smallint, case_id uuid)
  language sql stable security definer set search_path = pg_catalog as $$
    select (row_number() over (order by x.turn, x.lot))::smallint, x.id from (
      select c.id, l.lot, row_number() over (partition by c.business order by l.lot) as turn
      from supervision.inspection i join cases.case c on c.district = i.inspected
        cross join lateral (select sha256(convert_to(i.id::text || c.id::text, 'UTF8')) as lot) l
      where i.district = of_district and i.id = of_id and kernel.day_of(c.closed_at) <@ i.period
        and (session_user <> 'mingbu_app' or kernel.act_district() = i.district or kernel.may_read_all())
        and not exists (select from cases.case_handler h join supervision.inspection_member m on m.person_id = h.person_id
          where h.district = c.district and h.case_id = c.id and m.district = i.district and m.inspection_id = i.id)) x
    order by x.turn, x.lot limit at_most
$$;
-- Numbers of the cases on the sheets, for who inspects them.
create function supervision.sheet_cases(of_district text, of_id uuid) returns table (no smallint, number text, business text)
  language sql stable security definer set search_path = pg_catalog as $$
    select s.no, c.number, c.business from supervision.inspection_sheet s join cases.case c on c.district = s.inspected and c.id = s.case_id
    where s.district = of_district and s.inspection_id = of_id and (session_user <> 'mingbu_app' or kernel.act_district() = of_district or kernel.may_read_all()
      or exists (select from supervision.inspection_report r where r.district = kernel.act_district() and r.inspecting = of_district and r.inspection_id = of_id))
$$;

-- Both readings of each item, what was ruled, and the points that count: the mean where the two are close enough, else the ruling.
create function supervision.inspection_lines(of_district text, of_id uuid)
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
      and (session_user <> 'mingbu_app' or kernel.act_district() = of_district or kernel.may_read_all()
        or exists (select from supervision.inspection_report r where r.district = kernel.act_district() and r.inspecting = of_district and r.inspection_id = of_id))
    order by s.no, t.no
$$;
-- The weighted total in percent, the mean over the sheets; null while something is undecided, or where nothing applies.
create function supervision.inspection_total(of_district text, of_id uuid) returns numeric
  language sql stable security definer set search_path = pg_catalog as $$
    select case when count(*) > 0 and not bool_or(l.differs and not l.ruled) then (
      select round(avg(x.share) * 100, 2) from (
        select sum(n.weight * n.points / n.most) / sum(n.weight) as share from supervision.inspection_lines(of_district, of_id) n
        where n.points is not null group by n.sheet) x) end
    from supervision.inspection_lines(of_district, of_id) l
$$;

-- Raises what keeps somebody from inspecting; quiet when nothing does.
create function supervision.refuse_conflict(why text) returns void
  language plpgsql set search_path = pg_catalog as $$
begin
  case why
    when 'not_of_office' then raise exception 'who inspects is of the inspecting office' using errcode = '23514', constraint = 'inspector_not_of_office';
    when 'own_office' then raise exception 'nobody inspects their own office' using errcode = '23514', constraint = 'inspector_own_office';
    when 'own_cases' then raise exception 'nobody inspects their own cases' using errcode = '23514', constraint = 'inspector_own_cases';
    else null;
  end case;
end $$;

create function supervision.check_checklist() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if tg_table_name = 'checklist_item' then
    if not exists (select from supervision.checklist c where c.district = new.district and c.id = new.checklist_id and c.act_id = new.act_id) then
      raise exception 'items are written with their list and never afterwards' using errcode = '23514', constraint = 'checklist_fixed';
    end if;
  elsif new.version <> coalesce((select max(c.version) from supervision.checklist c where c.district = new.district and c.code = new.code), 0) + 1 then
    raise exception 'versions follow one another' using errcode = '23514', constraint = 'checklist_version';
  end if;
  return new;
end $$;
create trigger checked before insert on supervision.checklist for each row execute function supervision.check_checklist();
create trigger checked before insert on supervision.checklist_item for each row execute function supervision.check_checklist();

create function supervision.check_plan() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare c supervision.checklist;
begin
  select l.* into c from supervision.checklist l join supervision.checklist_decision d on d.district = l.district and d.checklist_id = l.id and d.approved
  where l.district = new.list_owner and l.id = new.checklist_id;
  if not found or not new.kind = any (c.kinds) or exists (
    select from supervision.checklist n join supervision.checklist_decision d on d.district = n.district and d.checklist_id = n.id and d.approved
    where n.district = c.district and n.code = c.code and n.version > c.version) then
    raise exception 'only the approved version in force, for this kind of inspection' using errcode = '23514', constraint = 'checklist_in_force';
  end if;
  return new;
end $$;
create trigger checked before insert on supervision.inspection for each row execute function supervision.check_plan();

-- Whoever joins a team has no conflict; who takes a place takes that of somebody in it who has not handed in.
create function supervision.check_member() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare conflict text := supervision.inspector_conflict(new.person_id, new.district, new.inspection_id);
begin
  perform supervision.refuse_conflict(conflict);
  if ((kernel.tx()).act_type = 'inspection.plan') <> (new.replaces is null)
    or new.replaces is not null and (not exists (select from supervision.team(new.district, new.inspection_id) t where t.person_id = new.replaces and t.reader = new.reader)
      or exists (select from supervision.inspection_reading r where r.district = new.district and r.inspection_id = new.inspection_id and r.person_id = new.replaces)
      or kernel.act_person() in (new.replaces, new.person_id)) then
    raise exception 'a place is taken from somebody in the team, before their reading, by a third' using errcode = '23514', constraint = 'member_place';
  end if;
  return new;
end $$;
create trigger checked before insert on supervision.inspection_member for each row execute function supervision.check_member();

create function supervision.check_sheet() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare of_kind text;
begin
  select i.kind into of_kind from supervision.inspection i where i.district = new.district and i.id = new.inspection_id;
  if (of_kind = 'case_review') <> (new.case_id is not null) or new.case_id is null and new.no <> 1
    or new.case_id is not null and not exists (select from supervision.draw_cases(new.district, new.inspection_id, new.no) d where d.no = new.no and d.case_id = new.case_id) then
    raise exception 'a visit has one sheet; cases are those that were drawn' using errcode = '23514', constraint = 'sheet_drawn';
  end if;
  return new;
end $$;
create trigger checked before insert on supervision.inspection_sheet for each row execute function supervision.check_sheet();

create function supervision.check_decision() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare one record;
begin
  if exists (select from supervision.inspection_member m where m.district = new.district and m.inspection_id = new.inspection_id and m.person_id = kernel.act_person()) then
    raise exception 'nobody of the team approves its plan' using errcode = '23514', constraint = 'inspection_by_another';
  end if;
  if new.approved then
    if (select count(*) from supervision.team(new.district, new.inspection_id) t where t.reader) <> 2
      or not exists (select from supervision.inspection_sheet s where s.district = new.district and s.inspection_id = new.inspection_id) then
      raise exception 'a team has two who read' using errcode = '23514', constraint = 'two_readers';
    end if;
    for one in select supervision.inspector_conflict(t.person_id, new.district, new.inspection_id) as why from supervision.team(new.district, new.inspection_id) t loop
      perform supervision.refuse_conflict(one.why);
    end loop;
  end if;
  return new;
end $$;
create trigger checked before insert on supervision.inspection_decision for each row execute function supervision.check_decision();

-- A reading is written by one of the two, on an approved plan, from the first day on, and not after it was handed in.
create function supervision.check_reading() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare i supervision.inspection; t supervision.checklist_item; conflict text; me uuid := kernel.act_person();
begin
  select * into i from supervision.inspection x where x.district = new.district and x.id = new.inspection_id;
  if not exists (select from supervision.team(new.district, new.inspection_id) r where r.person_id = me and r.reader) then
    raise exception 'only the two who read' using errcode = '23514', constraint = 'not_reader';
  end if;
  if not exists (select from supervision.inspection_decision d where d.district = new.district and d.inspection_id = new.inspection_id and d.approved)
    or kernel.day_of(kernel.now()) < lower(i.visit) then
    raise exception 'approved, and from its first day on' using errcode = '23514', constraint = 'visit_not_begun';
  end if;
  if exists (select from supervision.inspection_reading r where r.district = new.district and r.inspection_id = new.inspection_id and r.person_id = me) then
    raise exception 'a reading is handed in once and never changed' using errcode = '23514', constraint = 'reading_once';
  end if;
  conflict := supervision.inspector_conflict(me, new.district, new.inspection_id);
  perform supervision.refuse_conflict(conflict);
  if tg_table_name = 'inspection_score' then
    select * into t from supervision.checklist_item x where x.district = i.list_owner and x.checklist_id = i.checklist_id and x.no = new.item;
    if not found or new.points > t.most or new.points < t.pass and new.note is null
      or exists (select from unnest(new.photos) f where not exists (select from cases.upload u where u.district = new.district and u.file = f)) then
      raise exception 'points of the item, a note beside a fault, photos that were uploaded' using errcode = '23514', constraint = 'score_fits';
    end if;
  elsif exists (select from supervision.inspection_sheet s join supervision.checklist_item x on x.district = i.list_owner and x.checklist_id = i.checklist_id
    where s.district = i.district and s.inspection_id = i.id and not exists (select from supervision.inspection_score c
      where c.district = i.district and c.inspection_id = i.id and c.sheet = s.no and c.item = x.no and c.person_id = me)) then
    raise exception 'every item of every sheet' using errcode = '23514', constraint = 'reading_whole';
  end if;
  return new;
end $$;
create trigger checked before insert on supervision.inspection_score for each row execute function supervision.check_reading();
create trigger checked before insert on supervision.inspection_reading for each row execute function supervision.check_reading();

create function supervision.check_ruling() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare conflict text := supervision.inspector_conflict(kernel.act_person(), new.district, new.inspection_id);
begin
  if exists (select from supervision.inspection_member m where m.district = new.district and m.inspection_id = new.inspection_id and m.person_id = kernel.act_person() and m.reader) then
    raise exception 'a third person decides' using errcode = '23514', constraint = 'ruling_by_third';
  end if;
  perform supervision.refuse_conflict(conflict);
  if not exists (select from supervision.inspection_lines(new.district, new.inspection_id) l
    where l.sheet = new.sheet and l.item = new.item and l.differs and coalesce(new.points <= l.most, true)) then
    raise exception 'only what two readings tell differently' using errcode = '23514', constraint = 'ruling_needed';
  end if;
  return new;
end $$;
create trigger checked before insert on supervision.inspection_ruling for each row execute function supervision.check_ruling();

create function supervision.check_report() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare i supervision.inspection; total numeric := supervision.inspection_total(new.inspecting, new.inspection_id);
begin
  select * into i from supervision.inspection x where x.district = new.inspecting and x.id = new.inspection_id;
  if total is null then raise exception 'both readings, and nothing undecided' using errcode = '23514', constraint = 'inspection_unfinished'; end if;
  if (new.total, new.kind, new.year) is distinct from (total, i.kind, extract(year from lower(i.visit))::smallint) then
    raise exception 'what a report says is computed' using errcode = '23514', constraint = 'report_computed';
  end if;
  if exists (select from supervision.inspection_member m where m.district = i.district and m.inspection_id = i.id and m.person_id = kernel.act_person()) then
    raise exception 'somebody outside the team sends it' using errcode = '23514', constraint = 'report_by_another';
  end if;
  if not exists (select from kernel.person p where p.id = kernel.act_person() and p.district in (i.district, 'city')) then
    raise exception 'the office that inspects sends it, or the bureau' using errcode = '23514', constraint = 'report_by_inspecting';
  end if;
  return new;
end $$;
create trigger checked before insert on supervision.inspection_report for each row execute function supervision.check_report();

-- Nobody but their own sees scores before both readings are in: neither the rows nor the values in the acts that wrote them.
drop policy reads on supervision.inspection_score;
create policy reads on supervision.inspection_score for select to mingbu_app
  using ((district = (select kernel.act_district()) or (select kernel.may_read_all()))
    and (person_id = (select kernel.act_person()) or supervision.readings_open(district, inspection_id)));
create function supervision.score_seen(of_district text, of_act uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog as $$
    select coalesce((select a.type <> 'inspection.score' or a.person_id = kernel.act_person()
      or a.subject_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' and supervision.readings_open(of_district, a.subject_id::uuid)
      from kernel.act a where a.district = of_district and a.id = of_act), false)
$$;
create policy blind on kernel.act_value as restrictive for select to mingbu_app
  using (not starts_with(field, 'in.scores') and not starts_with(field, 'row:supervision.inspection_score:') or supervision.score_seen(district, act_id));

-- What a photo is, for who may see the score it belongs to.
create function supervision.inspection_photo(of_id uuid, wanted text) returns text
  language sql stable security definer set search_path = pg_catalog as $$
    select u.media from supervision.inspection_score s join cases.upload u on u.district = s.district and u.file = wanted
    where s.inspection_id = of_id and wanted = any (s.photos) and (
      (s.district = kernel.act_district() or kernel.may_read_all()) and (s.person_id = kernel.act_person() or supervision.readings_open(s.district, of_id))
      or exists (select from supervision.inspection_report r where r.district = kernel.act_district() and r.inspecting = s.district and r.inspection_id = of_id))
    limit 1
$$;

-- Open visits and checks are told to the office they go to; covert ones are not.
create function supervision.announced_inspections() returns table (id uuid, district text, kind text, visit daterange)
  language sql stable security definer set search_path = pg_catalog as $$
    select i.id, i.district, i.kind, i.visit from supervision.inspection i
      join supervision.inspection_decision d on d.district = i.district and d.inspection_id = i.id and d.approved
    where i.inspected = kernel.act_district() and i.district <> i.inspected and i.kind <> 'covert'
      and not exists (select from supervision.inspection_report r where r.district = i.inspected and r.inspecting = i.district and r.inspection_id = i.id)
$$;
-- The ranking is for everybody who inspects or leads: finished inspections only.
create function supervision.inspection_ranking(of_kind text, of_year int) returns table (office text, inspections int, score numeric, place bigint)
  language sql stable security definer set search_path = pg_catalog as $$
    select r.district, count(*)::int, round(avg(r.total), 2), rank() over (order by round(avg(r.total), 2) desc)
    from supervision.inspection_report r where r.kind = of_kind and r.year = of_year and kernel.act_district() is not null
    group by r.district order by 4, 1
$$;
-- What the duties need to know: inspections of an office that have been reported, by whom it is owed.
create function supervision.inspections_done(in_district text, of_kind text) returns table (id uuid, at timestamptz, office text)
  language sql stable security definer set search_path = pg_catalog as $$
    select r.act_id, r.at, r.district from supervision.inspection_report r
    where r.kind = of_kind and (in_district = 'city' or r.district = in_district) and people.sees_office(in_district)
$$;
-- Since when each office has work that can be inspected: its first person, its first closed case.
create function supervision.inspectable_since(in_district text, by_cases boolean) returns table (office text, since timestamptz)
  language sql stable security definer set search_path = pg_catalog as $$
    select x.district, min(x.at) from (
      select p.district, p.active_from as at from kernel.person p where not by_cases
      union all select c.district, c.closed_at from cases.case c where by_cases and c.closed_at is not null) x
    where x.district <> 'city' and (in_district = 'city' or x.district = in_district) and people.sees_office(in_district)
    group by x.district order by 1
$$;
revoke execute on all functions in schema supervision from public;
grant execute on function supervision.readings_open(text, uuid), supervision.inspector_facts(uuid[], text, text, daterange), supervision.draw_cases(text, uuid, int),
  supervision.sheet_cases(text, uuid), supervision.inspection_lines(text, uuid), supervision.score_seen(text, uuid), supervision.announced_inspections(),
  supervision.inspection_ranking(text, int), supervision.inspection_total(text, uuid), supervision.inspection_photo(uuid, text) to mingbu_app;
grant execute on function supervision.inspections_done(text, text), supervision.inspectable_since(text, boolean) to mingbu_app, mingbu_auditor;
