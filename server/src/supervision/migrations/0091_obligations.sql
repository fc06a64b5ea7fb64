-- 0091 obligations: one engine for periodic duties; since when each is owed, who is released from one, and why one lapsed
-- Why:    clauses 4.6, 5.1, 6.3, 6.7: what falls due by the calendar falls due by one rule, and the same again when it is computed anew.
-- Change: additive.  Locks: kernel.obligation, briefly.  Data: none.  Undo: drop schema supervision and the column; afterwards go forward.
alter table kernel.obligation add column lapsed text check (lapsed in ('leave', 'left', 'exempt', 'withdrawn'));
comment on column kernel.obligation.lapsed is 'Why it is not owed after all; null while it is, or is done.';
-- What was done may stand in another office's log: a password set before somebody moved, or with a ticket, in the city's.
alter table kernel.obligation add column done_in text;
comment on column kernel.obligation.done_in is 'Office in whose log `done_by` stands.';
alter table kernel.obligation drop constraint obligation_district_done_by_fkey,
  add constraint obligation_done_by foreign key (done_in, done_by) references kernel.act (district, id);
grant insert (lapsed, done_in), update (lapsed, done_in) on kernel.obligation to mingbu_app;
create index obligation_open on kernel.obligation (district, kind, due_at) where done_by is null and lapsed is null;
create index obligation_subject on kernel.obligation (district, subject, due_at);

create schema supervision;
grant usage on schema supervision to mingbu_app, mingbu_auditor;

-- The day from which an office owes a duty: when the engine first met it. A rebuild begins there.
create table supervision.duty_start (
  district text not null references kernel.district,
  kind     text not null,
  since    date not null,
  act_id   uuid not null default kernel.act_id(),
  primary key (district, kind),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
call kernel.protect('supervision.duty_start', true);
grant insert (district, kind, since) on supervision.duty_start to mingbu_app;

-- 免除: asked for with a reason, decided by somebody else. Neither is ever taken back.
create table supervision.exemption (
  district  text not null references kernel.district,
  id        uuid not null default kernel.uuid7(),
  kind      text not null,
  subject   text not null check (length(subject) between 1 and 100),
  period    daterange not null check (not isempty(period) and lower(period) is not null and upper(period) is not null
    and upper(period) <= lower(period) + 366),
  reason    text not null check (length(btrim(reason)) between 2 and 500),
  person_id uuid not null default kernel.act_person() references kernel.person,
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  primary key (district, id),
  unique (district, id, subject, person_id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
call kernel.protect('supervision.exemption', true);
grant insert (district, kind, subject, period, reason) on supervision.exemption to mingbu_app;

create table supervision.exemption_decision (
  district     text not null,
  exemption_id uuid not null,
  subject      text not null,
  asked_by     uuid not null,
  approved     boolean not null,
  word         text not null check (length(btrim(word)) between 2 and 500),
  person_id    uuid not null default kernel.act_person() references kernel.person,
  at           timestamptz not null default kernel.act_at(),
  act_id       uuid not null default kernel.act_id(),
  constraint exemption_decided_once primary key (district, exemption_id),
  constraint exemption_of_request foreign key (district, exemption_id, subject, asked_by) references supervision.exemption (district, id, subject, person_id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint exemption_by_another check (person_id <> asked_by and person_id::text <> subject)
);
call kernel.protect('supervision.exemption_decision', true);
grant insert (district, exemption_id, subject, asked_by, approved, word) on supervision.exemption_decision to mingbu_app;

-- Both are written only by their own acts, and what the engine writes only by the engine.
create function supervision.only_in() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if session_user = 'mingbu_app' and not coalesce((kernel.tx()).act_type = any (tg_argv), false) then
    raise exception '%.% is written only by its own acts', tg_table_schema, tg_table_name using errcode = 'MB091';
  end if;
  return new;
end $$;
revoke execute on function supervision.only_in() from public;
create trigger only_in before insert on supervision.duty_start for each row execute function supervision.only_in('duty.recompute');
create trigger only_in before insert on supervision.exemption for each row execute function supervision.only_in('duty.askExemption');
create trigger only_in before insert on supervision.exemption_decision for each row execute function supervision.only_in('duty.decideExemption');
