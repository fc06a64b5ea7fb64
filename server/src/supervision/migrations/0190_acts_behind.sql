-- 0190 acts behind: the acts that a figure of the board counts
-- Why:    each figure leads to exactly what it counts: of the same office, section, post, person and period, with the same refusals.
-- Change: additive.  Locks: none.  Data: none.
-- Undo:   drop the function.

-- Acts of a figure, newest first, in the offices the reader may see. `asked`: district (absent: all), every (act there is), types, bars (codes
-- that count whatever the act), refused (true: only refusals, of the types in `whole` with any code, and the pairs `type code` in `codes`), persons, held
-- (those who held a post or a post of a section on that day: post, unit), from, until (exclusive), at and seq (of the last act of the page before).
create function supervision.acts_behind(asked jsonb, at_most integer)
  returns table (district text, id uuid, seq bigint, type text, at timestamptz, person_id uuid, person text, actor text, outcome text,
                 refusal text, clause text, message jsonb, subject_kind text, subject_id text, idx bigint)
  language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  offices text[] := array(select d from unnest(evidence.seen_districts()) d where not asked ? 'district' or d = asked ->> 'district');
  types text[] := array(select jsonb_array_elements_text(asked -> 'types'));
  bars text[] := array(select jsonb_array_elements_text(asked -> 'bars'));
  whole text[] := array(select jsonb_array_elements_text(asked -> 'whole'));
  codes text[] := array(select jsonb_array_elements_text(asked -> 'codes'));
  post_ text := asked -> 'held' ->> 'post'; unit_ text := asked -> 'held' ->> 'unit';
  persons uuid[];
  bounds text := ''; kind text; sources text[]; keys text;
  one text := '(select a.district, a.id, a.at, a.seq from kernel.act a where a.district = d%s%s order by a.at desc, a.seq desc limit $8)';
begin
  if asked ? 'held' then
    persons := array(select distinct h.person_id from people.holding h join people.post p on p.district = h.district and p.id = h.post
      where h.district = asked ->> 'district' and (post_ is null or h.post = post_) and (unit_ is null or p.unit = unit_)
        and (not asked ? 'person' or h.person_id = (asked ->> 'person')::uuid));
    bounds := ' and exists (select from people.holding h join people.post p on p.district = h.district and p.id = h.post
      where h.district = d and h.person_id = a.person_id and ($10 is null or h.post = $10) and ($11 is null or p.unit = $11)
        and kernel.days_of(h.during) @> kernel.day_of(a.at))';
  elsif asked ? 'person' then
    persons := array[(asked ->> 'person')::uuid];
  end if;
  if asked ? 'from' then bounds := bounds || ' and a.at >= $4'; end if;
  if asked ? 'until' then bounds := bounds || ' and a.at < $5'; end if;
  if asked ? 'at' then bounds := bounds || ' and (a.at, a.seq) < ($6, $7)'; end if;
  if (asked ->> 'refused')::boolean then
    kind := ' and a.outcome = ''refused'' and (a.refusal = any ($3) or a.type = any ($12) or a.type || '' '' || a.refusal = any ($13))';
  elsif (asked ->> 'every')::boolean then
    kind := '';
  end if;
  if persons is not null then
    sources := array[format('unnest($9) w, lateral ' || one, ' and a.person_id = w' || coalesce(kind, ' and (a.type = any ($2) or a.refusal = any ($3))'), bounds)];
  elsif kind is not null then
    sources := array['lateral ' || format(one, kind, bounds)];
  else
    -- Each type is a range of an index; so are the refused acts, of which bars are some.
    sources := array['unnest($2) w, lateral ' || format(one, ' and a.type = w', bounds)];
    if cardinality(bars) > 0 then
      sources := sources || ('lateral ' || format(one, ' and a.outcome = ''refused'' and a.refusal = any ($3)', bounds));
    end if;
  end if;
  select string_agg(format('(select k.* from unnest($1) d, %s k)', s), ' union ') into keys from unnest(sources) s;
  return query execute format('
    select a.district, a.id, a.seq, a.type, a.at, a.person_id, p.name, a.actor, a.outcome, a.refusal, a.clause, a.answer -> ''refusal'' -> ''message'',
      a.subject_kind, a.subject_id, l.idx
    from (select k.district, k.id, k.at, k.seq from (%s) k order by k.at desc, k.seq desc limit $8) k
      join kernel.act a on a.district = k.district and a.id = k.id
      left join kernel.person p on p.id = a.person_id
      left join evidence.leaf l on l.district = a.district and l.act_id = a.id
    order by a.at desc, a.seq desc', keys)
  using offices, types, bars, (asked ->> 'from')::timestamptz, (asked ->> 'until')::timestamptz, (asked ->> 'at')::timestamptz, (asked ->> 'seq')::bigint,
    least(at_most, 501), persons, post_, unit_, whole, codes;
end $$;
revoke execute on function supervision.acts_behind(jsonb, integer) from public;
grant execute on function supervision.acts_behind(jsonb, integer) to mingbu_app;

-- Weighty acts that were confirmed, one a line; counted no longer by a function.
drop function kernel.confirmations();
create function kernel.confirmed() returns table (district text, act_id uuid, person_id uuid, by_code boolean)
  language sql stable security definer set search_path = pg_catalog as $$
    select p.district, p.used_by, p.person_id, p.totp_step is not null and p.used_at > kernel.now() - interval '30 days'
    from kernel.prepared p where p.used_by is not null and p.act_type <> 'factor.confirm'
  $$;
revoke execute on function kernel.confirmed() from public;
grant execute on function kernel.confirmed() to mingbu_auditor;
