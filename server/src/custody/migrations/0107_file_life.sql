-- 0107 file life: the life of a number knows case files
-- Why:    clause 6.4: any thing's whole history on one page; a case file had its own page only.
-- Change: three functions get a branch each; what they did before keeps its text under another name, which the new ones call.
-- Locks:  none.  Data: none.  Undo: drop the three functions and give the old ones their names back.
alter function evidence.acts_on(text, text, text[]) rename to acts_on_registered;
create function evidence.acts_on(of_kind text, of_id text, seen text[]) returns table (district text, act_id uuid)
  language plpgsql stable security definer set search_path = pg_catalog as $$
declare f archives.file;
begin
  return query select o.district, o.act_id from evidence.acts_on_registered(of_kind, of_id, seen) o;
  if of_kind <> 'archive' then return; end if;
  select q.* into f from archives.file q where q.district = any (seen) and q.number = of_id;
  if not found then return; end if;
  -- What the book does not tell while a box is counted, the acts do not tell either.
  return query
    select f.district, f.act_id
    union all
    select l.district, l.act_id from kernel.custody_line l where l.district = f.district and l.kind = 'file' and l.serials @> f.no
      and not kernel.is_counted(l.district, l.kind, l.edition, l.to_place) and not kernel.is_counted(l.district, l.kind, l.edition, l.from_place)
    union all
    select a.district, a.id from archives.loan b join kernel.act a on a.district = b.district and a.subject_kind = 'loan' and a.subject_id = b.id::text
    where b.district = f.district and b.file_no = f.no
    union all
    select d.district, d.act_id from archives.file_difference d where d.district = f.district and d.file_no = f.no
    union all
    select a.district, a.id from archives.file_difference d join kernel.act a on a.district = d.district and a.subject_kind = 'file_difference' and a.subject_id = d.id::text
    where d.district = f.district and d.file_no = f.no;
end $$;

alter function evidence.thing_facts(text, text) rename to facts_registered;
create function evidence.thing_facts(of_kind text, of_id text) returns jsonb
  language plpgsql stable security definer set search_path = pg_catalog as $$
begin
  if of_kind <> 'archive' then return evidence.facts_registered(of_kind, of_id); end if;
  return (
    select jsonb_build_object('district', f.district, 'number', f.number, 'pages', f.pages, 'term', coalesce(f.term, 'permanent'), 'unit', k.unit_code,
      'location', u.location, 'place', h.place, 'keeper', (select p.name from kernel.person p where h.place = 'person:' || p.id),
      'cases', jsonb_build_array(jsonb_build_object('id', k.id, 'number', k.number, 'state', k.state)))
    from archives.file f join cases.case k on k.district = f.district and k.id = f.case_id
      join cadastre.unit u on u.district = k.district and u.code = k.unit_code
      left join kernel.custody_holding h on h.district = f.district and h.kind = 'file' and h.serials @> f.no
        and not kernel.is_counted(h.district, h.kind, h.edition, h.place)
    where f.number = of_id and f.district = any (evidence.seen_districts()));
end $$;

alter function evidence.find_things(text) rename to find_registered;
create function evidence.find_things(wanted text) returns table (kind text, id text)
  language sql stable security definer set search_path = pg_catalog as $$
    select o.kind, o.id from evidence.find_registered(wanted) o
    union all select 'archive', f.number from archives.file f where f.district = any (evidence.seen_districts()) and f.number = wanted
$$;

revoke execute on function evidence.acts_on(text, text, text[]), evidence.thing_facts(text, text), evidence.find_things(text) from public;
revoke execute on function evidence.facts_registered(text, text), evidence.find_registered(text) from mingbu_app;
grant execute on function evidence.thing_facts(text, text), evidence.find_things(text) to mingbu_app;
