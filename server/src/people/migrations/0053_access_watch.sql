-- 0053 access watch: attempts beyond one's scope are counted, and odd looks are found
-- Why:    clause 6.7, regular supervision; R-35 to R-38. Reads what acts left; nothing is typed in.
-- Change: additive.  Locks: none.  Data: none.  Undo: drop the functions.

-- Refused attempts to see or move what lies beyond a person's scope: a look without case or purpose, somebody else's case or unit in
-- another office, a question by person without purpose, an act whose duty is not held. Of every office the reader sees.
create function people.over_scope(since timestamptz, until_ timestamptz)
  returns table (district text, person_id uuid, act_id uuid, at timestamptz, type text, refusal text)
  language sql stable security definer set search_path = pg_catalog as $$
    select a.district, a.person_id, a.id, a.at, a.type, a.refusal
    from kernel.act a
    where a.at >= since and a.at < until_ and a.outcome = 'refused' and a.person_id is not null
      and (session_user <> 'mingbu_app' or a.district = kernel.act_district() or kernel.may_read_all())
      and (a.refusal in ('look_without_case', 'look_purpose_not_yours', 'business_not_granted')
        or (a.type in ('register.view', 'register.print', 'register.holders', 'register.holdings', 'case.open') and a.refusal in ('no_duty', 'wrong_district'))
        or (a.type = 'register.holdings' and a.refusal = 'invalid_input' and not exists (
          select from kernel.act_value v where v.district = a.district and v.act_id = a.id and v.field = 'in.purpose'))
        or (a.type like 'case.%' and a.refusal = 'not_found' and exists (
          select from cases.case c where c.id::text = a.subject_id and c.district <> a.district))
        or (a.type in ('register.view', 'register.print', 'register.holders') and a.refusal = 'not_found' and exists (
          select from kernel.act_value v join cadastre.unit_code u on u.code = substring(convert_from(v.value, 'UTF8') for 28 from 2) and u.district <> a.district
          where v.district = a.district and v.act_id = a.id and v.field = 'in.unitCode' and octet_length(v.value) = 30)))
$$;

-- What a day's looks of an office show, each fault with the number that tells it; empty where everything was in order.
create function people.look_faults(in_district text, day date)
  returns table (kind text, person_id uuid, unit_code text, n integer, limit_ integer)
  language sql stable security definer set search_path = pg_catalog as $$
    with span as (
        select day::timestamp at time zone 'Asia/Shanghai' as began, (day + 1)::timestamp at time zone 'Asia/Shanghai' as ended),
      looks as (
        select a.person_id, a.id, a.type, a.at, (a.at at time zone 'Asia/Shanghai')::date as on_day from kernel.act a, span s
        where a.district = in_district and a.outcome = 'done' and a.person_id is not null and a.at >= s.began - interval '30 days' and a.at < s.ended
          and a.type in ('register.view', 'register.print', 'register.holdings', 'register.holders')),
      daily as (select l.person_id, l.on_day, count(*)::int as n from looks l group by 1, 2),
      -- Compared with other people's days and one's own earlier ones, never with the day itself.
      usual as (
        select d.person_id, (select avg(o.n) + 3 * coalesce(stddev_pop(o.n), 0) from daily o where not (o.person_id = d.person_id and o.on_day = day)) as bound,
          (select count(*) from daily o where not (o.person_id = d.person_id and o.on_day = day)) as days
        from daily d where d.on_day = day)
    select 'access_over_scope', o.person_id, null, count(*)::int, people.setting('refused_looks_per_day')
    from span s, people.over_scope(s.began, s.ended) o where o.district = in_district
    group by o.person_id having count(*) > people.setting('refused_looks_per_day')
    union all
    select 'access_many_looks', d.person_id, null, d.n, least(people.setting('looks_per_day'), case when u.days >= 10 then ceil(u.bound)::int end)
    from daily d join usual u on u.person_id = d.person_id
    where d.on_day = day and (d.n > people.setting('looks_per_day') or (u.days >= 10 and d.n >= people.setting('looks_for_statistics') and d.n > u.bound))
    union all
    select 'access_same_unit', null, k.unit_code, count(*)::int, people.setting('looks_at_one_unit')
    from register.look k, span s
    where k.district = in_district and k.purpose <> 'case' and k.at >= s.began - interval '30 days' and k.at < s.ended
      and not exists (select from cases.case c where c.district = k.district and c.unit_code = k.unit_code and c.applied_at < s.ended and coalesce(c.closed_at, 'infinity') > s.began - interval '30 days')
    group by k.unit_code
    having count(*) > people.setting('looks_at_one_unit') and max(k.at) >= (select began from span)
    union all
    select 'access_person_sweep', l.person_id, null, sum(jsonb_array_length(convert_from(v.value, 'UTF8')::jsonb -> 'units'))::int, people.setting('units_by_person_per_day')
    from looks l join kernel.act_value v on v.district = in_district and v.act_id = l.id and v.field = 'result' and not v.sealed and v.value is not null
    where l.type = 'register.holdings' and l.on_day = day
    group by l.person_id having sum(jsonb_array_length(convert_from(v.value, 'UTF8')::jsonb -> 'units')) > people.setting('units_by_person_per_day')
    union all
    select 'access_idle_holders', l.person_id, null, count(*)::int, people.setting('application_looks_unused')
    from looks l join kernel.act a on a.district = in_district and a.id = l.id
    where l.type = 'register.holders' and l.on_day = day
      and not exists (select from cases.case c where c.district = in_district and c.unit_code = a.subject_id and c.applied_at >= l.at - interval '1 day' and c.applied_at < l.at + interval '1 day')
    group by l.person_id having count(*) > people.setting('application_looks_unused')
$$;

-- Acts by others that looked at a person's own register pages, or were done to their account, newest first: one's own only.
create function people.looks_at_me(before_at timestamptz, before_seq bigint, at_most integer)
  returns table (district text, id uuid, seq bigint, at timestamptz, type text, person text, outcome text, unit_code text, purpose text, leaf bigint, signed boolean)
  language sql stable security definer set search_path = pg_catalog as $$
    with me as (select (kernel.tx()).person_id as id),
      units as (
        select distinct l.district, l.unit_code, l.legal_from from me join people.identity i on i.person_id = me.id
          join register.party p on p.id_hash = i.id_hash
          join register.entry_party ep on ep.district = p.district and ep.party_id = p.id and ep.role in ('holder', 'mortgagee')
          join register.live l on l.district = ep.district and l.entry_id = ep.entry_id),
      found as (
        select u.district, o.act_id, u.unit_code from units u, evidence.acts_on('unit', u.unit_code, array[u.district]) o
        union
        select o.district, o.act_id, null from me, evidence.acts_on('person', me.id::text, array[(select p.district from kernel.person p where p.id = me.id), 'city']) o)
    select a.district, a.id, a.seq, a.at, a.type, coalesce(p.name, a.actor), a.outcome, f.unit_code,
      (select convert_from(v.value, 'UTF8')::jsonb #>> '{}' from kernel.act_value v
       where v.district = a.district and v.act_id = a.id and v.field = 'in.purpose' and not v.sealed and a.outcome = 'done'),
      l.idx, coalesce(l.idx < (select max(k.size) from evidence.published k where k.district = a.district), false)
    from (select f.district, f.act_id, max(f.unit_code) as unit_code from found f group by 1, 2) f
      join kernel.act a on a.district = f.district and a.id = f.act_id
      left join kernel.person p on p.id = a.person_id
      left join evidence.leaf l on l.district = a.district and l.act_id = a.id
    where a.person_id is distinct from (select id from me)
      and (f.unit_code is null or a.type in ('register.view', 'register.print', 'register.holders', 'register.holdings', 'register.ownLooks'))
      and (before_at is null or (a.at, a.seq) < (before_at, before_seq))
    order by a.at desc, a.seq desc limit least(at_most, 201)
$$;
revoke execute on function people.over_scope(timestamptz, timestamptz), people.look_faults(text, date), people.looks_at_me(timestamptz, bigint, integer) from public;
grant execute on function people.over_scope(timestamptz, timestamptz), people.look_faults(text, date) to mingbu_app, mingbu_auditor;
grant execute on function people.looks_at_me(timestamptz, bigint, integer) to mingbu_app;
