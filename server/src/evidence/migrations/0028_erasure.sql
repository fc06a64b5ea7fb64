-- 0028 erasure: what the law lets go is erased by two people, once it need no longer be kept
-- Why:    clauses 6.4 and 6.7; PIPL art. 47: what has served its purpose goes. Cybersecurity Law art. 21: logs are kept at least six months.
-- Change: additive; kernel.erase_value asks for more than before.  Locks: kernel.act_type briefly.  Undo: go forward.
alter table kernel.act_type add column kept_years integer check (kept_years > 0);
comment on column kernel.act_type.kept_years is 'Years for which values of such acts are kept; afterwards they may be erased. Null: kept for ever.';

create table evidence.erasure (
  district    text not null references kernel.district,
  id          uuid not null default kernel.uuid7(),
  of_act      uuid not null,
  reason      text not null check (length(reason) between 1 and 1000),
  proposed_by uuid not null default kernel.act_person() references kernel.person,
  proposed_at timestamptz not null default kernel.act_at(),
  erased_by   uuid references kernel.person,
  erased_at   timestamptz,
  act_id      uuid not null default kernel.act_id(),
  primary key (district, id),
  constraint erasure_once unique (district, of_act),
  constraint erasure_by_another check (erased_by <> proposed_by),
  check ((erased_by is null) = (erased_at is null)),
  foreign key (district, of_act) references kernel.act (district, id),
  foreign key (district, act_id) references kernel.act (district, id) deferrable initially deferred
);
call kernel.protect('evidence.erasure', false);
grant insert (district, of_act, reason), update (erased_by, erased_at) on evidence.erasure to mingbu_app;

-- Only inside an erasure act of somebody else than who proposed it, never a register row, and only values that need
-- no longer be kept.
create or replace function kernel.erase_value(of_act uuid, field_ text) returns boolean
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if t.act_type is distinct from 'evidence.erase' then
    raise exception 'values are erased only by an erasure act' using errcode = 'MB011';
  end if;
  if field_ like 'row:%' then
    raise exception 'register values are never erased' using errcode = 'MB012';
  end if;
  if not exists (select from evidence.erasure e where e.district = t.district and e.of_act = erase_value.of_act and e.proposed_by <> t.person_id) then
    raise exception 'nobody else has proposed this erasure' using errcode = 'MB013';
  end if;
  if not exists (select from kernel.act a join kernel.act_type y using (type)
      where a.district = t.district and a.id = erase_value.of_act and a.at + make_interval(years => y.kept_years) <= t.at) then
    raise exception 'these values must still be kept' using errcode = 'MB014';
  end if;
  update kernel.act_value v set salt = null, value = null
  where v.district = t.district and v.act_id = erase_value.of_act and v.field = field_ and v.value is not null;
  return found;
end $$;
