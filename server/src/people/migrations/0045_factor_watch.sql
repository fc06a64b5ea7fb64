-- 0045 factor watch: a passkey that may have been copied is found, and packs can show the key an officer signed with
-- Why:    clause 6.3. A counter that goes back is refused; somebody must also hear of it. And a signature that is checked
--         outside the house needs the act that enrolled its key.
-- Change: additive, two functions.  Locks: none.  Data: none.  Undo: drop them.

-- Of each person and day one fault, in the form of people.account_faults; one a finding was opened for is not told again.
create function people.factor_faults(since timestamptz) returns table (kind text, district text, subject uuid, key text, detail text)
  language sql stable security definer set search_path = pg_catalog
  as $$
    with found as (
      select a.district, a.person_id, 'passkey_copied:' || a.person_id || to_char(a.at, ':YYYYMMDD') as key, min(a.at) as at
      from kernel.act a where a.refusal = 'counter_back' and a.at > since and a.person_id is not null
      group by 1, 2, 3)
    select 'passkey_copied', f.district, f.person_id, f.key, to_char(f.at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI')
    from found f where not exists (select from kernel.finding k where k.district = f.district and k.dedupe_key = f.key)
    order by f.key
  $$;

-- The act that enrolled a factor. What it says of the key is in the log.
create function people.factor_enrolled(of_factor uuid) returns uuid
  language sql stable security definer set search_path = pg_catalog
  as $$ select f.act_id from people.factor f where f.id = of_factor $$;

revoke execute on function people.factor_faults(timestamptz), people.factor_enrolled(uuid) from public;
grant execute on function people.factor_faults(timestamptz) to mingbu_auditor;
grant execute on function people.factor_enrolled(uuid) to mingbu_app, mingbu_auditor;
