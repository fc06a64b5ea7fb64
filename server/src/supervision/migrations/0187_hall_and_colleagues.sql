-- 0187 hall: leaders as they signed in at the window, and until then the planned turn, said as such; colleagues told to who plans there
-- Why:    clauses 3.1 to 3.3: who holds a post at the window for a day does not sit there yet. The screen showed leaders by what they were granted.
--         6.1: who works in an office was listed to leaders of other offices, who may give nobody an item there.
-- Change: one function replaced, one added.  Locks: none.  Data: none.  Undo: go forward.
-- Limits: counts, and names of leaders at a window or planned for it in this half-day; no case, no property, no other person.
create or replace function supervision.hall(office text) returns jsonb
  language sql stable security definer set search_path = pg_catalog as $$
    with n as (select m.at, kernel.day_of(m.at) as day, kernel.day_of(m.at)::timestamp at time zone 'Asia/Shanghai' as today from (select kernel.now() as at) m),
    -- Signed in and not out, while the post is held and the windows are open.
    sitting as (select w.person_id, w.duty, w.window_no, w.at as from_, least(upper(g.during), t.until, supervision.window_closing(n.day)) as until, true as signed_in
      from n, supervision.window_turn w join people.temporary_duty t on t.district = w.district and t.id = w.temporary_id
        join kernel.duty_grant g on g.district = t.district and g.temporary_id = t.id
      where w.district = office and w.at >= n.today and g.during @> n.at and n.at < supervision.window_closing(n.day)
        and not exists (select from supervision.window_end e where e.district = w.district and e.turn_id = w.id)),
    -- The rota of this half-day, where nobody sits and whom it names has not been there; from as early as one may sign in.
    planned as (select r.person_id, r.duty, r.window_no, lower(h.during) as from_, upper(h.during) as until, false as signed_in
      from n, supervision.window_rota r cross join lateral (select supervision.window_half(r.day, r.half) as during) h
      where r.district = office and r.day = n.day and r.state = 'planned' and n.at >= lower(h.during) - interval '1 hour' and n.at < upper(h.during)
        and supervision.is_working_day(n.day)
        and not exists (select from sitting s where s.person_id = r.person_id or (s.duty, s.window_no) = (r.duty, r.window_no))
        and not exists (select from supervision.window_turn w where w.district = r.district and w.rota_id = r.id)
        and not exists (select from people.absence a where a.person_id = r.person_id and a.withdrawn_at is null and a.during && h.during))
    select jsonb_build_object(
      'id', d.id, 'zh', d.name_zh, 'en', d.name_en, 'at', n.at,
      'applied', (select count(*)::int from cases.case c where c.district = d.id and c.applied_at >= n.today),
      'finished', (select count(*)::int from cases.case c where c.district = d.id and c.state = 'archived' and c.closed_at >= n.today),
      'underWay', (select count(*)::int from cases.case c where c.district = d.id and c.state in ('applied', 'in_progress', 'suspended')),
      'late', (select count(*)::int from cases.case c where c.district = d.id and c.state = 'in_progress' and c.promised_due < n.at),
      'leaders', (select coalesce(jsonb_agg(jsonb_build_object('name', p.name, 'duty', x.duty, 'windowNo', x.window_no, 'from', x.from_, 'until', x.until,
          'signedIn', x.signed_in) order by x.signed_in desc, x.window_no, x.from_), '[]')
        from (select * from sitting union all select * from planned) x join kernel.person p on p.id = x.person_id))
    from kernel.district d, n where d.id = office and not d.is_city
$$;

-- Who may be given an item of an office's plan, told to a leader of that office or of the bureau; never oneself.
create function supervision.plan_colleagues(office text) returns table (id uuid, name text)
  language sql stable security definer set search_path = pg_catalog as $$
    select p.id, p.name from kernel.person p
    where p.district = office and p.id <> kernel.act_person() and (p.active_to is null or p.active_to > kernel.now()) and kernel.act_district() in (office, 'city')
      and exists (select from kernel.duty_grant g where g.person_id = kernel.act_person() and g.duty in ('centre_lead', 'district_lead') and g.during @> kernel.now())
    order by p.name, p.id limit 1000
$$;
revoke execute on function supervision.plan_colleagues(text) from public;
grant execute on function supervision.plan_colleagues(text) to mingbu_app;
