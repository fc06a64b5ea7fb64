-- 0042 roster: who is who, for colleagues and administrators; what screens need of accounts without reading them
-- Why:    clauses 1.1, 6.3 and 7.5. People and posts are looked up by name with an index under row security; the state of an
--         account is shown to its person and to those who supervise, and never a secret of it.
-- Change: additive.  Locks: none.  Data: none.  Undo: drop the functions.

-- The state of a person, as everybody in the office may know it.
create function people.state_of(p kernel.person) returns text
  language sql stable set search_path = pg_catalog
  as $$
    select case when p.active_to <= kernel.now() then 'left' when p.active_from > kernel.now() then 'coming'
      when people.is_absent(p.id) then 'absent' when p.active_to is not null then 'leaving' else 'here' end
  $$;

-- Present posts of a person with their unit, for lists.
create function people.holdings_of(who uuid) returns jsonb
  language sql stable security definer set search_path = pg_catalog
  as $$
    select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'district', o.district, 'zh', o.name_zh, 'en', o.name_en, 'kind', h.kind, 'risk', o.risk,
      'unit', case when u.id is not null then jsonb_build_object('id', u.id, 'zh', u.name_zh, 'en', u.name_en) end) order by h.kind <> 'regular', o.id), '[]')
    from people.holding h join people.post o on o.district = h.district and o.id = h.post
      left join people.unit u on u.district = o.district and u.id = o.unit
    where h.person_id = who and h.during @> kernel.now()
  $$;

-- One page of people by name. Search in a function of the owner, so that its indexes are used; the reader's offices only.
create function people.roster(wanted text, of_district text, of_unit text, of_post text, of_state text, after_name text, after_id uuid, at_most integer)
  returns table (id uuid, name text, username text, district text, state text, posts jsonb, active_from timestamptz, active_to timestamptz)
  language sql stable security definer set search_path = pg_catalog
  as $$
    select x.id, x.name, x.username, x.district, x.state, people.holdings_of(x.id), x.active_from, x.active_to from (
      select p.id, p.name, a.username, p.district, people.state_of(p) as state, p.active_from, p.active_to
      from kernel.person p left join kernel.account a on a.person_id = p.id and a.closed_at is null
      where (kernel.tx()).state in ('reading', 'acting')
        and ((kernel.tx()).read_all or p.district = (kernel.tx()).district)
        and (of_district is null or p.district = of_district)
        and (wanted is null or position(wanted in p.name) > 0 or a.username like wanted || '%')
        and (after_name is null or (p.name collate "C", p.id) > (after_name collate "C", after_id))
        and (of_unit is null or exists (select from people.holding h join people.post o on o.district = h.district and o.id = h.post
          where h.person_id = p.id and h.during @> kernel.now() and o.unit = of_unit))
        and (of_post is null or exists (select from people.holding h where h.person_id = p.id and h.during @> kernel.now() and h.post = of_post))) x
    where of_state is null or x.state = of_state or (of_state = 'present' and x.state <> 'left')
    order by x.name collate "C", x.id limit at_most
  $$;

-- Account and session of a person, for themselves and for those whose duty it is; null for anybody else.
create function people.account_of(who uuid) returns jsonb
  language plpgsql stable security definer set search_path = pg_catalog
  as $$
  begin
    return (select jsonb_build_object('username', a.username, 'changedAt', a.changed_at, 'closedAt', a.closed_at,
      'lockedUntil', case when a.locked_until > kernel.now() then a.locked_until end, 'resetAt', a.reset_at,
      'session', (select jsonb_build_object('workstation', s.workstation, 'startedAt', s.started_at) from kernel.session s
        where s.person_id = who and s.ended_at is null and s.expires_at > kernel.now()),
      'ticketUntil', (select max(k.expires_at) from people.ticket k where k.person_id = who and k.used_at is null and k.expires_at > kernel.now()))
    from kernel.account a join kernel.person p on p.id = a.person_id
    where a.person_id = who and ((kernel.tx()).read_all or p.district = (kernel.tx()).district)
      and ((kernel.tx()).person_id = who
        or kernel.duties_of((kernel.tx()).person_id) && array['centre_lead', 'district_lead', 'inspection', 'admin_system', 'admin_security', 'admin_audit'])
    order by a.closed_at is not null, a.id desc limit 1);
  end $$;

-- Tickets handed over and not yet used, for the administrators.
create function people.open_tickets() returns table (person_id uuid, name text, district text, purpose text, made_at timestamptz, expires_at timestamptz)
  language plpgsql stable security definer set search_path = pg_catalog
  as $$
  begin
    return query select k.person_id, p.name, p.district, k.purpose, k.made_at, k.expires_at from people.ticket k join kernel.person p on p.id = k.person_id
    where k.used_at is null and k.expires_at > kernel.now()
      and kernel.duties_of((kernel.tx()).person_id) && array['admin_system', 'admin_security', 'admin_audit']
    order by k.expires_at;
  end $$;
revoke execute on function people.state_of(kernel.person), people.holdings_of(uuid), people.roster(text, text, text, text, text, text, uuid, integer),
  people.account_of(uuid), people.open_tickets() from public;
grant execute on function people.state_of(kernel.person), people.holdings_of(uuid), people.roster(text, text, text, text, text, text, uuid, integer),
  people.account_of(uuid), people.open_tickets() to mingbu_app;
