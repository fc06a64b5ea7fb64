-- 0186 evidence is the reporter's own upload, made for it; a meeting no leader attended is none
-- Why:    clauses 1.1, 6.1, 2.3 and 2.1. Any content hash passed as evidence of a plan item or a decision, and whoever reads those could then
--         read a scan out of a case; a text that is no hash passed at the prompt. Minutes of a meeting without leaders fulfilled 1.1.
-- Change: additive: functions and triggers.  Locks: the tables, for a moment.  Data: none.  Undo: drop the triggers and functions.

-- The first of some files, counted from 0, that somebody may not use in an office as what they bring themselves: only they ever uploaded it,
-- there, since a moment, and it is no paper of a case or a survey. -1 when all will do.
create function supervision.unfit_file(in_district text, who uuid, files text[], since timestamptz) returns integer
  language sql stable security definer set search_path = pg_catalog as $$
    select coalesce(min(f.i)::int - 1, -1) from unnest(files) with ordinality f(file, i)
    where not exists (select from cases.upload u where u.district = in_district and u.file = f.file and u.person_id = who and u.at >= since)
      or exists (select from kernel.district d join cases.upload u on u.district = d.id and u.file = f.file where u.person_id is distinct from who)
      or exists (select from kernel.district d join cases.material m on m.district = d.id and m.file = f.file)
      or exists (select from cadastre.survey_result s where s.district = in_district and s.file = f.file)
$$;
-- The same for whoever acts: since an item was put into the plan, since minutes were confirmed, or whenever.
create function supervision.unfit_for_plan(item uuid, files text[]) returns integer
  language sql stable security definer set search_path = pg_catalog as $$
    select supervision.unfit_file(i.district, kernel.act_person(), files, i.at) from supervision.plan_item i
    where i.id = item and people.sees_office(i.district)
$$;
create function supervision.unfit_for_decision(in_district text, meeting uuid, minutes smallint, files text[]) returns integer
  language sql stable security definer set search_path = pg_catalog as $$
    select supervision.unfit_file(c.district, kernel.act_person(), files, c.at) from supervision.meeting_confirmation c
    where c.district = in_district and c.meeting_id = meeting and c.minutes_no = minutes and people.sees_office(c.district)
$$;
create function supervision.unfit_for_rule(in_district text, document uuid, file_ text) returns integer
  language sql stable security definer set search_path = pg_catalog as $$
    select case when exists (select from supervision.rule_proposal p where p.district = in_district and p.document_id = document and p.file = file_) then -1
      else supervision.unfit_file(in_district, kernel.act_person(), array[file_], '-infinity') end
    where people.sees_office(in_district)
$$;
-- Its argument is the name of the rule. What the evidence is about is looked for by foreign keys.
create function supervision.own_evidence() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare mine text[]; since timestamptz;
begin
  if tg_table_name = 'plan_progress' then
    mine := new.files;
    select i.at into since from supervision.plan_item i where i.district = new.district and i.id = new.item_id;
  elsif tg_table_name = 'decision_report' then
    mine := new.files;
    select c.at into since from supervision.meeting_confirmation c where c.district = new.district and c.meeting_id = new.meeting_id and c.minutes_no = new.minutes_no;
  elsif new.file is not null
    and not exists (select from supervision.rule_proposal p where p.district = new.district and p.document_id = new.document_id and p.file = new.file) then
    mine := array[new.file];
    since := '-infinity';
  end if;
  if supervision.unfit_file(new.district, new.person_id, mine, since) >= 0 and since is not null then
    raise exception 'only one''s own upload, made for this' using errcode = '23514', constraint = tg_argv[0];
  end if;
  return new;
end $$;
create trigger own_evidence before insert on supervision.plan_progress for each row execute function supervision.own_evidence('plan_file_own');
create trigger own_evidence before insert on supervision.decision_report for each row execute function supervision.own_evidence('decision_file_own');
create trigger own_evidence before insert on supervision.rule_proposal for each row execute function supervision.own_evidence('rule_file_own');

-- What kind of file evidence is: of its reporter, and never what has become a paper of a case since.
create function supervision.evidence_media(in_district text, who uuid, file_ text) returns text
  language sql stable security definer set search_path = pg_catalog as $$
    select u.media from cases.upload u where u.district = in_district and u.file = file_ and people.sees_office(in_district)
      and supervision.unfit_file(in_district, who, array[file_], '-infinity') < 0
$$;

-- Whether a leader of the office or of the bureau had signed in at a meeting.
create function supervision.meeting_led(in_district text, meeting uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog as $$
    select exists (select from supervision.meeting_attendance a join kernel.duty_grant g on g.person_id = a.person_id and g.district in (a.district, 'city')
        and g.duty in ('centre_lead', 'district_lead') and g.during @> a.at
      where a.district = in_district and a.meeting_id = meeting)
$$;
create function supervision.confirmed_as_led() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if new.good and not supervision.meeting_led(new.district, new.meeting_id) then
    raise exception 'a meeting is one with a leader' using errcode = '23514', constraint = 'meeting_led';
  end if;
  return new;
end $$;
create trigger led before insert on supervision.meeting_confirmation for each row execute function supervision.confirmed_as_led();

revoke execute on function supervision.unfit_file(text, uuid, text[], timestamptz), supervision.unfit_for_plan(uuid, text[]), supervision.unfit_for_decision(text, uuid, smallint, text[]),
  supervision.unfit_for_rule(text, uuid, text), supervision.own_evidence(), supervision.evidence_media(text, uuid, text), supervision.meeting_led(text, uuid),
  supervision.confirmed_as_led() from public;
grant execute on function supervision.unfit_for_plan(uuid, text[]), supervision.unfit_for_decision(text, uuid, smallint, text[]), supervision.unfit_for_rule(text, uuid, text),
  supervision.evidence_media(text, uuid, text) to mingbu_app;
grant execute on function supervision.meeting_led(text, uuid) to mingbu_app, mingbu_auditor;
