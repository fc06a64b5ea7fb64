-- 0067 leaders of a post: a right is approved by who leads the post of its holder, where somebody does (decision 0026)
-- Why:    clause 6.7. Before, any leader of the office could approve; the register of posts says who leads whom.
-- Change: one function replaced under its name, one added.  Locks: none.  Data: none.  Undo: put the earlier body back.

-- Who may answer as leader for a person's rights: those who hold a post above theirs in the office and a duty to lead; where nobody
-- does, those who lead the city's posts. Empty where no post leads: then the duty alone decides.
create function people.post_leaders(subject uuid) returns uuid[]
  language sql stable security definer set search_path = pg_catalog as $$
    with recursive up as (
        select o.district, o.id, o.leader from people.holding h join people.post o on o.district = h.district and o.id = h.post
        where h.person_id = subject and h.during @> kernel.now()
        union
        select o.district, o.id, o.leader from up join people.post o on o.district = up.district and o.id = up.leader),
      chiefs as (
        select distinct h.person_id, exists (select from up where up.district = h.district and up.leader = h.post) as above
        from people.holding h join people.post o on o.district = h.district and o.id = h.post join kernel.person p on p.id = h.person_id
        where h.during @> kernel.now() and p.id <> subject and p.active_from <= kernel.now() and (p.active_to is null or p.active_to > kernel.now())
          and exists (select from kernel.duty_grant g where g.person_id = p.id and g.duty in ('centre_lead', 'district_lead') and g.during @> kernel.now())
          and (exists (select from up where up.district = h.district and up.leader = h.post)
            or (h.district = 'city' and o.level is not null and exists (select from up where up.leader is null and up.district <> 'city'))))
    select coalesce((select array_agg(person_id order by person_id) from chiefs where above),
      (select array_agg(person_id order by person_id) from chiefs), '{}')
$$;
revoke execute on function people.post_leaders(uuid) from public;
grant execute on function people.post_leaders(uuid) to mingbu_app;

create or replace function people.may_decide(who uuid, role_ text, in_district text, subject uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog as $$
    select exists (
      select from kernel.person p join kernel.duty_grant g on g.person_id = p.id and g.during @> kernel.now()
      where p.id = who and p.active_from <= kernel.now() and (p.active_to is null or p.active_to > kernel.now())
        and case
          when role_ = 'security' then g.duty = 'admin_security'
          when cardinality(people.post_leaders(subject)) > 0 then who = any (people.post_leaders(subject))
          else (p.district = in_district and g.duty in ('centre_lead', 'district_lead'))
            or (p.district = 'city' and g.duty = 'district_lead' and exists (
              select from kernel.duty_grant s where s.person_id = subject and s.duty in ('centre_lead', 'district_lead') and s.during @> kernel.now()))
          end)
$$;
