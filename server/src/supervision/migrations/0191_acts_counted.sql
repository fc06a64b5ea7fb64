-- 0191 acts counted: the acts of a board, read past the rows' own policy
-- Why:    a look at the whole city reads some seventy thousand counters of months, and asked for each of them whether the reader may see it.
-- Change: additive.  Locks: none.  Data: none.
-- Undo:   drop the function.

-- Acts by type, refusal and month (null before `since`), of one office or of all that the reader may see, apart or together. Three stretches of
-- days, both ends as `stretchesOf` gives them; what is not counted yet is added by the caller.
create function supervision.acts_counted(of_district text, apart boolean, since date, months_from date, months_before date,
                                         head_from date, head_before date, tail_from date, tail_before date)
  returns table (district text, type text, refusal text, month date, n double precision)
  language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  every boolean := session_user = 'mingbu_auditor' or kernel.may_read_all();
  place text := coalesce(of_district, case when not every then kernel.act_district() end);
  one text := case when place is null then '' else ' and t.district = $1' end;
begin
  -- Without a session there is no office, and nothing is told.
  if not every and (place = kernel.act_district()) is not true then return; end if;
  return query execute format('
    select %s, x.type, x.refusal, case when x.month >= $2 then x.month end, sum(x.n::float8)
    from (
      select t.district, t.type, t.refusal, t.month, t.n from supervision.month_tally t where t.month >= $3 and t.month < $4%s
      union all
      select t.district, t.type, t.refusal, date_trunc(''month'', t.day)::date, t.n from supervision.act_tally t where t.day >= $5 and t.day < $6%2$s
      union all
      select t.district, t.type, t.refusal, date_trunc(''month'', t.day)::date, t.n from supervision.act_tally t where t.day >= $7 and t.day < $8%2$s
    ) x
    group by 1, 2, 3, 4', case when apart then 'x.district' else '''''::text' end, one)
  using place, since, months_from, months_before, head_from, head_before, tail_from, tail_before;
end $$;
revoke execute on function supervision.acts_counted(text, boolean, date, date, date, date, date, date, date) from public;
grant execute on function supervision.acts_counted(text, boolean, date, date, date, date, date, date, date) to mingbu_app, mingbu_auditor;
