-- 0048 board and watch: who is signed in, who ended whose session, and what tells that an account is shared
-- Why:    clause 6.3, rules R-02, R-04, R-08 to R-11. A rule that the database enforces is still watched: the watch proves it.
-- Change: additive; one function replaced under its name.  Locks: kernel.unknown_name, briefly.
-- Data:   none rewritten.  Undo: drop the functions.

-- Ends another person's session, in its own act, with a reason the other is told. Returns whose it was; null when there is none
-- in this office.
create function kernel.end_session(of uuid, reason text) returns uuid
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); who uuid;
begin
  if t.act_type is distinct from 'session.end' then raise exception 'another''s session ends only in its act' using errcode = 'MB020'; end if;
  update kernel.session s set ended_at = kernel.now(), end_reason = 'ended', ended_by = t.person_id, end_note = reason
    from kernel.person p
    where s.id = of and s.ended_at is null and p.id = s.person_id and p.id <> t.person_id and (p.district = t.district or t.read_all)
    returning s.person_id into who;
  return who;
end $$;

-- As in 0046, and says of which session it speaks: a browser may have another by now than the page that asks.
drop function kernel.session_states(bytea[]);
create function kernel.session_states(tokens bytea[]) returns table (no integer, session uuid, state text, told jsonb)
  language sql stable security definer set search_path = pg_catalog
  as $$
    select x.no::integer, x.id,
      case when x.id is null then 'unknown' when x.why is not null then 'ended' when x.bar is not null then x.bar
        when x.password_until <= kernel.now() then 'password_expired' else 'live' end,
      case when x.why is not null then jsonb_strip_nulls(jsonb_build_object(
        'reason', x.why,
        'at', to_char(coalesce(x.ended_at, least(x.expires_at, x.active_to, kernel.now())) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'startedAt', to_char(x.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'by', case when x.why = 'ended' then (select b.name from kernel.person b where b.id = x.ended_by) end,
        'note', case when x.why = 'ended' then x.end_note end,
        'workstation', case when x.why = 'superseded' then (select n.workstation from kernel.session n where n.id = x.ended_by_session) end)) end
    from (
      select u.no, s.*, p.active_to,
        case when s.ended_at is not null then s.end_reason when p.active_to <= kernel.now() then 'left' when people.is_absent(p.id) then 'absent'
          when s.expires_at <= kernel.now() then 'expired' end as why
      from unnest(tokens) with ordinality as u (token, no)
        left join kernel.session s on s.token_hash = sha256(substring(u.token for 32))
          and s.device_hash is not distinct from case when octet_length(u.token) > 32 then sha256(substring(u.token from 33)) end
        left join kernel.person p on p.id = s.person_id) x
  $$;

-- What acts commit to, as in 0040 and 0046, and whether a password is one that does not age, and to which secret a session is bound.
create or replace view kernel.account_seen as
  select a.id, coalesce(p.enrolled_in, p.district) as district, a.person_id, a.username, a.changed_at, a.closed_at,
    sha256(convert_to('password:' || s.value || a.kdf, 'UTF8') || a.salt || a.verifier) as password, nullif(a.ages, true) as ages
  from kernel.account a join kernel.person p on p.id = a.person_id join kernel.setting s on s.name = 'salt_pepper';
create or replace view kernel.session_seen as
  select s.id, coalesce(p.enrolled_in, p.district) as district, s.person_id, s.workstation, s.started_at, s.expires_at, sha256(s.token_hash) as token,
    s.device_id, sha256(s.device_hash) as device
  from kernel.session s join kernel.person p on p.id = s.person_id;

-- Live sessions the present reader may see: of the office, or of the whole city for those of the bureau.
create function people.live_sessions() returns table (id uuid, person_id uuid, name text, district text, workstation text, device uuid,
                                                      started_at timestamptz, bar text, last_at timestamptz, last_type text)
  language sql stable security definer set search_path = pg_catalog
  as $$
    select s.id, p.id, p.name, p.district, s.workstation, s.device_id, s.started_at,
      coalesce(s.bar, case when s.password_until <= kernel.now() then 'password_expired' end), a.at, a.type
    from kernel.session s join kernel.person p on p.id = s.person_id
      left join lateral (select a.at, a.type from kernel.act a where a.district = p.district and a.person_id = p.id and a.session_id = s.id
        order by a.seq desc limit 1) a on true
    where s.ended_at is null and s.expires_at > kernel.now() and (p.active_to is null or p.active_to > kernel.now())
      and (p.district = (kernel.tx()).district or (kernel.tx()).read_all)
    order by s.started_at desc, s.id
  $$;

-- One's own sessions, newest first, and how each ended.
create function people.my_sessions() returns table (id uuid, workstation text, device uuid, started_at timestamptz, ended_at timestamptz,
                                                    end_reason text, ended_by text, note text, present boolean)
  language sql stable security definer set search_path = pg_catalog
  as $$
    select s.id, s.workstation, s.device_id, s.started_at,
      coalesce(s.ended_at, case when s.expires_at <= kernel.now() then s.expires_at end),
      coalesce(s.end_reason, case when s.expires_at <= kernel.now() then 'expired' end),
      (select b.name from kernel.person b where b.id = s.ended_by and s.end_reason = 'ended'), s.end_note, s.id = (kernel.tx()).session_id
    from kernel.session s where s.person_id = (kernel.tx()).person_id
    order by s.started_at desc, s.id desc limit 100
  $$;

-- The name of whom a good ticket is for, so that it is kept out of the password. Null for any other ticket.
create function people.ticket_name(login text, ticket text) returns text
  language sql stable security definer set search_path = pg_catalog
  as $$
    select p.name from people.ticket k join kernel.person p on p.id = k.person_id
    where k.hash = people.ticket_hash(ticket) and people.ticket_stands(login, ticket) = 'ok'
  $$;

-- As in 0047, where `ticket` could mean the table as well.
create or replace function people.redeem_ticket(login text, ticket text, derived bytea, variants bytea[]) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); stands text; k people.ticket; answer jsonb;
begin
  if t.act_type is distinct from 'account.activate' then raise exception 'tickets are redeemed only in their act' using errcode = 'MB045'; end if;
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


-- Names nobody has are forgotten a day after their last try, so that trying many does not fill the disk.
alter table kernel.unknown_name add column tried_at timestamptz not null default kernel.now();
create index unknown_name_tried on kernel.unknown_name (tried_at);
create or replace function kernel.count_failure(login text) returns void
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); who uuid;
begin
  if t.refused_type in ('session.unlock', 'account.changePassword') or t.refused_type like 'factor.%' then
    perform kernel.count_failure_of(t.person_id);
    return;
  end if;
  if t.refused_type is distinct from 'session.signIn' then raise exception 'not a refused sign-in' using errcode = 'MB020'; end if;
  select person_id into who from kernel.account where username = login and closed_at is null;
  if found then
    perform kernel.count_failure_of(who);
  else
    delete from kernel.unknown_name where tried_at < kernel.now() - interval '2 days' and (locked_until is null or locked_until <= kernel.now());
    insert into kernel.unknown_name as u values (kernel.name_hash(login), 1, null, kernel.now())
    on conflict (name_hash) do update set failures = u.failures + 1, locked_until = kernel.lock_after(u.failures + 1), tried_at = kernel.now()
    where u.locked_until is null or u.locked_until <= kernel.now();
  end if;
end $$;

-- Minutes after which an unattended window is locked.
create function kernel.idle_minutes() returns integer
  language sql stable security definer set search_path = pg_catalog
  as $$ select coalesce((select value::integer from kernel.setting where name = 'idle_minutes'), 10) $$;

-- Locks sessions of which the server has heard nothing for that long. It can only shorten what it holds open.
create function kernel.lock_idle(tokens bytea[]) returns integer
  language sql security definer set search_path = pg_catalog
  as $$
    with locked as (
      update kernel.session set bar = 'session_locked', barred_at = kernel.now()
      where token_hash in (select sha256(substring(t for 32)) from unnest(tokens) t) and ended_at is null and bar is null returning 1)
    select count(*)::integer from locked
  $$;

---------------------------------------------------------------------------------------------------
-- What the watch finds. Each row is one fault since `since`, under a key that stays the same; a fault a finding was opened for
-- is not told again, whatever became of the finding.
---------------------------------------------------------------------------------------------------
create function people.account_faults(since timestamptz) returns table (kind text, district text, subject uuid, key text, detail text)
  language sql stable security definer set search_path = pg_catalog
  as $$
    with used as (
      select s.*, p.district, p.active_to from kernel.session s join kernel.person p on p.id = s.person_id
      where s.started_at > since or s.ended_at > since or (s.ended_at is null and s.expires_at > since)),
    acted as (
      select a.* from kernel.act a where a.at > since and a.person_id is not null),
    found as (
      -- R-04: a token came from a device it was not given to.
      select 'token_carried' as kind, u.district, u.person_id as subject, u.id::text as key, u.workstation as detail
      from used u where u.end_reason = 'foreign_device' and u.ended_at > since
      union all
      -- R-04: something was done in one session less than a minute before the same account was signed in on another device.
      select 'account_two_places', n.district, n.person_id, n.id::text, o.workstation || ' → ' || n.workstation
      from used n join kernel.session o on o.ended_by_session = n.id and o.person_id = n.person_id and o.end_reason = 'superseded'
        and o.device_id <> n.device_id
      where n.started_at > since
        and exists (select from kernel.act a where a.district = n.district and a.person_id = n.person_id and a.session_id = o.id
          and a.at > n.started_at - interval '60 seconds' and a.at <= n.started_at)
      union all
      -- R-04: to and fro between devices: three changes in half an hour.
      select 'account_to_and_fro', n.district, n.person_id, n.person_id::text || to_char(n.started_at, ':YYYYMMDD'), string_agg(distinct n.workstation, '、')
      from used n where n.started_at > since and n.device_id is not null and 3 <= (
        select count(*) from kernel.session x join kernel.session y on y.ended_by_session = x.id and y.person_id = x.person_id and y.device_id <> x.device_id
        where x.person_id = n.person_id and x.started_at between n.started_at - interval '30 minutes' and n.started_at)
      group by n.district, n.person_id, to_char(n.started_at, ':YYYYMMDD')
      union all
      -- R-02: somebody signed in at a device where another's session was open, or had been used within ten minutes and not signed out.
      select 'typed_as_another', n.district, n.person_id, n.device_id::text || to_char(n.started_at, ':YYYYMMDD'), max(n.workstation)
      from used n join kernel.session o on o.device_id = n.device_id and o.person_id <> n.person_id
        and (o.ended_by_session = n.id or (o.ended_at between n.started_at - interval '10 minutes' and n.started_at and o.end_reason <> 'signed_out'))
      where n.started_at > since
      group by n.district, n.person_id, n.device_id, to_char(n.started_at, ':YYYYMMDD')
      union all
      -- R-02: more than three persons at one device within a day.
      select 'device_many_accounts', min(n.district), (array_agg(n.person_id order by n.started_at))[1], n.device_id::text || to_char(n.started_at, ':YYYYMMDD'),
        count(distinct n.person_id)::text
      from used n where n.device_id is not null and n.started_at > since
      group by n.device_id, to_char(n.started_at, ':YYYYMMDD') having count(distinct n.person_id) > 3
      union all
      -- R-08: something was done under a password older than a quarter.
      select 'password_overdue', p.district, p.id, c.id::text || to_char(c.changed_at, ':YYYYMMDD'), to_char(c.changed_at, 'YYYY-MM-DD')
      from kernel.account c join kernel.person p on p.id = c.person_id
      where c.ages and c.closed_at is null and c.changed_at + interval '90 days' < kernel.now()
        and exists (select from acted a join kernel.act_type t on t.type = a.type where a.person_id = p.id and a.outcome = 'done'
          and a.at > c.changed_at + interval '90 days' and not 'password_expired' = any (t.despite))
      union all
      -- R-09: an account that is open an hour after its person left, or anything done after.
      select 'leaver_active', p.district, p.id, p.id::text || to_char(p.active_to, ':YYYYMMDD'), to_char(p.active_to, 'YYYY-MM-DD')
      from kernel.person p where p.active_to <= kernel.now()
        and (exists (select from kernel.account c where c.person_id = p.id and c.closed_at is null and p.active_to < kernel.now() - interval '1 hour')
          or exists (select from acted a where a.person_id = p.id and a.at > p.active_to and a.outcome = 'done')
          or exists (select from kernel.session s where s.person_id = p.id and s.started_at > p.active_to))
      union all
      -- R-10: something was done, or a session opened, while its person was on leave.
      select 'used_on_leave', p.district, p.id, b.id::text, to_char(lower(b.during), 'YYYY-MM-DD')
      from people.absence b join kernel.person p on p.id = b.person_id
      where b.withdrawn_at is null and b.during && tstzrange(since, kernel.now())
        and (exists (select from acted a where a.person_id = p.id and b.during @> a.at and a.outcome = 'done')
          or exists (select from used u where u.person_id = p.id and b.during @> u.started_at))
      union all
      -- R-10: the right password of somebody on leave was given.
      select 'tried_on_leave', p.district, p.id, p.id::text || to_char(a.at, ':YYYYMMDD'), count(*)::text
      from kernel.act a join kernel.act_value v on v.district = a.district and v.act_id = a.id and v.field = 'in.username'
        join kernel.account c on c.username = (convert_from(v.value, 'UTF8')::jsonb #>> '{}') and c.closed_at is null join kernel.person p on p.id = c.person_id
      where a.type = 'session.signIn' and a.refusal = 'absent' and a.at > since and v.value is not null
      group by p.district, p.id, to_char(a.at, ':YYYYMMDD')
      union all
      -- A ticket shown again, or three wrong ones under one name within a day.
      select 'ticket_misused', p.district, p.id, p.id::text || to_char(a.at, ':YYYYMMDD') || a.refusal, a.refusal
      from kernel.act a join kernel.act_value v on v.district = a.district and v.act_id = a.id and v.field = 'in.username'
        join kernel.account c on c.username = (convert_from(v.value, 'UTF8')::jsonb #>> '{}') and c.closed_at is null join kernel.person p on p.id = c.person_id
      where a.type = 'account.activate' and a.refusal in ('ticket_used', 'ticket_wrong') and a.at > since and v.value is not null
      group by p.district, p.id, to_char(a.at, ':YYYYMMDD'), a.refusal having a.refusal = 'ticket_used' or count(*) >= 3)
    select distinct on (f.kind, f.key) f.kind, f.district, f.subject, f.kind || ':' || f.key, coalesce(f.detail, '')
    from found f
    where not exists (select from kernel.finding k where k.district = f.district and k.dedupe_key = f.kind || ':' || f.key)
    order by f.kind, f.key
  $$;

-- R-11: who did something between two moments, office by office.
create function people.acted_between(from_ timestamptz, to_ timestamptz) returns table (district text, subject uuid, acts bigint)
  language sql stable security definer set search_path = pg_catalog
  as $$
    select a.district, a.person_id, count(*) from kernel.act a
    where a.at >= from_ and a.at < to_ and a.person_id is not null and a.outcome = 'done' and a.type !~ '^(session|account|factor|finding)\.'
    group by a.district, a.person_id order by a.district, a.person_id
  $$;

revoke execute on function kernel.session_states(bytea[]), kernel.end_session(uuid, text), people.live_sessions(), people.my_sessions(), people.ticket_name(text, text), kernel.lock_idle(bytea[]), kernel.idle_minutes(),
  people.account_faults(timestamptz), people.acted_between(timestamptz, timestamptz) from public;
grant execute on function kernel.session_states(bytea[]), kernel.end_session(uuid, text), people.live_sessions(), people.my_sessions(), people.ticket_name(text, text), kernel.lock_idle(bytea[]), kernel.idle_minutes()
  to mingbu_app;
grant execute on function people.account_faults(timestamptz), people.acted_between(timestamptz, timestamptz) to mingbu_auditor;
