-- 0080 told unasked: quiet changes to an account or to the machine's settings show by themselves
-- Why:    clauses 6.2, 6.3. Who guesses tickets from one address waits as who guesses passwords does; the holder of an account is
--         told of devices and passwords that changed since they were last here; administrators see who has no device; and what
--         the settings are is held against the orders that changed them.
-- Change: redeem_ticket takes an address, sign_in_notes tells more, roster knows 'no_device', account_of counts devices.
-- Locks: none.  Data: none rewritten.  Undo: put the functions of 0042, 0048 and 0063 back, drop the view.

---------------------------------------------------------------------------------------------------
-- Settings in force, as the auditor compares them with the orders that were carried out.
---------------------------------------------------------------------------------------------------
insert into people.setting_bound values
  ('address_tries_max', 'kernel', 5, 1000, '同一地址登录失败上限（次）', 'Failed sign-ins from one address before it waits'),
  ('address_names_max', 'kernel', 3, 100, '同一地址一小时内试用户名阈值', 'Names tried from one address in an hour');
create view people.setting_in_force as
  select 'city'::text as district, b.name, b.low, b.high,
    case b.store when 'kernel' then (select s.value from kernel.setting s where s.name = b.name)
      else (select s.value::text from people.access_setting s where s.name = b.name) end as value
  from people.setting_bound b;
grant select on people.setting_in_force to mingbu_auditor;

---------------------------------------------------------------------------------------------------
-- Tickets: an address that shows wrong ones waits, by the counts and delays of sign-in.
---------------------------------------------------------------------------------------------------
create function people.count_wrong_ticket(login text, at_address text) returns void
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (kernel.tx()).refused_type is distinct from 'account.activate' then raise exception 'not a refused activation' using errcode = 'MB020'; end if;
  if at_address is not null then perform kernel.count_address(at_address, login); end if;
end $$;

-- As in 0048, and not for an address that waits. A device of one's own is no exception here: nobody who activates has one.
drop function people.redeem_ticket(text, text, bytea, bytea[]);
create function people.redeem_ticket(login text, ticket text, derived bytea, variants bytea[], at_address text default null) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); stands text; k people.ticket; answer jsonb; seconds integer;
begin
  if t.act_type is distinct from 'account.activate' then raise exception 'tickets are redeemed only in their act' using errcode = 'MB045'; end if;
  seconds := kernel.address_waits(at_address, login, null);
  if seconds is not null then return jsonb_build_object('status', 'address_waits', 'seconds', seconds); end if;
  select * into k from people.ticket x where x.hash = people.ticket_hash(redeem_ticket.ticket) for update;
  stands := people.ticket_stands(login, redeem_ticket.ticket);
  if stands <> 'ok' then return jsonb_build_object('status', stands); end if;
  answer := kernel.set_password((select id from kernel.account where person_id = k.person_id and closed_at is null), derived, variants);
  if answer ->> 'status' = 'ok' then
    update people.ticket x set used_at = t.at where x.id = k.id;
    perform kernel.end_sessions(k.person_id, 'password');
    answer := answer || jsonb_build_object('person', k.person_id);
  end if;
  return answer;
end $$;

---------------------------------------------------------------------------------------------------
-- As in 0063, and what was done to the account since its holder came the time before: devices registered or ended, the password.
---------------------------------------------------------------------------------------------------
create or replace function people.sign_in_notes() returns jsonb
  language sql stable security definer set search_path = pg_catalog
  as $$
    with own as (select s.* from kernel.session s where s.id = (kernel.tx()).session_id),
    earlier as (select e.* from kernel.session e, own where e.person_id = own.person_id and e.id <> own.id and e.started_at <= own.started_at),
    last as (select max(e.started_at) as at from earlier e),
    changed as (
      select f.label, f.added_at as at, 'added' as what from people.factor f, own, last
        where f.person_id = own.person_id and f.added_at > last.at and f.added_at <= own.started_at
      union all
      select f.label, f.ended_at, 'ended' from people.factor f, own, last
        where f.person_id = own.person_id and f.ended_at > last.at and f.ended_at <= own.started_at)
    select jsonb_build_object('failed', own.failed_before,
      'newHere', own.device_id is not null and exists (select from earlier e where e.device_id is not null) and not exists (select from earlier e where e.device_id = own.device_id),
      'newElsewhere', (select coalesce(jsonb_agg(jsonb_build_object('workstation', n.workstation, 'at', n.started_at) order by n.started_at), '[]') from (
        select distinct on (e.device_id) e.device_id, e.workstation, e.started_at from earlier e
        where e.device_id <> own.device_id order by e.device_id, e.started_at) n
        where n.started_at > (select max(e.started_at) from earlier e where e.device_id = own.device_id)),
      'devices', (select coalesce(jsonb_agg(jsonb_build_object('label', c.label, 'at', c.at, 'what', c.what) order by c.at, c.what), '[]') from changed c),
      'passwordAt', (select a.changed_at from kernel.account a, last
        where a.person_id = own.person_id and a.closed_at is null and a.changed_at > last.at and a.changed_at <= own.started_at))
    from own
  $$;

---------------------------------------------------------------------------------------------------
-- As in 0042, and who has no device to confirm with, for those who look after accounts.
---------------------------------------------------------------------------------------------------
create or replace function people.roster(wanted text, of_district text, of_unit text, of_post text, of_state text, after_name text, after_id uuid, at_most integer)
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
      or (of_state = 'no_device' and x.state <> 'left' and x.username is not null and not people.has_device(x.id)
        and kernel.duties_of((kernel.tx()).person_id) && array['centre_lead', 'district_lead', 'inspection', 'admin_system', 'admin_security', 'admin_audit'])
    order by x.name collate "C", x.id limit at_most
  $$;

create or replace function people.account_of(who uuid) returns jsonb
  language plpgsql stable security definer set search_path = pg_catalog
  as $$
  begin
    return (select jsonb_build_object('username', a.username, 'changedAt', a.changed_at, 'closedAt', a.closed_at,
      'lockedUntil', case when a.locked_until > kernel.now() then a.locked_until end, 'resetAt', a.reset_at,
      'devices', (select count(*) from people.factor f where f.person_id = who and f.ended_at is null),
      'session', (select jsonb_build_object('workstation', s.workstation, 'startedAt', s.started_at) from kernel.session s
        where s.person_id = who and s.ended_at is null and s.expires_at > kernel.now()),
      'ticketUntil', (select max(k.expires_at) from people.ticket k where k.person_id = who and k.used_at is null and k.expires_at > kernel.now()))
    from kernel.account a join kernel.person p on p.id = a.person_id
    where a.person_id = who and ((kernel.tx()).read_all or p.district = (kernel.tx()).district)
      and ((kernel.tx()).person_id = who
        or kernel.duties_of((kernel.tx()).person_id) && array['centre_lead', 'district_lead', 'inspection', 'admin_system', 'admin_security', 'admin_audit'])
    order by a.closed_at is not null, a.id desc limit 1);
  end $$;

revoke execute on function people.count_wrong_ticket(text, text), people.redeem_ticket(text, text, bytea, bytea[], text) from public;
grant execute on function people.count_wrong_ticket(text, text), people.redeem_ticket(text, text, bytea, bytea[], text) to mingbu_app;
