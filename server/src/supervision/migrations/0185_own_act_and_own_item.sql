-- 0185 what a meeting decided is written with its minutes, and nobody accepts an item they own
-- Why:    clauses 1.1, 6.1 and 2.3. With the app's password and the session of any colleague, a decision could be put under minutes that
--         had been confirmed without it; and who was given an item after it was reported as finished could have accepted it.
-- Change: two triggers.  Locks: the tables, for a moment.  Data: none.  Undo: drop the triggers and their functions.

-- A decision is of the very act that wrote its minutes, is owned by somebody at work in the office, and is about what was on the agenda.
create function supervision.decision_of_minutes() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if not exists (select from supervision.meeting_minutes m
    where m.district = new.district and m.meeting_id = new.meeting_id and m.no = new.minutes_no and m.act_id = new.act_id) then
    raise exception 'a decision is written with its minutes' using errcode = '23514', constraint = 'decision_of_minutes';
  end if;
  if not exists (select from kernel.person p
    where p.id = new.owner_id and p.district = new.district and p.active_from <= new.at and (p.active_to is null or p.active_to > new.at)) then
    raise exception 'who owns a decision is at work in the office' using errcode = '23514', constraint = 'decision_owner_here';
  end if;
  if new.finding_id is not null and not exists (select from supervision.meeting_item i
    where i.district = new.district and i.meeting_id = new.meeting_id and i.finding_id = new.finding_id) then
    raise exception 'a decision is about the agenda' using errcode = '23514', constraint = 'decision_of_agenda';
  end if;
  return new;
end $$;
create trigger of_minutes before insert on supervision.meeting_decision for each row execute function supervision.decision_of_minutes();

-- Neither who reported an item nor who owns it now accepts it.
create function supervision.plan_accepted_by() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('plan ' || new.item_id, 0));
  if (select t.owner_id from supervision.plan_term t where t.district = new.district and t.item_id = new.item_id order by t.no desc limit 1) = new.person_id then
    raise exception 'nobody accepts an item of their own' using errcode = '23514', constraint = 'plan_accepted_by_another';
  end if;
  return new;
end $$;
create trigger by_another before insert on supervision.plan_acceptance for each row execute function supervision.plan_accepted_by();
revoke execute on function supervision.decision_of_minutes(), supervision.plan_accepted_by() from public;
