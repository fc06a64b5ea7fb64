-- 0059 ends: cover ends with the leave it stands on, a transfer may lie ahead, a post can be closed
-- Why:    clauses 6.3, 6.7, 7.5. Who is called back holds their duty again, so nobody stands in for them any more; who is transferred on
--         a day to come keeps the old post until then and no longer; a post nobody needs is closed, never one that somebody holds.
-- Change: additive; people.propose, people.assign, people.settle and people.unsettled are replaced under their names.
-- Locks:  people.absence, people.holding, people.post, briefly.  Data: none.  Undo: put the earlier bodies back while people.move is empty.

---------------------------------------------------------------------------------------------------
-- Cover and leave.
---------------------------------------------------------------------------------------------------
-- Ends the cover of somebody whose leave no longer spans it.
create function people.end_cover(who uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); g kernel.duty_grant; was kernel.duty_grant; images jsonb := '[]';
begin
  if t.act_type is distinct from 'people.recall' then raise exception 'cover ends like this only with the leave it stands on' using errcode = 'MB045'; end if;
  for was in select x.* from kernel.duty_grant x join people.temporary_duty d on d.district = x.district and d.id = x.temporary_id
      where x.district = t.district and x.temporary = 'cover' and d.covered_id = who and upper(x.during) > t.at
        and not people.away_for(who, tstzrange(greatest(lower(x.during), t.at), upper(x.during)))
      order by x.id for update of x loop
    -- A grant still to come keeps a millionth of a second, for no range is empty.
    update kernel.duty_grant x set during = tstzrange(lower(x.during), greatest(t.at, lower(x.during) + interval '1 microsecond'))
    where x.district = was.district and x.id = was.id returning * into g;
    images := images || people.written('kernel.duty_grant', to_jsonb(g), to_jsonb(was));
  end loop;
  return images;
end $$;

create function people.guard_cover_within_leave() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if exists (
    select from kernel.duty_grant g join people.temporary_duty d on d.district = g.district and d.id = g.temporary_id
    where g.temporary = 'cover' and d.covered_id = new.person_id and upper(g.during) > kernel.now()
      and upper(g.during) - lower(g.during) > interval '1 microsecond'
      and not people.away_for(new.person_id, tstzrange(greatest(lower(g.during), kernel.now()), upper(g.during)))) then
    raise exception 'cover outlives the leave it stands on' using errcode = '23514', constraint = 'cover_within_leave';
  end if;
  return null;
end $$;
create constraint trigger cover_within_leave after update on people.absence deferrable initially deferred
  for each row execute function people.guard_cover_within_leave();

---------------------------------------------------------------------------------------------------
-- A transfer on a day to come: posts and rights are bounded there at once, so that it takes effect by itself; sessions end, open
-- work returns and the person belongs to the new office when the day has come and the move is settled.
---------------------------------------------------------------------------------------------------
create table people.move (
  district    text not null references kernel.district,
  id          uuid not null default kernel.uuid7(),
  person_id   uuid not null references kernel.person,
  to_district text not null references kernel.district,
  holding_id  uuid not null,
  due_at      timestamptz not null,
  settled_at  timestamptz,
  act_id      uuid not null default kernel.act_id(),
  primary key (district, id),
  foreign key (to_district, holding_id) references people.holding (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
create index move_due on people.move (due_at) where settled_at is null;
call kernel.protect('people.move', false);

-- As in 0041, with transfers on a day to come.
create or replace function people.assign(proposal uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); q people.proposal; was kernel.person; p kernel.person; h people.holding; o people.post; m people.move; images jsonb; since timestamptz;
begin
  if t.act_type is distinct from 'people.assignPost' then raise exception 'posts are assigned only by their own act' using errcode = 'MB045'; end if;
  images := jsonb_build_array(people.decide(proposal, 'approved'));
  select * into q from people.proposal x where x.district = t.district and x.id = proposal;
  select * into was from kernel.person x where x.id = q.person_id and x.district = t.district for update;
  since := greatest((q.body ->> 'from')::date::timestamp at time zone 'Asia/Shanghai', t.at);
  if was.id is null or was.active_to <= since then raise exception 'the person is not here' using errcode = '23514', constraint = 'assign_person_gone'; end if;
  select * into o from people.post x where x.district = q.body ->> 'district' and x.id = q.body ->> 'post';
  if o.id is null or o.closed_at <= t.at then raise exception 'no such post' using errcode = '23514', constraint = 'assign_post_gone'; end if;
  if q.body ->> 'mode' = 'transfer' then
    images := images || people.end_holdings(q.person_id, since) || people.end_grants(q.person_id, since,
      case when o.district = t.district then coalesce(o.duties, '{}') else '{}' end);
    if since <= t.at then perform kernel.end_sessions(q.person_id, 'left'); end if;
    if o.district <> t.district and since <= t.at then
      update kernel.person x set enrolled_in = coalesce(x.enrolled_in, x.district), district = o.district where x.id = q.person_id returning * into p;
      images := images || people.written('kernel.person', to_jsonb(p), to_jsonb(was));
    end if;
  elsif o.district <> t.district then
    raise exception 'only a transfer leads to another office' using errcode = '23514', constraint = 'assign_post_gone';
  end if;
  -- In another office's row the act, which stands in this one's log, is not named; the image is in it.
  insert into people.holding (district, act_id, person_id, post, during, kind)
  values (o.district, case when o.district = t.district then t.act_id end, q.person_id, o.id,
    tstzrange(since, ((q.body ->> 'until')::date + 1)::timestamp at time zone 'Asia/Shanghai'), case when q.body ->> 'mode' in ('acting', 'cover') then q.body ->> 'mode' else 'regular' end)
  returning * into h;
  images := images || people.written('people.holding', to_jsonb(h));
  if q.body ->> 'mode' = 'transfer' and since > t.at then
    insert into people.move (district, person_id, to_district, holding_id, due_at)
    values (t.district, q.person_id, o.district, h.id, since) returning * into m;
    images := images || people.written('people.move', to_jsonb(m));
  end if;
  return jsonb_build_object('holding', h.id, 'now', since <= t.at, 'images', images);
end $$;

-- As in 0041; and moves whose day has come. One whose post was taken back meanwhile lapses.
create or replace function people.settle(who uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); p kernel.person; moved kernel.person; was people.move; m people.move; images jsonb := '[]';
begin
  if t.act_type is distinct from 'people.settle' then raise exception 'only what is due is settled' using errcode = 'MB045'; end if;
  select * into p from kernel.person x where x.id = who and x.district = t.district for update;
  if p.id is null then return images; end if;
  for was in select * from people.move x where x.district = t.district and x.person_id = who and x.settled_at is null and x.due_at <= t.at
      order by x.due_at, x.id for update loop
    update people.move x set settled_at = t.at where x.district = was.district and x.id = was.id returning * into m;
    images := images || people.written('people.move', to_jsonb(m), to_jsonb(was));
    if exists (select from people.holding h where h.district = m.to_district and h.id = m.holding_id and h.during @> t.at) then
      perform kernel.end_sessions(who, 'left');
      if m.to_district <> p.district then
        update kernel.person x set enrolled_in = coalesce(x.enrolled_in, x.district), district = m.to_district where x.id = who returning * into moved;
        images := images || people.written('kernel.person', to_jsonb(moved), to_jsonb(p));
        p := moved;
      end if;
    end if;
  end loop;
  if p.active_to <= t.at then return images || people.close_account(who); end if;
  if people.is_absent(who) then perform kernel.end_sessions(who, 'absent'); end if;
  return images;
end $$;

create or replace function people.unsettled() returns table (district text, person_id uuid, why text)
  language sql stable security definer set search_path = pg_catalog
  as $$
    select p.district, p.id, 'left' from kernel.person p join kernel.account a on a.person_id = p.id
    where a.closed_at is null and p.active_to <= kernel.now()
    union
    select p.district, p.id, 'absent' from kernel.person p join kernel.session s on s.person_id = p.id
    where s.ended_at is null and people.is_absent(p.id)
    union
    select m.district, m.person_id, 'moved' from people.move m join kernel.person p on p.id = m.person_id and p.district = m.district
    where m.settled_at is null and m.due_at <= kernel.now()
  $$;

---------------------------------------------------------------------------------------------------
-- Closing a post.
---------------------------------------------------------------------------------------------------
create or replace function people.propose(kind_ text, person uuid, body_ jsonb, id_hash_ bytea default null, id_sealed_ bytea default null) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); p people.proposal;
begin
  if (t.act_type, kind_) not in (('people.proposeEnrolment', 'enrol'), ('account.requestReset', 'reset'), ('people.proposeAssignment', 'assign'),
      ('people.proposePost', 'post'), ('people.proposeClosing', 'post'), ('people.proposeName', 'name')) or t.act_type is null then
    raise exception 'nothing is proposed outside its own act' using errcode = 'MB043';
  end if;
  insert into people.proposal (district, kind, person_id, body, id_hash, id_sealed)
  values (t.district, kind_, person, body_, id_hash_, id_sealed_) returning * into p;
  return jsonb_build_object('id', p.id, 'images', jsonb_build_array(people.written('people.proposal', to_jsonb(p))));
end $$;

-- Closed is a post nobody holds, now or later, and that leads no other; and it stays closed. Who takes a post waits for who closes it.
create function people.guard_closing() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if old.closed_at is not null then
    raise exception 'a closed post stays as it was' using errcode = '23514', constraint = 'assign_post_gone';
  end if;
  if new.closed_at is null then return new; end if;
  if exists (select from people.holding h where h.district = new.district and h.post = new.id and (upper(h.during) is null or upper(h.during) > kernel.now())
             and (upper(h.during) is null or upper(h.during) - lower(h.during) > interval '1 microsecond')) then
    raise exception 'somebody holds the post' using errcode = '23514', constraint = 'post_closed_unheld';
  end if;
  if exists (select from people.post o where o.district = new.district and o.leader = new.id and o.closed_at is null) then
    raise exception 'the post leads another' using errcode = '23514', constraint = 'post_closed_leads_none';
  end if;
  return new;
end $$;
create trigger closing before update on people.post for each row execute function people.guard_closing();

create function people.guard_holding_open() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare closed timestamptz;
begin
  select o.closed_at into closed from people.post o where o.district = new.district and o.id = new.post for share;
  if closed <= kernel.now() then raise exception 'the post is closed' using errcode = '23514', constraint = 'assign_post_gone'; end if;
  return new;
end $$;
create trigger post_open before insert on people.holding for each row execute function people.guard_holding_open();

revoke execute on function people.end_cover(uuid), people.guard_cover_within_leave(), people.guard_closing(), people.guard_holding_open() from public;
grant execute on function people.end_cover(uuid) to mingbu_app;
