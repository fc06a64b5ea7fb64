-- 0052 access review: every quarter each leader says of every right in their charge whether it is still needed
-- Why:    clause 6.7, regular supervision. What was asked for and is not confirmed ends by itself after a grace (decision 0026).
-- Change: additive.  Locks: none.  Data: none.  Undo: drop the table while it is empty; afterwards go forward.
create table people.access_review (
  district  text not null,
  grant_id  uuid not null,
  quarter   text not null check (quarter ~ '^\d{4}Q[1-4]$'),
  holder_id uuid not null,
  keep      boolean not null,
  word      text not null check (length(btrim(word)) between 2 and 500),
  person_id uuid not null default kernel.act_person() references kernel.person,
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  constraint access_reviewed_once primary key (district, grant_id, quarter),
  foreign key (district, grant_id, holder_id) references kernel.duty_grant (district, id, person_id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint access_reviewed_by_another check (person_id <> holder_id)
);
call kernel.protect('people.access_review', true);
grant insert (district, grant_id, quarter, holder_id, keep, word) on people.access_review to mingbu_app;

create function people.quarter_of(moment timestamptz) returns text
  language sql stable set search_path = pg_catalog
  as $$ select to_char(moment at time zone 'Asia/Shanghai', 'YYYY"Q"Q') $$;

-- Whether a person is the one in charge of another's rights: the head of the office of its staff, the leader in charge of the heads
-- (and of all where there is no head), the bureau's leaders of the leaders in charge and of one another. Never of their own.
create function people.in_charge(who uuid, in_district text, holder uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog as $$
    with held as (select coalesce(array_agg(g.duty), '{}') as duties from kernel.duty_grant g where g.person_id = holder and g.during @> kernel.now()),
      reviewer as (
        select p.district, kernel.duties_of(p.id) as duties from kernel.person p
        where p.id = who and p.active_from <= kernel.now() and (p.active_to is null or p.active_to > kernel.now()))
    select who <> holder and exists (
      select from held h, reviewer r where case
        when 'district_lead' = any (h.duties) then r.district = 'city' and 'district_lead' = any (r.duties)
        when 'centre_lead' = any (h.duties) then r.district = in_district and 'district_lead' = any (r.duties)
        else r.district = in_district and ('centre_lead' = any (r.duties) or ('district_lead' = any (r.duties) and not exists (
          select from kernel.duty_grant g join kernel.person q on q.id = g.person_id
          where g.district = in_district and g.duty = 'centre_lead' and g.during @> kernel.now() and (q.active_to is null or q.active_to > kernel.now())))) end)
$$;

create function people.guard_review() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if session_user <> 'mingbu_app' then return new; end if;
  if t.act_type is distinct from 'access.review' then raise exception 'rights are reviewed only by their own act' using errcode = 'MB072'; end if;
  if new.quarter <> people.quarter_of(t.at) then raise exception 'only the present quarter is reviewed' using errcode = 'MB073'; end if;
  if not people.in_charge(t.person_id, new.district, new.holder_id) then
    raise exception 'not in charge of this right' using errcode = '23514', constraint = 'access_in_charge';
  end if;
  return new;
end $$;
create trigger guard_review before insert on people.access_review for each row execute function people.guard_review();

-- Rights in a person's charge, each with how it stands in the quarter of `moment`: whether it is due (it was there before the quarter
-- began) and what was said of it. In the person's own sight only: of every office for the bureau's leaders, else of their own.
create function people.charge_of(who uuid, moment timestamptz)
  returns table (district text, grant_id uuid, holder_id uuid, holder text, duty text, since timestamptz, until timestamptz, made_at timestamptz,
                 request_id uuid, businesses text[], purposes text[], act_id uuid, due boolean, keep boolean, word text, reviewed_at timestamptz, reviewed_by text)
  language sql stable security definer set search_path = pg_catalog as $$
    select g.district, g.id, g.person_id, p.name, g.duty, lower(g.during), upper(g.during), a.at, g.request_id, g.businesses, g.purposes, g.act_id,
      a.at < date_trunc('quarter', moment at time zone 'Asia/Shanghai') at time zone 'Asia/Shanghai', r.keep, r.word, r.at, q.name
    from (select distinct h.person_id, h.district from kernel.duty_grant h
          where h.during @> moment and (h.district = (select district from kernel.person where id = who) or (select district from kernel.person where id = who) = 'city')) x
      join kernel.duty_grant g on g.person_id = x.person_id and g.district = x.district and g.during @> moment
      join kernel.person p on p.id = g.person_id
      join kernel.act a on a.district = g.district and a.id = g.act_id
      left join people.access_review r on r.district = g.district and r.grant_id = g.id and r.quarter = people.quarter_of(moment)
      left join kernel.person q on q.id = r.person_id
    where people.in_charge(who, x.district, x.person_id)
$$;

-- Grants of an office that were asked for, were due in the quarter before the present one, were not confirmed in it, and whose grace is over.
create function people.unconfirmed(in_district text, moment timestamptz) returns table (grant_id uuid, person_id uuid, duty text, since timestamptz)
  language sql stable security definer set search_path = pg_catalog as $$
    select g.id, g.person_id, g.duty, lower(g.during)
    from kernel.duty_grant g join kernel.act a on a.district = g.district and a.id = g.act_id,
      (select date_trunc('quarter', moment at time zone 'Asia/Shanghai') as began) q
    where g.district = in_district and g.request_id is not null and g.during @> moment
      and a.at < (q.began - interval '3 months') at time zone 'Asia/Shanghai'
      and moment >= (q.began + make_interval(days => people.setting('review_grace_days'))) at time zone 'Asia/Shanghai'
      and not exists (select from people.access_review r where r.district = g.district and r.grant_id = g.id
        and r.quarter in (to_char(q.began - interval '1 day', 'YYYY"Q"Q'), to_char(q.began, 'YYYY"Q"Q')))
$$;
revoke execute on function people.quarter_of(timestamptz), people.in_charge(uuid, text, uuid), people.guard_review(), people.charge_of(uuid, timestamptz),
  people.unconfirmed(text, timestamptz) from public;
grant execute on function people.quarter_of(timestamptz), people.in_charge(uuid, text, uuid), people.charge_of(uuid, timestamptz),
  people.unconfirmed(text, timestamptz) to mingbu_app, mingbu_auditor;
