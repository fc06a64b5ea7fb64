-- 0111 seal life: locked while nobody stands by, in the register or not used, ended with an explanation
-- Why:    clauses 5.1 to 5.3, decision 0062. A seal on a counter nobody stands at could only be put back; one that an installation took over
--         was used without a keeper in the register; an approved hand-over could not be called off; a retired seal lay in the safe for ever.
-- Change: additive; a seal of the book that is not in the register is used no more.  Locks: custody.seal, custody.seal_handover, for a moment.
-- Data:   none.  Undo: afterwards go forward.

alter table custody.seal
  add column locked_at timestamptz,
  add column replaces integer,
  alter column person_id drop not null,
  drop constraint seal_state_check,
  add constraint seal_state_check check (state in ('active', 'retired', 'destroyed')),
  drop constraint seal_not_own,
  add constraint seal_not_own check (state <> 'active' or person_id is distinct from keeper_id),
  add foreign key (district, replaces) references custody.seal,
  add constraint seal_replaces_other check (replaces <> no);
create unique index seal_replaced_once on custody.seal (district, replaces) where replaces is not null;
comment on column custody.seal.locked_at is 'Since when its keeper has it locked because they left the counter (5.3); null while it may be used.';
comment on column custody.seal.replaces is 'The seal out of use whose place it takes.';
comment on column custody.seal.person_id is 'Who entered it; null of one that came with the register when the installation began.';
grant insert (replaces), update (locked_at) on custody.seal to mingbu_app;

-- Entered by somebody, or taken over where the book has it already; it takes the place of a seal that is out of use.
create function custody.check_new_seal() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if new.person_id is null and not coalesce(t.act_type = 'custody.takeOverSeals' and exists (select from kernel.custody_holding h
      where h.district = new.district and h.kind = 'seal' and h.serials @> new.no::bigint), false) then
    raise exception 'a seal is entered by somebody' using errcode = '23514', constraint = 'seal_not_own';
  end if;
  if new.replaces is not null and exists (select from custody.seal s where s.district = new.district and s.no = new.replaces and s.state = 'active') then
    raise exception 'a seal in use is not replaced' using errcode = '23514', constraint = 'seal_replaces_unused';
  end if;
  return new;
end $$;
create trigger entered before insert on custody.seal for each row execute function custody.check_new_seal();

create or replace function custody.check_seal() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); place text;
begin
  if new.state is distinct from old.state then
    select h.place into place from kernel.custody_holding h where h.district = old.district and h.kind = 'seal' and h.serials @> old.no::bigint;
    if not coalesce((old.state = 'active' and new.state = 'retired' and t.act_type = 'custody.retireSeal' and t.person_id <> old.keeper_id and place = 'void')
        or (old.state = 'retired' and new.state = 'destroyed' and t.act_type = 'custody.witness' and place = 'destroyed'), false) then
      raise exception 'a seal is retired once, from the safe, by somebody who does not keep it, and then destroyed before witnesses'
        using errcode = '23514', constraint = 'seal_retired_so';
    end if;
  end if;
  if new.keeper_id is distinct from old.keeper_id and not coalesce(t.act_type = 'custody.takeSeal' and new.keeper_id = t.person_id
      and exists (select from custody.seal_handover h where h.district = new.district and h.seal_no = new.no and h.to_id = new.keeper_id
        and h.state = 'taken' and h.taken_at = t.at), false) then
    raise exception 'a seal passes to who took it, as a leader approved' using errcode = '23514', constraint = 'seal_handed_so';
  end if;
  if new.locked_at is distinct from old.locked_at and not coalesce(t.person_id = old.keeper_id and case
      when old.locked_at is null then t.act_type = 'custody.lockSeal' and new.locked_at = t.at
      else t.act_type = 'custody.unlockSeal' and new.locked_at is null end, false) then
    raise exception 'its keeper locks a seal and unlocks it' using errcode = '23514', constraint = 'seal_locked_by_keeper';
  end if;
  return new;
end $$;

create or replace function custody.check_seal_line() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare s custody.seal; t kernel.tx_actor := kernel.tx();
begin
  if t.act_type = 'register.load' then return new; end if;
  select * into s from custody.seal q where q.district = new.district and q.no = lower(new.serials);
  if s.no is null and new.movement in ('use', 'take_out', 'issue') then
    raise exception 'a seal that is not in the register is not used' using errcode = '23514', constraint = 'seal_registered';
  end if;
  if s.state = 'retired' and new.movement <> 'destroy' or s.state = 'destroyed' then
    raise exception 'this seal is retired' using errcode = '23514', constraint = 'seal_in_use';
  end if;
  if s.locked_at is not null and new.movement in ('use', 'take_out', 'issue') then
    raise exception 'its keeper has left the counter' using errcode = '23514', constraint = 'seal_unlocked';
  end if;
  if new.movement = 'take_out' and (s.keeper_id is distinct from t.person_id
      or exists (select from custody.seal_closing c where c.district = new.district and c.day = kernel.day_of(t.at))) then
    raise exception 'only its keeper takes a seal out, and not after the day is closed' using errcode = '23514', constraint = 'seal_own';
  end if;
  if new.movement = 'issue' and not exists (select from custody.seal_handover h where h.district = new.district and h.offer_id = new.offer_id
      and h.state = 'given' and 'person:' || h.from_id = new.from_place and 'person:' || h.to_id = new.to_place) then
    raise exception 'a seal is handed over as a leader approved' using errcode = '23514', constraint = 'seal_handed_so';
  end if;
  return new;
end $$;

-- A hand-over may be called off: by a leader before the seal was given, by either hand afterwards.
alter table custody.seal_handover
  add column ended_by uuid references kernel.person,
  add column ended_at timestamptz,
  add column end_reason text check (length(end_reason) between 1 and 500),
  drop constraint seal_handover_state_check,
  add constraint seal_handover_state_check check (state in ('approved', 'given', 'taken', 'cancelled')),
  drop constraint seal_handover_whole,
  add constraint seal_handover_whole check ((state <> 'approved' or offer_id is null) and (state not in ('given', 'taken') or offer_id is not null)
    and (state = 'taken') = (taken_at is not null) and (state = 'cancelled') = (ended_by is not null)
    and (ended_by is null) = (ended_at is null) and (ended_by is null) = (end_reason is null));
drop index custody.seal_handed_once;
create unique index seal_handed_once on custody.seal_handover (district, seal_no) where state in ('approved', 'given');
grant update (ended_by, ended_at, end_reason) on custody.seal_handover to mingbu_app;
create or replace function custody.check_seal_handover() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); o kernel.custody_offer;
begin
  if tg_op = 'INSERT' then
    if not kernel.duties_of(t.person_id) && array['centre_lead', 'district_lead'] or not exists (select from custody.seal s
        where s.district = new.district and s.no = new.seal_no and s.keeper_id = new.from_id and s.state = 'active') then
      raise exception 'a leader approves that the keeper of a seal hands it over' using errcode = '23514', constraint = 'seal_handed_so';
    end if;
    return new;
  end if;
  select * into o from kernel.custody_offer q where q.district = new.district and q.id = new.offer_id;
  if not coalesce((old.state = 'approved' and new.state = 'given' and t.person_id = old.from_id and o.giver_id = old.from_id and o.kind = 'seal'
        and o.to_place = 'person:' || old.to_id and o.serials = int8range(old.seal_no, old.seal_no + 1))
      or (old.state = 'given' and new.state = 'taken' and t.person_id = old.to_id and new.offer_id = old.offer_id and o.state = 'taken' and new.taken_at = t.at)
      or (new.state = 'cancelled' and t.act_type = 'custody.cancelSealHandover' and new.ended_by = t.person_id and new.ended_at = t.at
        and new.offer_id is not distinct from old.offer_id
        and (old.state = 'approved' and kernel.duties_of(t.person_id) && array['centre_lead', 'district_lead']
          or old.state = 'given' and o.state in ('withdrawn', 'declined') and o.ended_by = t.person_id)), false) then
    raise exception 'a seal is given by its keeper and taken by the one approved' using errcode = '23514', constraint = 'seal_handed_so';
  end if;
  return new;
end $$;

-- Whoever kept a seal is no witness of its destruction, and a request names one seal that is out of use.
create function custody.check_seal_destruction() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if exists (select from custody.destruction_item i join custody.seal s on s.district = i.district and i.serials @> s.no::bigint
      where i.district = new.district and i.destruction_id = new.id and i.kind = 'seal' and s.keeper_id in (new.person_id, new.decided_by, new.witness_1, new.witness_2)) then
    raise exception 'who kept a seal takes no part in its destruction' using errcode = '23514', constraint = 'seal_destroyed_by_others';
  end if;
  return new;
end $$;
create trigger of_seal before update on custody.destruction for each row when (new.kind = 'seal') execute function custody.check_seal_destruction();
create function custody.check_seal_item() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if not coalesce(t.act_type = 'custody.askSealDestruction' and upper(new.serials) - lower(new.serials) = 1 and new.edition = ''
      and exists (select from custody.seal s where s.district = new.district and s.no = lower(new.serials) and s.state = 'retired' and s.keeper_id <> t.person_id), false) then
    raise exception 'a seal out of use is listed for destruction by somebody who did not keep it' using errcode = '23514', constraint = 'seal_destroyed_by_others';
  end if;
  return new;
end $$;
create trigger of_seal before insert on custody.destruction_item for each row when (new.kind = 'seal') execute function custody.check_seal_item();

-- Seals that are out while whoever has them is not at work: no session, or one that is locked. What one may not use stands open to all.
create function custody.seals_unattended() returns table (no integer)
  language sql stable security definer set search_path = pg_catalog as $$
    select s.no from custody.seal s join kernel.custody_holding h on h.district = s.district and h.kind = 'seal' and h.edition = '' and h.serials @> s.no::bigint
    where s.district = kernel.act_district() and s.state = 'active' and h.place like 'person:%' and not exists (
      select from kernel.session x where 'person:' || x.person_id::text = h.place and x.ended_at is null and x.expires_at > kernel.now() and x.bar is null)
$$;

revoke execute on function custody.check_new_seal(), custody.check_seal_destruction(), custody.check_seal_item(), custody.seals_unattended() from public;
grant execute on function custody.seals_unattended() to mingbu_app;
