-- 0092 duty facts: who has rights in charge and when, and when passwords were set, from history
-- Why:    clauses 6.3, 6.7: the engine of periodic duties computes from what is kept, so that a rebuild gives the same. The app may
--         not read other offices' grants, nor accounts; it learns of its own office what the duties need.
-- Change: additive.  Locks: none.  Data: none.  Undo: drop the functions.

-- When each leader of an office had rights in charge that were there before a quarter began: the rule of people.in_charge, over
-- all time. The head of the office the staff's, the leader in charge the heads' (and all where there is no head), the bureau's
-- leaders those of leaders in charge.
create function people.review_spans(in_district text) returns table (person_id uuid, name text, since timestamptz, until timestamptz)
  language sql stable security definer set search_path = pg_catalog as $$
    with leader as (
      select g.person_id, g.district, g.duty, g.during from kernel.duty_grant g
      where g.district = in_district and g.duty in ('centre_lead', 'district_lead')),
    held as (
      select g.person_id, g.district, g.duty,
        g.during * tstzrange((date_trunc('quarter', a.at at time zone 'Asia/Shanghai') + interval '3 months') at time zone 'Asia/Shanghai', null) as during
      from kernel.duty_grant g join kernel.act a on a.district = g.district and a.id = g.act_id
      where g.district = in_district or (in_district = 'city' and g.duty = 'district_lead')),
    headed as (select coalesce(range_agg(l.during), '{}') as times from leader l where l.duty = 'centre_lead'),
    charge as (
      select l.person_id, tstzmultirange(l.during * h.during) - case
          when h.duty not in ('district_lead', 'centre_lead') and l.duty = 'district_lead' then headed.times else '{}' end as times
      from leader l join held h on h.person_id <> l.person_id and l.during && h.during cross join headed
      where case
        when h.duty = 'district_lead' then l.district = 'city' and l.duty = 'district_lead'
        when h.duty = 'centre_lead' then h.district = l.district and l.duty = 'district_lead'
        else h.district = l.district end)
    select x.person_id, p.name, lower(r), upper(r)
    from (select c.person_id, range_agg(t) as times from charge c cross join lateral unnest(c.times) t group by c.person_id) x
      join kernel.person p on p.id = x.person_id cross join lateral unnest(x.times) r
    order by x.person_id, r
$$;

-- Persons of an office whose password ages, with the time they have an account.
create function people.password_spans(in_district text) returns table (person_id uuid, name text, since timestamptz, until timestamptz)
  language sql stable security definer set search_path = pg_catalog as $$
    select p.id, p.name, p.active_from, least(p.active_to, c.closed_at) from kernel.account c join kernel.person p on p.id = c.person_id
    where p.district = in_district and c.ages and p.active_from < coalesce(least(p.active_to, c.closed_at), 'infinity') order by p.id, c.id
$$;
-- When each of them set a password, wherever that stands in the log.
create function people.password_set(in_district text) returns table (id uuid, at timestamptz, person_id text, district text)
  language sql stable security definer set search_path = pg_catalog as $$
    select a.id, a.at, p.id::text, a.district
    from kernel.district d join kernel.act a on a.district = d.id and a.type in ('account.changePassword', 'account.activate') and a.outcome = 'done'
      join kernel.person p on p.id::text = case when a.type = 'account.activate' then a.subject_id else a.person_id::text end
    where p.district = in_district
$$;
revoke execute on function people.review_spans(text), people.password_spans(text), people.password_set(text) from public;
grant execute on function people.review_spans(text), people.password_spans(text), people.password_set(text) to mingbu_app, mingbu_auditor;
