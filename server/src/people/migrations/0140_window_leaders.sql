-- 0140 window leaders: which posts owe window duty and how much, and window duty for whoever holds one of them
-- Why:    clause 3.1 names posts: heads of the city's registration bureau, in each district; section chiefs and heads of centres; middle
--         managers of a centre. Some of these hold no duty of a leader, and those of the city sit in other offices than their own.
-- Change: additive; people.guard_temporary asks for the post as well.  Locks: none.  Data: none.
-- Undo:   restore the function of 0057 and drop the table while it is empty; afterwards go forward.

-- What a post owes from a day on. A post without a line owes by its level in the chain of responsibility (people.window_quotas).
create table people.window_quota (
  district  text not null,
  post      text not null,
  since     date not null,
  quota     text not null check (quota in ('bureau', 'head', 'middle', 'none')),
  reason    text not null check (length(btrim(reason)) between 2 and 500),
  person_id uuid not null default kernel.act_person() references kernel.person,
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  constraint window_quota_once_a_day primary key (district, post, since),
  foreign key (district, post) references people.post,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint window_quota_place check (quota = 'none' or (quota = 'bureau') = (district = 'city'))
);
call kernel.protect('people.window_quota', true);
grant insert (district, post, since, quota, reason) on people.window_quota to mingbu_app;

-- Never for the past, where it would change what fell due; never of a post one holds.
create function people.guard_window_quota() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if session_user <> 'mingbu_app' then return new; end if;
  if t.act_type is distinct from 'window.setQuota' then
    raise exception 'what a post owes is set only by its own act' using errcode = 'MB140';
  end if;
  if new.since < kernel.day_of(t.at) then
    raise exception 'what a post owes is not changed for the past' using errcode = '23514', constraint = 'window_quota_ahead';
  end if;
  if exists (select from people.holding h where h.district = new.district and h.post = new.post and h.person_id = t.person_id and h.during @> t.at) then
    raise exception 'nobody sets what their own post owes' using errcode = '23514', constraint = 'window_quota_of_another';
  end if;
  return new;
end $$;
create trigger guarded before insert on people.window_quota for each row execute function people.guard_window_quota();

-- What each post owes, and when: by its level until a line says otherwise.
create function people.window_quotas() returns table (district text, post text, quota text, during tstzrange)
  language sql stable security definer set search_path = pg_catalog as $$
    select x.district, x.post, x.quota, tstzrange(x.since::timestamp at time zone 'Asia/Shanghai',
      (lead(x.since) over (partition by x.district, x.post order by x.since))::timestamp at time zone 'Asia/Shanghai')
    from (
      select o.district, o.id as post, '0001-01-01'::date as since,
        case when o.district = 'city' then case when o.level = 'section' then 'bureau' else 'none' end
          when o.level in ('section', 'centre') then 'head' else 'none' end as quota
      from people.post o
      union all select q.district, q.post, q.since, q.quota from people.window_quota q) x
$$;
-- Who owes window duty of a kind in an office, and when: the holders of its posts, by id, whatever a post is called.
create function people.window_spans_of(in_district text, of_quota text) returns table (person_id uuid, name text, since timestamptz, until timestamptz)
  language sql stable security definer set search_path = pg_catalog as $$
    select x.person_id, p.name, lower(r), upper(r)
    from (select h.person_id, range_agg(h.during * q.during) as times from people.holding h
        join people.window_quotas() q on q.district = h.district and q.post = h.post and q.quota = of_quota and q.during && h.during
      where h.district = in_district group by h.person_id) x
      join kernel.person p on p.id = x.person_id cross join lateral unnest(x.times) r
    order by x.person_id, r
$$;
create function people.window_spans(in_district text, of_quota text) returns table (person_id uuid, name text, since timestamptz, until timestamptz)
  language sql stable security definer set search_path = pg_catalog as $$
    select * from people.window_spans_of(in_district, of_quota) where people.sees_office(in_district)
$$;
-- Whether somebody may do duty at the windows of an office: a leader of it by duty, or by a post that owes it; the city's in any.
create function people.window_leader(who uuid, in_district text, at_ timestamptz) returns boolean
  language sql stable security definer set search_path = pg_catalog as $$
    select exists (select from kernel.person p where p.id = who and p.district in (in_district, 'city') and in_district <> 'city'
        and p.active_from <= at_ and (p.active_to is null or p.active_to > at_))
      and (exists (select from kernel.duty_grant g join people.window_part w on w.duty = g.duty and w.part = 'leader'
          where g.person_id = who and g.temporary is null and g.during @> at_)
        or exists (select from people.holding h join people.window_quotas() q on q.district = h.district and q.post = h.post
          where h.person_id = who and h.during @> at_ and q.quota <> 'none' and q.during @> at_))
$$;
revoke execute on function people.guard_window_quota(), people.window_quotas(), people.window_spans_of(text, text), people.window_spans(text, text),
  people.window_leader(uuid, text, timestamptz) from public;
grant execute on function people.window_spans(text, text), people.window_leader(uuid, text, timestamptz) to mingbu_app, mingbu_auditor;

-- As in 0057; at the window stand the leaders of its office and those of the city, by duty or by post.
create or replace function people.guard_temporary() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if session_user <> 'mingbu_app' then return new; end if;
  if tg_op = 'UPDATE' then
    if old.state <> 'asked' or t.act_type is distinct from (case new.state when 'granted' then (case new.kind when 'window' then 'window.confirm' else 'cover.approve' end)
        when 'refused' then 'temporary.refuse' else '' end)
      or (new.state = 'granted') <> exists (select from kernel.duty_grant g where g.district = new.district and g.temporary_id = new.id) then
      raise exception 'a duty for a time cannot become % like this', new.state using errcode = 'MB081';
    end if;
    new.decided_by := t.person_id;
    new.decided_at := t.at;
    return new;
  end if;
  if t.act_type is distinct from (case new.kind when 'window' then 'window.begin' else 'cover.ask' end) then
    raise exception 'a duty for a time is asked for only by its own act' using errcode = 'MB081';
  end if;
  if exists (select from kernel.person p where p.id in (new.person_id, new.covered_id) and p.district <> new.district
      and not (new.kind = 'window' and p.district = 'city')) then
    raise exception 'a duty for a time is of one office' using errcode = '23514', constraint = 'temporary_own_office';
  end if;
  if new.kind = 'cover' then
    if people.covered_grant(new.covered_id, new.duty, tstzrange(new.starts_at, new.until)) is null then
      raise exception 'the one to be covered does not hold the duty for that time' using errcode = '23514', constraint = 'temporary_cover_own';
    end if;
    if not people.away_for(new.covered_id, tstzrange(new.starts_at, new.until)) then
      raise exception 'the one to be covered is not away for that time' using errcode = '23514', constraint = 'temporary_cover_away';
    end if;
    return new;
  end if;
  if not people.window_leader(new.person_id, new.district, t.at) then
    raise exception 'only leaders do duty at the window' using errcode = '23514', constraint = 'temporary_window_leader';
  end if;
  if not exists (select from people.window_part w where w.duty = new.duty and w.part = 'post') then
    raise exception 'no post for window duty' using errcode = '23514', constraint = 'temporary_window_post';
  end if;
  if kernel.day_of(new.starts_at) <> kernel.day_of(t.at) then
    raise exception 'window duty is of today' using errcode = '23514', constraint = 'temporary_window_one_day';
  end if;
  return new;
end $$;
