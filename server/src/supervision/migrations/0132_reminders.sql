-- 0132 reminders: who was told on which day how much waits for them, and whether the message left the house
-- Why:    clause 7.5: discover early. What falls due is told before it is overdue, and that it was told is on record.
-- Change: additive.  Locks: none.  Data: none.  Undo: drop the two tables.

-- 每日提醒: one line a person and day, with what waits for them. Numbers only: what it is about stays in the house.
create table supervision.digest (
  district text not null references kernel.district,
  day      date not null,
  told     uuid not null references kernel.person,
  overdue  int not null check (overdue >= 0),
  soon     int not null check (soon >= 0),
  waiting  int not null check (waiting >= 0),
  at       timestamptz not null default kernel.act_at(),
  act_id   uuid not null default kernel.act_id(),
  constraint told_once_a_day primary key (district, day, told),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint told_of_something check (overdue + soon + waiting > 0),
  constraint told_that_day check (day = (at at time zone 'Asia/Shanghai')::date)
);
call kernel.protect('supervision.digest', true);
grant insert (district, day, told, overdue, soon, waiting) on supervision.digest to mingbu_app;
create trigger only_in before insert on supervision.digest for each row execute function supervision.only_in('reminder.digest');

-- 外发: whether the message was taken by whoever carries it on. Said once of each, when it was taken or the day was over.
create table supervision.digest_delivery (
  district text not null,
  day      date not null,
  told     uuid not null,
  taken    boolean not null,
  at       timestamptz not null default kernel.act_at(),
  act_id   uuid not null default kernel.act_id(),
  constraint delivered_once primary key (district, day, told),
  foreign key (district, day, told) references supervision.digest,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
call kernel.protect('supervision.digest_delivery', true);
grant insert (district, day, told, taken) on supervision.digest_delivery to mingbu_app;
create trigger only_in before insert on supervision.digest_delivery for each row execute function supervision.only_in('reminder.delivered');
