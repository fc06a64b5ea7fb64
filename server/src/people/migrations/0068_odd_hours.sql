-- 0068 odd hours and numbers in a series: the rest of R-36 and R-38 among the odd looks
-- Why:    clause 6.7, regular supervision. A look by night or on a day off, and identity numbers tried one after the other, are
--         how registers are sold. Numbers are sealed; the watch opens them in its own memory and keeps how many they were.
-- Change: additive.  Locks: none.  Data: two settings.  Undo: drop the function and the settings.
insert into people.access_setting values
  ('looks_off_hours', 3, 'R-36: looks in a day or part of it that is off; a few may finish a late case; house rule, decision 0027'),
  ('id_numbers_in_series', 2, 'R-38: numbers that follow one another asked for in a day; two may be twins; house rule, decision 0027');

-- How often each person of an office looked within any of the spans (from included, to not).
create function people.looks_within(in_district text, from_ timestamptz[], to_ timestamptz[]) returns table (person_id uuid, n integer)
  language sql stable security definer set search_path = pg_catalog as $$
    select a.person_id, count(*)::int
    from unnest(from_, to_) s (began, ended)
      join kernel.act a on a.district = in_district and a.at >= s.began and a.at < s.ended
    where a.outcome = 'done' and a.person_id is not null and a.type in ('register.view', 'register.print', 'register.holdings', 'register.holders')
      and (session_user <> 'mingbu_app' or in_district = kernel.act_district())
    group by a.person_id
$$;
revoke execute on function people.looks_within(text, timestamptz[], timestamptz[]) from public;
grant execute on function people.looks_within(text, timestamptz[], timestamptz[]) to mingbu_app, mingbu_auditor;
