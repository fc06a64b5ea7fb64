-- 0105 room pace: how often a room is inspected, and since when, so that the past is judged by what was in force then
-- Why:    clause 4.1: inspections of rooms fall due by the engine of periodic duties, which computes the whole past each time.
-- Change: additive; the days between inspections move here from archives.period, whose row of that name counts until a leader sets another.
-- Locks:  none.  Data: none.  Undo: forward only.
create table archives.room_pace (
  district text not null references kernel.district,
  id       uuid not null default kernel.uuid7(),
  days     smallint not null check (days between 1 and 92),
  at       timestamptz not null default kernel.act_at(),
  act_id   uuid not null default kernel.act_id(),
  primary key (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
call kernel.protect('archives.room_pace', true);
grant insert (district, days) on archives.room_pace to mingbu_app;
create function archives.check_pace() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (kernel.tx()).act_type is distinct from 'archives.setPeriods' then
    raise exception 'a leader sets how often rooms are inspected' using errcode = '23514', constraint = 'pace_by_leader';
  end if;
  return new;
end $$;
create trigger checked before insert on archives.room_pace for each row execute function archives.check_pace();

-- The number in force now: of the newest row, else what an earlier release wrote, else thirty-one.
create or replace view archives.room_age with (security_invoker = true) as
  select r.district, r.code, r.name, coalesce((select max(i.at) from archives.inspection i where i.district = r.district and i.room = r.code), r.at) as since,
    coalesce((select p.days from archives.room_pace p where p.district = r.district order by p.at desc, p.id desc limit 1),
      (select p.days from archives.period p where p.district = r.district and p.name = 'inspection'), 31) as days
  from archives.room r;
revoke execute on function archives.check_pace() from public;
