-- 0074 judged count: whether a count agrees is said by the database; differences only to the second who counts
-- Why:    clause 4.6, the other half of 0073: the app no longer needs the figure to compare with.
-- Change: two functions for one.  Locks: none.  Undo: forward only.
create or replace function custody.held_at(of_kind text, of_edition text, of_place text) returns int8multirange
  language sql stable security definer set search_path = pg_catalog as $$
    select coalesce(range_agg(h.serials), '{}') from kernel.custody_holding h
    where h.district = kernel.act_district() and h.kind = of_kind and h.edition = of_edition and h.place = of_place
      and not kernel.is_counted(h.district, h.kind, h.edition, h.place)
$$;

-- What differs between a count and the book: to the first counter only that something does, to the second what.
create function custody.judge(of_count uuid, counted int8multirange, out agreed boolean, out missing int8multirange, out surplus int8multirange)
  language plpgsql stable security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); c custody.count; held int8multirange;
begin
  select * into c from custody.count q where q.district = t.district and q.id = of_count;
  if not coalesce((t.act_type = 'custody.submitCount' and c.state = 'counting' and c.person_id = t.person_id)
      or (t.act_type = 'custody.recount' and c.state = 'recounting' and c.person_id <> t.person_id), false) then
    raise exception 'a count is judged when it is handed in, by the one who counted' using errcode = '23514', constraint = 'count_step';
  end if;
  select coalesce(range_agg(h.serials), '{}') into held from kernel.custody_holding h
  where h.district = c.district and h.kind = c.kind and h.edition = c.edition and h.place = c.place;
  agreed := counted = held;
  if c.state = 'recounting' then
    missing := held - counted;
    surplus := counted - held;
  end if;
end $$;

-- Books whose lines and holdings do not say the same, and stores that run low: the boards ask, and are told no figure.
create function custody.books(out governed int, out open int)
  language sql stable security definer set search_path = pg_catalog as $$
    select count(*)::int, count(*) filter (where l.n is distinct from h.n)::int from
      (select district, kind, edition, sum(upper(serials) - lower(serials)) as n from kernel.custody_line where from_place is null group by 1, 2, 3) l
      full join (select district, kind, edition, sum(upper(serials) - lower(serials)) as n from kernel.custody_holding group by 1, 2, 3) h
        on (h.district, h.kind, h.edition) = (l.district, l.kind, l.edition)
    where kernel.act_district() is null or kernel.may_read_all() or coalesce(l.district, h.district) = kernel.act_district()
$$;

revoke execute on function custody.judge(uuid, int8multirange), custody.books() from public;
grant execute on function custody.judge(uuid, int8multirange) to mingbu_app;
grant execute on function custody.books() to mingbu_app, mingbu_auditor;
