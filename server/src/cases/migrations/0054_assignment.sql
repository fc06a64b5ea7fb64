-- 0054 assignment: who has taken a case's next stage, and back to the pool
-- Why:    clauses 6.2, 6.3: each step has its responsible person, and open work of those who are absent or have left returns.
-- Change: additive.  Locks: cases.stage, briefly.  Data: none.  Undo: drop the triggers and the table; afterwards go forward.

-- One row per case, made when its next stage is first taken. It speaks only while the case still stands at this stage and
-- round: doing the stage, or a return, leaves it behind, so nothing has to be written then. No person means the pool.
create table cases.assignment (
  district  text not null,
  case_id   uuid not null,
  stage     text not null references cases.stage_kind (stage),
  round     smallint not null,
  person_id uuid references kernel.person,
  how       text not null check (how in ('taken', 'given', 'pool')),
  by_person uuid,
  reason    text check (length(reason) between 2 and 500),
  at        timestamptz not null,
  primary key (district, case_id),
  foreign key (district, case_id) references cases.case,
  constraint assignment_has_person check ((how = 'pool') = (person_id is null)),
  constraint assignment_given_by_another check (how <> 'given' or (person_id <> by_person and reason is not null)),
  constraint assignment_taken_oneself check (how <> 'taken' or person_id = by_person)
);
create index assignment_person on cases.assignment (district, person_id) where person_id is not null;
call kernel.protect('cases.assignment', false);
grant insert (district, case_id, stage, round, person_id, how, reason), update (stage, round, person_id, how, reason) on cases.assignment to mingbu_app;

-- Who and when come from the act. Work is taken or given only in its own act, only of the stage that is next, and never to
-- one who handled another group of the case. Anything may go back to the pool in any act, as when somebody leaves.
create function cases.guard_assignment() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare x record := kernel.tx(); stands record;
begin
  new.by_person := x.person_id;
  new.at := x.at;
  if new.person_id is null then return new; end if;
  if x.act_type is distinct from (case new.how when 'taken' then 'case.take' else 'case.reassign' end) then
    raise exception 'work is taken and given only by its own acts' using errcode = 'MB051';
  end if;
  select k.round, k.next_stage, s.duty_group, p.district as home into stands
  from cases.case k join cases.stage_kind s on s.stage = k.next_stage left join kernel.person p on p.id = new.person_id
  where k.district = new.district and k.id = new.case_id;
  if not found or (new.stage, new.round) is distinct from (stands.next_stage, stands.round) or stands.home <> new.district then
    raise exception 'only the next stage of a case is work to take, by somebody of its office' using errcode = '23514', constraint = 'assignment_next_stage';
  end if;
  if exists (select from cases.case_handler h where h.district = new.district and h.case_id = new.case_id and h.person_id = new.person_id
             and h.duty_group <> stands.duty_group) then
    raise exception 'this person handled another group of the case' using errcode = '23514', constraint = 'assignment_one_group';
  end if;
  return new;
end $$;
revoke execute on function cases.guard_assignment() from public;
create trigger guarded before insert or update on cases.assignment for each row execute function cases.guard_assignment();

-- A stage that somebody has taken is done by nobody else.
create function cases.guard_assignee() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if new.carried_from is null and exists (
    select from cases.assignment a where a.district = new.district and a.case_id = new.case_id
      and (a.stage, a.round) = (new.stage, new.round) and a.person_id <> new.person_id) then
    raise exception 'another person has taken this stage' using errcode = '23514', constraint = 'stage_by_assignee';
  end if;
  return new;
end $$;
revoke execute on function cases.guard_assignee() from public;
create trigger by_assignee before insert on cases.stage for each row execute function cases.guard_assignee();

-- Who cannot be given work now: one who has left, not yet begun, or is absent. Leave is kept by the people capability.
create function cases.is_away(who uuid) returns boolean
  language plpgsql stable security definer set search_path = pg_catalog as $$
declare away boolean := false;
begin
  if not exists (select from kernel.person p where p.id = who and p.active_from <= kernel.now() and (p.active_to is null or p.active_to > kernel.now())) then
    return true;
  end if;
  if to_regprocedure('people.is_absent(uuid)') is not null then
    execute 'select people.is_absent($1)' into away using who;
  end if;
  return away;
end $$;
revoke execute on function cases.is_away(uuid) from public;
grant execute on function cases.is_away(uuid) to mingbu_app;
