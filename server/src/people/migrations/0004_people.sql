-- 0004 people: identity and posts of those who act
-- Why:    clauses 6.3 (one person, one account) and 7.5 (every post has its duty).
-- Change: additive.  Locks: none.  Undo: drop while empty; afterwards go forward.
create schema people;
grant usage on schema people to mingbu_app, mingbu_auditor;

-- City-owned allocation: one identity, one person, in the whole city. The number itself is encrypted.
create table people.identity (
  id_hash   bytea primary key check (octet_length(id_hash) = 32),
  person_id uuid not null unique references kernel.person,
  id_sealed bytea not null
);
create table people.post (
  district  text not null references kernel.district,
  id        text not null,
  name_zh   text not null,
  name_en   text not null,
  primary key (district, id)
);
create table people.holding (
  district  text not null,
  person_id uuid not null references kernel.person,
  post      text not null,
  during    tstzrange not null,
  primary key (district, person_id, post, during),
  foreign key (district, post) references people.post
);
create table people.demo_login (
  username text primary key,
  password text not null
);
comment on table people.demo_login is 'Only a demo has rows here; the sign-in page shows them. Bootstrap of a real installation leaves it empty.';
grant select on people.post, people.holding, people.demo_login to mingbu_app, mingbu_auditor;

-- Posts of a person and a person's account by user name, for the sign-in page and the header.
create function people.posts_of(who uuid) returns jsonb
  language sql stable security definer set search_path = pg_catalog
  as $$
    select coalesce(jsonb_agg(jsonb_build_object('zh', p.name_zh, 'en', p.name_en) order by p.id), '[]')
    from people.holding h join people.post p on p.district = h.district and p.id = h.post
    where h.person_id = who and h.during @> kernel.now()
  $$;
create function people.username_of(who uuid) returns text
  language sql stable security definer set search_path = pg_catalog
  as $$ select username from kernel.account where person_id = who and closed_at is null $$;
create function people.demo_people() returns table (username text, password text, name text, district text, district_zh text, district_en text, posts jsonb)
  language sql stable security definer set search_path = pg_catalog
  as $$
    select l.username, l.password, p.name, p.district, d.name_zh, d.name_en, people.posts_of(p.id)
    from people.demo_login l join kernel.account a on a.username = l.username and a.closed_at is null
      join kernel.person p on p.id = a.person_id join kernel.district d on d.id = p.district
    order by d.sort, p.id
  $$;
revoke execute on all functions in schema people from public;
grant execute on function people.posts_of(uuid), people.username_of(uuid), people.demo_people() to mingbu_app;

-- Enrols a person: identity unique in the city, one live account, posts. Only inside an enrolment act.
create function people.enrol(name_ text, id_hash_ bytea, id_sealed_ bytea, username_ text, salt_ bytea, derived bytea, posts_ text, demo_password text)
  returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); p kernel.person; one jsonb;
begin
  if t.act_type is distinct from 'people.enrol' then raise exception 'persons are enrolled only by an enrolment act' using errcode = 'MB040'; end if;
  insert into kernel.person (district, name) values (t.district, name_) returning * into p;
  insert into people.identity values (id_hash_, p.id, id_sealed_);
  insert into kernel.account (person_id, username, salt, verifier) values (p.id, username_, salt_, sha256(derived));
  for one in select * from jsonb_array_elements(posts_::jsonb) loop
    insert into people.post values (t.district, one ->> 'id', one ->> 'zh', one ->> 'en') on conflict do nothing;
    insert into people.holding values (t.district, p.id, one ->> 'id', tstzrange(kernel.now(), null));
  end loop;
  if demo_password is not null then
    if not exists (select from kernel.setting where name = 'demo' and value = 'true') then
      raise exception 'passwords are kept only in a demo' using errcode = 'MB041';
    end if;
    insert into people.demo_login values (username_, demo_password);
  end if;
  return to_jsonb(p);
end $$;
revoke execute on function people.enrol(text, bytea, bytea, text, bytea, bytea, text, text) from public;
grant execute on function people.enrol(text, bytea, bytea, text, bytea, bytea, text, text) to mingbu_app;

-- The directory for operators: who can sign in, with which duties, and whether the account is locked.
create function people.accounts() returns table (username text, name text, district text, duties text[], locked boolean)
  language sql stable security definer set search_path = pg_catalog
  as $$
    select a.username, p.name, p.district, kernel.duties_of(p.id), coalesce(a.locked_until > kernel.now(), false)
    from kernel.account a join kernel.person p on p.id = a.person_id where a.closed_at is null order by p.district, a.username
  $$;
revoke execute on function people.accounts() from public;
grant execute on function people.accounts() to mingbu_auditor;
