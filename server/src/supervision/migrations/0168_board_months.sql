-- 0168 board by month: acts counted by office, month, type and refusal, beside the days
-- Why:    three years of days are a million counters that every look at the whole city summed up; months are a thirtieth of them.
-- Change: additive; supervision.tally writes the months in the statement that writes the days.  Locks: act_tally while its index is made.
-- Data:   summed from the days that are counted already.
-- Undo:   drop the table and the index; supervision.tally as in 0130.

-- The same as supervision.act_tally, each month under its first day; a projection of the same leaves.
create table supervision.month_tally (
  district text not null references kernel.district,
  month    date not null check (extract(day from month) = 1),
  type     text not null,
  refusal  text not null,
  n        bigint not null check (n > 0),
  primary key (district, month, type, refusal)
);
call kernel.protect('supervision.month_tally', false);
insert into supervision.month_tally
  select district, date_trunc('month', day)::date, type, refusal, sum(n) from supervision.act_tally group by 1, 2, 3, 4;

-- The days at both ends of a period, of all offices.
create index act_tally_day on supervision.act_tally (day);

create or replace function supervision.tally(most int) returns bigint
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  log record;
  counted bigint;
  upto bigint;
  done bigint := 0;
begin
  for log in select h.district, h.size from evidence.head h order by h.district loop
    insert into supervision.tallied values (log.district, 0) on conflict do nothing;
    select t.size into counted from supervision.tallied t where t.district = log.district for update skip locked;
    if not found or counted >= log.size then continue; end if;
    upto := least(log.size, counted + most);
    with one as (
      select a.person_id, (a.at at time zone 'Asia/Shanghai')::date as day, a.type, coalesce(a.refusal, '') as refusal, count(*) as n
      from evidence.leaf l join kernel.act a on a.district = l.district and a.id = l.act_id
      where l.district = log.district and l.idx >= counted and l.idx < upto
      group by 1, 2, 3, 4
    ), by_person as (
      insert into supervision.person_tally as t
        select log.district, o.person_id, o.day, o.type, o.refusal, o.n from one o where o.person_id is not null
      on conflict (district, person_id, day, type, refusal) do update set n = t.n + excluded.n
    ), by_month as (
      insert into supervision.month_tally as t
        select log.district, date_trunc('month', o.day)::date, o.type, o.refusal, sum(o.n) from one o group by 2, 3, 4
      on conflict (district, month, type, refusal) do update set n = t.n + excluded.n
    )
    insert into supervision.act_tally as t select log.district, o.day, o.type, o.refusal, sum(o.n) from one o group by 2, 3, 4
      on conflict (district, day, type, refusal) do update set n = t.n + excluded.n;
    update supervision.tallied t set size = upto where t.district = log.district;
    done := done + upto - counted;
  end loop;
  return done;
end $$;
