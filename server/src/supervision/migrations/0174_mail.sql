-- 0174 mail: that a message was begun is on record before it is handed to the mail server
-- Why:    clause 7.5, decision 0087: a mail cannot be taken back, and nobody outside can tell one sent twice from two.
-- Change: additive.  Locks: none.  Data: none.  Undo: drop the table and supervision.still_here.

-- 开始外发: once of each message, whoever sends it. One whose end is not known is not begun again.
create table supervision.digest_sending (
  district text not null,
  day      date not null,
  told     uuid not null,
  at       timestamptz not null default kernel.act_at(),
  act_id   uuid not null default kernel.act_id(),
  constraint begun_once primary key (district, day, told),
  foreign key (district, day, told) references supervision.digest,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint begun_that_day check (day = (at at time zone 'Asia/Shanghai')::date)
);
call kernel.protect('supervision.digest_sending', true);
grant insert (district, day, told) on supervision.digest_sending to mingbu_app;
create trigger only_in before insert on supervision.digest_sending for each row execute function supervision.only_in('reminder.sending');

-- Nothing is sent to who has left, or whose account is closed, since they were told.
create function supervision.still_here() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if not exists (select from kernel.person p join kernel.account a on a.person_id = p.id and a.closed_at is null
      where p.id = new.told and (p.active_to is null or p.active_to > kernel.now())) then
    raise exception 'this person has no account any more' using errcode = '23514', constraint = 'begun_for_somebody_here';
  end if;
  return new;
end $$;
revoke execute on function supervision.still_here() from public;
create trigger still_here before insert on supervision.digest_sending for each row execute function supervision.still_here();
