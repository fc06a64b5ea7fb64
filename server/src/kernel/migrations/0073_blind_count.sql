-- 0073 blind count: while a place is counted, the app's role cannot read what lies there
-- Why:    clause 4.6. The screens kept the figure to themselves, but whoever had the app's password could still read it from
--         the holdings, the lines and four functions. Now the database keeps it until the count is over.
-- Change: two restrictive policies; functions leave out what is counted; the count is judged here and not in the app.
-- Locks:  kernel.custody_holding, kernel.custody_line, for a moment.  Undo: drop the policies; afterwards go forward.
-- Limits: what came in less what lies everywhere else is still a figure, for who may read all of that.

-- Asked once a statement: with no count open anywhere, a row costs nothing more than before. An audit pack, which inspectors and
-- the audit administrator take in an act of its own, is whole whatever is counted meanwhile.
create function kernel.any_counted() returns boolean
  language sql stable security definer set search_path = pg_catalog as $$
    select exists (select from kernel.custody_stop s where s.reason = 'counting' and s.lifted_at is null)
      and (kernel.tx()).act_type is distinct from 'audit.pack'
$$;
create function kernel.is_counted(of_district text, of_kind text, of_edition text, of_place text) returns boolean
  language sql stable security definer set search_path = pg_catalog as $$
    select exists (select from kernel.custody_stop s where s.district = of_district and s.kind = of_kind and s.edition = of_edition
      and s.place = of_place and s.reason = 'counting' and s.lifted_at is null)
$$;
create policy blind on kernel.custody_holding as restrictive for select to mingbu_app
  using (not (select kernel.any_counted()) or not kernel.is_counted(district, kind, edition, place));
create policy blind on kernel.custody_line as restrictive for select to mingbu_app
  using (not (select kernel.any_counted())
    or not (kernel.is_counted(district, kind, edition, to_place) or kernel.is_counted(district, kind, edition, from_place)));

create or replace function kernel.look_up(of_kind text, of_edition text, wanted int8range, to_move boolean) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare here text := kernel.act_district(); found jsonb;
begin
  perform kernel.lock_book(here, of_kind, of_edition, to_move);
  select jsonb_build_object(
    'pieces', coalesce((select jsonb_agg(jsonb_build_object('from', lower(p.s), 'to', upper(p.s), 'place', p.place) order by lower(p.s))
      from (select h.serials * wanted as s, h.place from kernel.custody_holding h
            where h.district = here and h.kind = of_kind and h.edition = of_edition and h.serials && wanted
              and not kernel.is_counted(here, of_kind, of_edition, h.place) order by h.serials limit 200) p), '[]'),
    'places', coalesce(jsonb_agg(distinct h.place), '[]'),
    'held', coalesce(sum(upper(h.serials * wanted) - lower(h.serials * wanted)), 0)) into found
  from kernel.custody_holding h
  where h.district = here and h.kind = of_kind and h.edition = of_edition and h.serials && wanted
    and not kernel.is_counted(here, of_kind, of_edition, h.place);
  return found || jsonb_build_object(
    'stops', (select coalesce(jsonb_agg(jsonb_build_object('reason', s.reason, 'place', s.place, 'from', lower(s.serials), 'to', upper(s.serials))), '[]')
      from kernel.custody_stop s
      where s.district = here and s.kind = of_kind and s.edition = of_edition and s.lifted_at is null and (s.serials is null or s.serials && wanted)));
end $$;

create or replace function kernel.custody_balance(of_kind text, of_edition text, moment timestamptz) returns table (place text, count bigint)
  language sql stable security definer set search_path = pg_catalog as $$
    select b.place, sum(b.n)::bigint from (
      select l.to_place as place, upper(l.serials) - lower(l.serials) as n from kernel.custody_line l
      where l.district = kernel.act_district() and l.kind = of_kind and l.edition = of_edition and l.at <= moment
      union all
      select l.from_place, lower(l.serials) - upper(l.serials) from kernel.custody_line l
      where l.district = kernel.act_district() and l.kind = of_kind and l.edition = of_edition and l.at <= moment and l.from_place is not null) b
    where not kernel.is_counted(kernel.act_district(), of_kind, of_edition, b.place)
    group by b.place having sum(b.n) <> 0
$$;
create or replace function kernel.custody_now(of_kind text, of_edition text) returns table (place text, serials int8range)
  language sql stable security definer set search_path = pg_catalog as $$
    select h.place, h.serials from kernel.custody_holding h
    where h.district = kernel.act_district() and h.kind = of_kind and h.edition = of_edition
      and not kernel.is_counted(h.district, h.kind, h.edition, h.place) order by h.serials
$$;
create or replace function kernel.where_is(of_kind text, of_edition text, serial bigint) returns text
  language sql stable security definer set search_path = pg_catalog as $$
    select h.place from kernel.custody_holding h
    where h.district = kernel.act_district() and h.kind = of_kind and h.edition = of_edition and h.serials @> serial
      and not kernel.is_counted(h.district, h.kind, h.edition, h.place)
$$;

-- What a person still keeps when they leave or change post, counted or not: only inside those acts.
create function kernel.kept_by(of_person uuid) returns table (kind text, edition text, serials int8range)
  language sql stable security definer set search_path = pg_catalog as $$
    select h.kind, h.edition, h.serials from kernel.custody_holding h
    where (kernel.tx()).act_type like 'people.%' and (h.district = kernel.act_district() or kernel.may_read_all()) and h.place = 'person:' || of_person
$$;

revoke execute on function kernel.any_counted(), kernel.is_counted(text, text, text, text), kernel.kept_by(uuid) from public;
grant execute on function kernel.any_counted(), kernel.is_counted(text, text, text, text), kernel.kept_by(uuid) to mingbu_app;
