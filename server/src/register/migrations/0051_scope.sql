-- 0051 scope: how far a right reaches, and a register page only for who handles a case on its unit
-- Why:    clause 6.7; R-35 to R-38. A look for a case needs an open case on that very unit, handled by who looks or next in their
--         hands; every other purpose needs a duty that serves it; a right limited to a business moves no case of another.
-- Change: additive; register.holdings asks for the purpose.  Locks: cases.case, cases.stage, briefly.
-- Data:   no rows rewritten.  Undo: drop table and triggers while no look stands in them; afterwards go forward.

---------------------------------------------------------------------------------------------------
-- What grants are limited to.
---------------------------------------------------------------------------------------------------
-- Duties a person holds only in part: {duty: [{businesses, purposes}]}. A duty that some grant gives in full is not named.
create function kernel.limits_of(who uuid) returns jsonb
  language sql stable security definer set search_path = pg_catalog as $$
    select coalesce(jsonb_object_agg(x.duty, x.limits), '{}') from (
      select g.duty, jsonb_agg(jsonb_build_object('businesses', g.businesses, 'purposes', g.purposes) order by g.id) as limits
      from kernel.duty_grant g where g.person_id = who and g.during @> kernel.now()
      group by g.duty having bool_and(g.businesses is not null or g.purposes is not null)) x
$$;

-- Whether a duty held in part does not reach to this business and purpose. Who holds it in full, or not by a grant, is not barred here.
create function kernel.out_of_reach(who uuid, of_duty text, business text, purpose text) returns boolean
  language sql stable security definer set search_path = pg_catalog as $$
    select coalesce(bool_and(
      (g.businesses is not null and not ('*' = any (g.businesses)) and business is not null and not (business = any (g.businesses)))
      or (g.purposes is not null and not (purpose = any (g.purposes)))), false)
    from kernel.duty_grant g where g.person_id = who and g.duty = of_duty and g.during @> kernel.now()
$$;
revoke execute on function kernel.limits_of(uuid), kernel.out_of_reach(uuid, text, text, text) from public;
grant execute on function kernel.limits_of(uuid), kernel.out_of_reach(uuid, text, text, text) to mingbu_app;

-- A case is entered, and a stage done, only within the business the right was given for.
create function cases.guard_business() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare who uuid := kernel.act_person(); of_duty text; of_business text;
begin
  if who is null then return new; end if;
  if tg_table_name = 'case' then
    of_duty := 'acceptance';
    of_business := new.business;
  else
    if new.carried_from is not null then return new; end if;
    of_duty := case new.stage when 'issue' then 'issuing' when 'archive' then 'archiving' else new.stage end;
    select c.business into of_business from cases.case c where c.district = new.district and c.id = new.case_id;
  end if;
  if kernel.out_of_reach(who, of_duty, of_business, 'case') then
    raise exception 'the right does not reach to this business' using errcode = '23514', constraint = 'case_business_granted';
  end if;
  return new;
end $$;
create trigger guard_business before insert on cases.case for each row execute function cases.guard_business();
create trigger guard_business before insert on cases.stage for each row execute function cases.guard_business();
revoke execute on function cases.guard_business() from public;

---------------------------------------------------------------------------------------------------
-- Looks at a register page, each with what permitted it.
---------------------------------------------------------------------------------------------------
create table register.look (
  district  text not null references kernel.district,
  id        uuid not null default kernel.uuid7(),
  unit_code text not null,
  purpose   text not null check (purpose in ('case', 'enquiry', 'inspection', 'quality')),
  case_id   uuid,
  person_id uuid not null default kernel.act_person() references kernel.person,
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  primary key (district, id),
  foreign key (district, unit_code) references cadastre.unit,
  foreign key (district, case_id) references cases.case,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint look_case_named check ((purpose = 'case') = (case_id is not null))
);
create index look_person on register.look (district, person_id, at);
create index look_unit on register.look (district, unit_code, at);
call kernel.protect('register.look', true);
grant insert (district, unit_code, purpose, case_id) on register.look to mingbu_app;

-- Whether a duty a person holds serves a purpose other than a case.
create function register.serves(who uuid, purpose text) returns boolean
  language sql stable security definer set search_path = pg_catalog as $$
    select exists (
      select from kernel.duty_grant g where g.person_id = who and g.during @> kernel.now()
        and (g.purposes is null or purpose = any (g.purposes))
        and case purpose when 'enquiry' then g.duty = 'enquiry'
          when 'inspection' then g.duty in ('centre_lead', 'district_lead', 'inspection')
          when 'quality' then g.duty in ('centre_lead', 'district_lead', 'inspection') else false end)
$$;

-- Whether a person handles an open case: as one of its handlers, or because its next stage is theirs to do.
create function cases.handles(who uuid, in_district text, of_case uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog as $$
    select exists (
      select from cases.case c where c.district = in_district and c.id = of_case and c.state in ('applied', 'in_progress', 'suspended')
        and (exists (select from cases.case_handler h where h.district = c.district and h.case_id = c.id and h.person_id = who)
          or (case c.next_stage when 'issue' then 'issuing' when 'archive' then 'archiving' else c.next_stage end) = any (kernel.duties_of(who))
            and not kernel.out_of_reach(who, case c.next_stage when 'issue' then 'issuing' when 'archive' then 'archiving' else c.next_stage end, c.business, 'case')))
$$;

create function register.guard_look() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if session_user <> 'mingbu_app' then return new; end if;
  if t.act_type is null or t.act_type not in ('register.view', 'register.print') then
    raise exception 'looks are written only by an act that looks' using errcode = 'MB061';
  end if;
  if new.purpose = 'case' then
    if not exists (select from cases.case c where c.district = new.district and c.id = new.case_id and c.unit_code = new.unit_code)
      or not cases.handles(t.person_id, new.district, new.case_id) then
      raise exception 'no case on this unit is in these hands' using errcode = '23514', constraint = 'look_case_bound';
    end if;
  elsif not register.serves(t.person_id, new.purpose) then
    raise exception 'no duty serves this purpose' using errcode = '23514', constraint = 'look_purpose_served';
  end if;
  return new;
end $$;
create trigger guard_look before insert on register.look for each row execute function register.guard_look();

-- What a look at a unit hangs on: open cases there with whether the reader handles each, and whether the case named is of the unit.
create function register.look_facts(unit text, for_case uuid) returns jsonb
  language sql stable security definer set search_path = pg_catalog as $$
    select jsonb_build_object(
      'named', for_case is null or exists (select from cases.case c where c.district = (kernel.tx()).district and c.id = for_case and c.unit_code = unit),
      'limits', kernel.limits_of((kernel.tx()).person_id),
      'cases', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'business', c.business, 'nextStage', c.next_stage,
          'handler', exists (select from cases.case_handler h where h.district = c.district and h.case_id = c.id and h.person_id = (kernel.tx()).person_id)) order by c.id), '[]')
        from cases.case c where c.district = (kernel.tx()).district and c.unit_code = unit and c.state in ('applied', 'in_progress', 'suspended')))
$$;

-- As in 0006, and only in the act that asks, for a purpose a duty of the asker serves.
drop function register.holdings(bytea);
create function register.holdings(wanted bytea, purpose text) returns table (unit_code text, right_id uuid, entry_id uuid, kind text)
  language plpgsql stable security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if t.act_type is distinct from 'register.holdings' then raise exception 'holdings are told only by their own act' using errcode = 'MB061'; end if;
  if not register.serves(t.person_id, purpose) then
    raise exception 'no duty serves this purpose' using errcode = '23514', constraint = 'look_purpose_served';
  end if;
  return query
    select l.unit_code, l.right_id, l.entry_id, l.kind
    from register.party p
      join register.entry_party ep on ep.district = p.district and ep.party_id = p.id and ep.role in ('holder', 'mortgagee')
      join register.live l on l.district = ep.district and l.entry_id = ep.entry_id
    where p.district = t.district and p.id_hash = wanted
    order by l.unit_code limit 200;
end $$;
revoke execute on function register.serves(uuid, text), cases.handles(uuid, text, uuid), register.guard_look(),
  register.look_facts(text, uuid), register.holdings(bytea, text) from public;
grant execute on function register.look_facts(text, uuid), register.holdings(bytea, text) to mingbu_app;
