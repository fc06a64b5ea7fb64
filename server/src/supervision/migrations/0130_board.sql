-- 0130 board: acts counted by office, day, type and refusal, and by person, up to a place in each log
-- Why:    the controls board of a city with ten million acts must not count them again for every look.
-- Change: additive; the two functions that counted for single controls answer by office.  Locks: none that last.
-- Data:   counted after the start, a batch at a time; until then the board counts what is not counted yet by itself.
-- Undo:   drop the three tables and the functions.

-- How often each act was done ('' in refusal) or refused with a code, on each day of the office's calendar. A projection of the
-- first `tallied.size` leaves of the log: nobody writes it but supervision.tally, and verification counts it again.
create table supervision.act_tally (
  district text not null references kernel.district,
  day      date not null,
  type     text not null,
  refusal  text not null,
  n        bigint not null check (n > 0),
  primary key (district, day, type, refusal)
);
create table supervision.person_tally (
  district  text not null references kernel.district,
  person_id uuid not null,
  day       date not null,
  type      text not null,
  refusal   text not null,
  n         bigint not null check (n > 0),
  primary key (district, person_id, day, type, refusal)
);
create table supervision.tallied (
  district text primary key references kernel.district,
  size     bigint not null check (size >= 0)
);
call kernel.protect('supervision.act_tally', false);
call kernel.protect('supervision.person_tally', false);
call kernel.protect('supervision.tallied', false);

-- Counts at most `most` further leaves of every log that somebody else is not counting. Returns how many it counted.
create function supervision.tally(most int) returns bigint
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
    )
    insert into supervision.act_tally as t select log.district, o.day, o.type, o.refusal, sum(o.n) from one o group by 2, 3, 4
      on conflict (district, day, type, refusal) do update set n = t.n + excluded.n;
    update supervision.tallied t set size = upto where t.district = log.district;
    done := done + upto - counted;
  end loop;
  return done;
end $$;
revoke execute on function supervision.tally(int) from public;
grant usage on schema supervision to mingbu_sequencer;
grant execute on function supervision.tally(int) to mingbu_sequencer;

-- What is not counted yet, of the offices the reader may see: leaves behind the counted ones, and acts on their way into the log.
create function supervision.untallied()
  returns table (district text, person_id uuid, day date, type text, refusal text)
  language sql stable security definer set search_path = pg_catalog as $$
    select a.district, a.person_id, (a.at at time zone 'Asia/Shanghai')::date, a.type, coalesce(a.refusal, '')
    from (
      select l.district, l.act_id from evidence.head h
        left join supervision.tallied t on t.district = h.district
        join evidence.leaf l on l.district = h.district and l.idx >= coalesce(t.size, 0)
      union all
      select q.district, q.act_id from kernel.act_queue q
    ) x join kernel.act a on a.district = x.district and a.id = x.act_id
    where a.district = kernel.act_district() or kernel.may_read_all() or session_user = 'mingbu_auditor'
  $$;
revoke execute on function supervision.untallied() from public;
grant execute on function supervision.untallied() to mingbu_app, mingbu_auditor;

create index finding_kind on kernel.finding (district, kind, opened_at);
create index finding_step_closed on kernel.finding_step (district, finding_id) where state = 'closed';

-- Two figures of single controls, now of every office at once; the first needs no function any more.
drop function custody.books();
drop function kernel.confirmations();
create function kernel.confirmations() returns table (district text, confirmed bigint, by_code bigint)
  language sql stable security definer set search_path = pg_catalog
  as $$
    select p.district, count(*), count(*) filter (where p.totp_step is not null and p.used_at > kernel.now() - interval '30 days')
    from kernel.prepared p where p.used_by is not null and p.act_type <> 'factor.confirm'
    group by p.district
  $$;
revoke execute on function kernel.confirmations() from public;
grant execute on function kernel.confirmations() to mingbu_auditor;
