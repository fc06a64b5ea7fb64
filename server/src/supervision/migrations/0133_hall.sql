-- 0133 hall: what the screen in the hall of an office shows everybody
-- Why:    clauses 3.1 to 3.3: who sits at the window is known to who stands before it; what an office takes in and finishes is seen by all.
-- Change: additive.  Locks: none.  Data: none.  Undo: drop the function.
-- Limits: counts, and the names of leaders who are at a window now; no case, no property, no other person.
create function supervision.hall(office text) returns jsonb
  language sql stable security definer set search_path = pg_catalog as $$
    select jsonb_build_object(
      'id', d.id, 'zh', d.name_zh, 'en', d.name_en, 'at', n.at,
      'applied', (select count(*)::int from cases.case c where c.district = d.id and c.applied_at >= n.today),
      'finished', (select count(*)::int from cases.case c where c.district = d.id and c.state = 'archived' and c.closed_at >= n.today),
      'underWay', (select count(*)::int from cases.case c where c.district = d.id and c.state in ('applied', 'in_progress', 'suspended')),
      'late', (select count(*)::int from cases.case c where c.district = d.id and c.state = 'in_progress' and c.promised_due < n.at),
      'leaders', (select coalesce(jsonb_agg(jsonb_build_object('name', p.name, 'duty', t.duty, 'until', t.until) order by t.starts_at), '[]')
        from people.temporary_duty t join kernel.person p on p.id = t.person_id
        where t.district = d.id and t.kind = 'window' and t.state = 'granted' and t.starts_at <= n.at and t.until > n.at
          and exists (select from kernel.duty_grant g where g.district = t.district and g.temporary_id = t.id and g.during @> n.at)))
    from kernel.district d, (select m.at, kernel.day_of(m.at)::timestamp at time zone 'Asia/Shanghai' as today from (select kernel.now() as at) m) n
    where d.id = office and not d.is_city
$$;
revoke execute on function supervision.hall(text) from public;
grant execute on function supervision.hall(text) to mingbu_app;
