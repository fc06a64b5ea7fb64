-- 0027 search: what ever happened to a thing, who did it, who looked
-- Why:    clauses 6.4 and 6.7. Acts are found by person, thing, kind, outcome and time, each by an index however long the
--         log; a thing's whole life is one list; the holder of a right learns who looked at it.
-- Change: indexes, functions and two tables added; two indexes of kernel.act made anew with the time in them; one function replaced
--         under its name.
-- Locks:  kernel.act and kernel.act_value while their indexes are built.  Data: no rows rewritten.
-- Undo:   drop the functions and indexes; the tables while they are empty, afterwards go forward.

---------------------------------------------------------------------------------------------------
-- Acts in order of time, whatever they are searched by. The time is in the index, so that any span of it is one range.
---------------------------------------------------------------------------------------------------
create index act_time on kernel.act (district, at, seq);
create index act_refused_time on kernel.act (district, at, seq) where outcome = 'refused';
create index act_person_time on kernel.act (district, person_id, at, seq);
create index act_type_time on kernel.act (district, type, at, seq);
drop index kernel.act_person, kernel.act_type_seq;

-- What an act names beside its subject: refused attempts have only this. Short values only, so that no input can outgrow the index.
create index act_value_named on kernel.act_value (district, field, value)
  where field in ('in.unitCode', 'in.blankSerial', 'in.file', 'in.signature', 'in.username', 'in.forCase') and octet_length(value) <= 100;
create index act_value_public on kernel.act_value (district, field) where starts_with(field, 'public:');
create index act_value_certificate on kernel.act_value (district, field) where starts_with(field, 'row:register.certificate:');
-- Units that a question about a person brought to light: `{"units":[…]}`.
create function evidence.units_in(value bytea) returns text[]
  language sql immutable set search_path = pg_catalog as $$
    select array(select jsonb_array_elements_text(convert_from(value, 'UTF8')::jsonb -> 'units'))
$$;
create index act_value_units on kernel.act_value using gin (evidence.units_in(value))
  where field = 'result' and substring(value for 10) = '\x7b22756e697473223a5b'::bytea;

create index case_unit on cases.case (district, unit_code);
create index certificate_unit on register.certificate (district, unit_code);
create index certificate_file on register.certificate (district, file) where file is not null;
create index material_file on cases.material (district, file);
create index notice_file on cases.notice (district, file) where file is not null;
create index person_name on kernel.person (name);
create index account_username_ever on kernel.account (username);
create index account_person on kernel.account (person_id);

-- As in 0007, and says of the field what the index says of it.
create or replace function cases.public_proof(of_district text, of_field text) returns table (act_id uuid, idx bigint, entry bytea, no smallint, field text, salt bytea, value bytea, commitments bytea[])
  language sql stable security definer set search_path = pg_catalog as $$
    select a.id, l.idx, a.entry, v.no, v.field, v.salt, v.value,
      (select array_agg(w.commitment order by w.no) from kernel.act_value w where w.district = a.district and w.act_id = a.id)
    from kernel.act_value v
      join kernel.act a on a.district = v.district and a.id = v.act_id
      left join evidence.leaf l on l.district = a.district and l.act_id = a.id
    where v.district = of_district and v.field = of_field and starts_with(v.field, 'public:')
    order by a.seq desc limit 1
$$;

---------------------------------------------------------------------------------------------------
-- Things and their lives. Definer functions, because arrays, ranges and the like lose their index under row-level
-- security (design, settled 1); each says itself which offices the reader may see.
---------------------------------------------------------------------------------------------------
-- Offices the present reader sees: the own one, or all of them for the city bureau. Empty outside a transaction of a person.
create function evidence.seen_districts() returns text[]
  language sql stable security definer set search_path = pg_catalog as $$
    select case when kernel.may_read_all() then (select array_agg(id) from kernel.district)
                when kernel.act_district() is null then '{}' else array[kernel.act_district()] end
$$;

-- Acts about a thing, in the offices named; with them, looks by its holder, whom no office knows: those stand in the city's log.
create function evidence.acts_on(of_kind text, of_id text, seen text[]) returns table (district text, act_id uuid)
  language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  said bytea := convert_to(to_json(of_id)::text, 'UTF8');
  as_uuid uuid := case when of_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then of_id::uuid end;
  as_number bigint := case when of_id ~ '^\d{1,15}$' then of_id::bigint end;
  c register.certificate;
begin
  return query select a.district, a.id from kernel.act a where a.district = any (seen) and a.subject_kind = of_kind and a.subject_id = of_id;
  case of_kind
    when 'unit' then
      if not exists (select from cadastre.unit_code u where u.code = of_id and u.district = any (seen)) then return; end if;
      return query
        select a.district, a.id from kernel.act a
        where a.district = 'city' and a.subject_kind = 'unit' and a.subject_id = of_id and a.actor = 'anonymous'
        union all
        select v.district, v.act_id from kernel.act_value v
        where v.district = any (seen) and v.field = 'in.unitCode' and v.value = said and octet_length(v.value) <= 100
        union all
        select a.district, a.id from cases.case k join kernel.act a on a.district = k.district and a.subject_kind = 'case' and a.subject_id = k.id::text
        where k.district = any (seen) and k.unit_code = of_id
        union all
        select e.district, e.act_id from register.entry e where e.district = any (seen) and e.unit_code = of_id
        union all
        select u.district, u.act_id from cadastre.unit u where u.district = any (seen) and u.code = of_id
        union all
        select v.district, v.act_id from kernel.act_value v
        where v.district = any (seen) and v.field = 'result' and substring(v.value for 10) = '\x7b22756e697473223a5b'::bytea
          and evidence.units_in(v.value) @> array[of_id];
    when 'case' then
      return query
        select v.district, v.act_id from kernel.act_value v
        where v.district = any (seen) and v.field = 'in.forCase' and v.value = said and octet_length(v.value) <= 100
        union all
        select u.district, u.act_id from cases.material m join cases.upload u on u.district = m.district and u.file = m.file
        where m.district = any (seen) and m.case_id = as_uuid;
    when 'certificate' then
      for c in select k.* from register.certificate k where k.district = any (seen) and k.number = of_id loop
        return query
          select v.district, v.act_id from kernel.act_value v
          where v.district = c.district and v.field = 'row:register.certificate:' || c.id and starts_with(v.field, 'row:register.certificate:')
          union all
          select o.district, o.act_id from evidence.acts_on('serial', c.blank_serial::text, array[c.district]) o where c.blank_serial is not null;
      end loop;
    when 'serial' then
      return query
        select v.district, v.act_id from kernel.act_value v
        where v.district = any (seen) and v.field = 'in.blankSerial' and v.value = said and octet_length(v.value) <= 100
        union all
        select l.district, l.act_id from kernel.custody_line l
        where l.district = any (seen) and l.kind in ('certificate', 'proof') and l.serials @> as_number
        union all
        select v.district, v.act_id
        from register.certificate k join kernel.act_value v on v.district = k.district and v.field = 'row:register.certificate:' || k.id
          and starts_with(v.field, 'row:register.certificate:')
        where k.district = any (seen) and k.kind in ('certificate', 'proof') and k.blank_serial = as_number;
    when 'file' then
      return query
        select v.district, v.act_id from kernel.act_value v
        where v.district = any (seen) and v.field in ('in.file', 'in.signature') and v.value = said and octet_length(v.value) <= 100
        union all
        select n.district, n.act_id from cases.notice n where n.district = any (seen) and n.file = of_id
        union all
        select v.district, v.act_id
        from register.certificate k join kernel.act_value v on v.district = k.district and v.field = 'row:register.certificate:' || k.id
          and starts_with(v.field, 'row:register.certificate:')
        where k.district = any (seen) and k.file = of_id;
    when 'person' then
      if not exists (select from kernel.person p where p.id = as_uuid and p.district = any (seen)) then return; end if;
      -- Who signs in is nobody yet: signing in, and trying to, stand in the city's log.
      return query
        select a.district, a.id from kernel.act a where a.district = 'city' and a.subject_kind = 'person' and a.subject_id = of_id
        union all
        select v.district, v.act_id from kernel.account u join kernel.act_value v on v.field = 'in.username'
          and v.value = convert_to(to_json(u.username)::text, 'UTF8') and octet_length(v.value) <= 100
        where u.person_id = as_uuid and v.district = any (seen || 'city'::text)
        union all
        select g.district, g.act_id from kernel.duty_grant g where g.person_id = as_uuid and g.district = any (seen);
    else null;
  end case;
end $$;

-- Things a number stands for, among those the reader sees: case, unit, certificate, printed serial, file, person.
create function evidence.find_things(wanted text) returns table (kind text, id text)
  language plpgsql stable security definer set search_path = pg_catalog as $$
declare seen text[] := evidence.seen_districts();
begin
  return query
    select 'case', k.id::text from cases.case k where k.district = any (seen) and k.number = wanted
    union all select 'unit', u.code from cadastre.unit_code u where u.code = wanted and u.district = any (seen)
    union all select 'certificate', c.number from register.certificate c where c.district = any (seen) and c.number = wanted
    union all select 'person', p.id::text from kernel.account a join kernel.person p on p.id = a.person_id
      where a.username = wanted and p.district = any (seen);
  if wanted ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then return query
    select 'case', k.id::text from cases.case k where k.district = any (seen) and k.id = wanted::uuid
    union all select 'person', p.id::text from kernel.person p where p.id = wanted::uuid and p.district = any (seen);
  elsif wanted ~ '^[0-9a-f]{64}$' then return query
    select 'file', wanted where exists (select from cases.upload u where u.district = any (seen) and u.file = wanted)
      or exists (select from cases.notice n where n.district = any (seen) and n.file = wanted)
      or exists (select from register.certificate c where c.district = any (seen) and c.file = wanted);
  elsif wanted ~ '^\d{1,15}$' then return query
    select 'serial', wanted where exists (select from kernel.custody_line l
      where l.district = any (seen) and l.kind in ('certificate', 'proof') and l.serials @> wanted::bigint);
  end if;
end $$;

-- Persons of that name, or with that user name now or ever, among those the reader sees.
create function evidence.find_persons(wanted text) returns uuid[]
  language sql stable security definer set search_path = pg_catalog as $$
    select coalesce(array_agg(p.id), '{}') from (
      select q.id from kernel.person q where q.name = wanted and q.district = any (evidence.seen_districts())
      union
      select q.id from kernel.account a join kernel.person q on q.id = a.person_id
      where a.username = wanted and q.district = any (evidence.seen_districts())) p
$$;

-- Acts that fit everything asked for, in order of time. `wanted`: district, things [[kind, id]], persons, types, withoutLooks (types that only
-- look), outcome, from, until (exclusive), oldest (first), at and seq (of the last act of the page before).
create function evidence.find_acts(wanted jsonb, at_most integer)
  returns table (district text, id uuid, seq bigint, type text, at timestamptz, person_id uuid, person text, actor text, outcome text,
                 refusal text, clause text, message jsonb, subject_kind text, subject_id text, idx bigint, request bytea, sealed boolean,
                 purpose text, basis text, for_case text)
  language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  seen text[] := evidence.seen_districts();
  place text := coalesce(wanted ->> 'district', kernel.act_district());
  persons uuid[] := array(select jsonb_array_elements_text(wanted -> 'persons')::uuid);
  types text[] := array(select jsonb_array_elements_text(wanted -> 'types'));
  looks text[] := array(select jsonb_array_elements_text(wanted -> 'withoutLooks'));
  lives uuid[] := array(select (t ->> 1)::uuid from jsonb_array_elements(wanted -> 'things') t where t ->> 0 = 'person');
  direction text := case when (wanted ->> 'oldest')::boolean then 'asc' else 'desc' end;
  filters text := ''; sources text[] := '{}'; source text; keys text := '';
begin
  if not place = any (seen) then return; end if;
  if wanted ? 'persons' then filters := filters || case when cardinality(persons) = 1 then ' and a.person_id = $2[1]' else ' and a.person_id = any ($2)' end; end if;
  if wanted ? 'types' then filters := filters || case when cardinality(types) = 1 then ' and a.type = $3[1]' else ' and a.type = any ($3)' end; end if;
  if cardinality(looks) > 0 then filters := filters || ' and not (a.outcome = ''done'' and a.type = any ($4))'; end if;
  if wanted ->> 'outcome' = 'refused' then filters := filters || ' and a.outcome = ''refused''';
  elsif wanted ->> 'outcome' = 'done' then filters := filters || ' and a.outcome = ''done'''; end if;
  if wanted ? 'from' then filters := filters || ' and a.at >= $5'; end if;
  if wanted ? 'until' then filters := filters || ' and a.at < $6'; end if;
  if wanted ? 'at' then filters := filters || format(' and (a.at, a.seq) %s ($7, $8)', case direction when 'asc' then '>' else '<' end); end if;
  if wanted ? 'things' then
    sources := array['(a.district, a.id) in (select o.district, o.act_id from jsonb_array_elements($9) t, evidence.acts_on(t ->> 0, t ->> 1, $10) o)'];
    -- What a person did is a long list in the order of an index; only what was done to the account is gathered.
    if cardinality(lives) > 0 then
      sources := sources || (case when cardinality(seen) = 1 then 'a.district = $10[1]' else 'a.district = any ($10)' end
        || case when cardinality(lives) = 1 then ' and a.person_id = $12[1]' else ' and a.person_id = any ($12)' end);
    end if;
  else
    sources := array['a.district = $1'];
  end if;
  foreach source in array sources loop
    keys := keys || case keys when '' then '' else ' union ' end
      || format('(select a.district, a.id, a.at, a.seq from kernel.act a where %s%s order by a.at %s, a.seq %3$s limit $11)', source, filters, direction);
  end loop;
  return query execute format('
    select a.district, a.id, a.seq, a.type, a.at, a.person_id, p.name, a.actor, a.outcome, a.refusal, a.clause, a.answer -> ''refusal'' -> ''message'',
      a.subject_kind, a.subject_id, l.idx, r.value, r.sealed, v.purpose, v.basis, v.for_case
    from (select k.district, k.id, k.at, k.seq from (%s) k order by k.at %s, k.seq %2$s limit $11) k
      join kernel.act a on a.district = k.district and a.id = k.id
      left join kernel.person p on p.id = a.person_id
      left join evidence.leaf l on l.district = a.district and l.act_id = a.id
      left join kernel.act_value r on r.district = a.district and r.act_id = a.id and r.field = ''request''
      left join lateral (
        select max(convert_from(w.value, ''UTF8'')) filter (where w.field = ''in.purpose'' and not w.sealed) as purpose,
          max(convert_from(w.value, ''UTF8'')) filter (where w.field = ''in.basis'' and not w.sealed) as basis,
          max(convert_from(w.value, ''UTF8'')) filter (where w.field = ''in.forCase'' and not w.sealed) as for_case
        from kernel.act_value w
        where w.district = a.district and w.act_id = a.id and w.field in (''in.purpose'', ''in.basis'', ''in.forCase'')) v on true
    order by a.at %2$s, a.seq %2$s', keys, direction)
  using place, persons, types, looks, (wanted ->> 'from')::timestamptz, (wanted ->> 'until')::timestamptz, (wanted ->> 'at')::timestamptz,
    (wanted ->> 'seq')::bigint, wanted -> 'things', seen, least(at_most, 501), lives;
end $$;

-- The leaf of an act, of whatever office: what it says is in the public log.
create function evidence.leaf_of(of_act uuid) returns table (district text, entry bytea, idx bigint, type text, at timestamptz, outcome text, fields smallint)
  language sql stable security definer set search_path = pg_catalog as $$
    select a.district, a.entry, l.idx, a.type, a.at, a.outcome, a.fields
    from kernel.district d join kernel.act a on a.district = d.id and a.id = of_act
      left join evidence.leaf l on l.district = a.district and l.act_id = a.id
$$;

-- What may be said of a thing to whoever may read its acts: numbers and states, nothing about the people it concerns.
create function evidence.thing_facts(of_kind text, of_id text) returns jsonb
  language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  seen text[] := evidence.seen_districts(); facts jsonb;
  as_uuid uuid := case when of_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then of_id::uuid end;
  as_number bigint := case when of_id ~ '^\d{1,15}$' then of_id::bigint end;
begin
  case of_kind
    when 'unit' then
      select jsonb_build_object('district', u.district, 'unit', u.code, 'location', u.location,
        'cases', (select coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'number', k.number, 'state', k.state) order by k.id), '[]')
                  from cases.case k where k.district = u.district and k.unit_code = u.code),
        'certificates', (select coalesce(jsonb_agg(jsonb_build_object('number', c.number, 'state', c.state, 'serial', c.blank_serial) order by c.id), '[]')
                  from register.certificate c where c.district = u.district and c.unit_code = u.code)) into facts
      from cadastre.unit u where u.code = of_id and u.district = any (seen);
    when 'case' then
      select jsonb_build_object('district', k.district, 'number', k.number, 'state', k.state, 'unit', k.unit_code, 'location', u.location,
        'cases', jsonb_build_array(jsonb_build_object('id', k.id, 'number', k.number, 'state', k.state)),
        'certificates', (select coalesce(jsonb_agg(jsonb_build_object('number', c.number, 'state', c.state, 'serial', c.blank_serial) order by c.id), '[]')
                  from register.certificate c where c.district = k.district and c.unit_code = k.unit_code and c.case_id = k.id),
        'files', (select count(distinct m.file) from cases.material m where m.district = k.district and m.case_id = k.id)) into facts
      from cases.case k join cadastre.unit u on u.district = k.district and u.code = k.unit_code
      where k.id = as_uuid and k.district = any (seen);
    when 'certificate' then
      select jsonb_build_object('district', c.district, 'number', c.number, 'state', c.state, 'unit', c.unit_code, 'location', u.location, 'serial', c.blank_serial,
        'file', c.file, 'cases', (select coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'number', k.number, 'state', k.state)), '[]')
                  from cases.case k where k.district = c.district and k.id = c.case_id)) into facts
      from register.certificate c join cadastre.unit u on u.district = c.district and u.code = c.unit_code
      where c.number = of_id and c.district = any (seen);
    when 'serial' then
      select jsonb_build_object('district', h.district, 'serial', as_number, 'place', h.place,
        'keeper', (select p.name from kernel.person p where h.place = 'person:' || p.id),
        'certificates', (select coalesce(jsonb_agg(jsonb_build_object('number', c.number, 'state', c.state, 'serial', c.blank_serial) order by c.id), '[]')
                  from register.certificate c where c.district = h.district and c.kind in ('certificate', 'proof') and c.blank_serial = as_number)) into facts
      from kernel.custody_holding h
      where h.district = any (seen) and h.kind in ('certificate', 'proof') and h.serials @> as_number limit 1;
    when 'file' then
      select jsonb_build_object('district', f.district, 'file', of_id, 'media', f.media, 'bytes', f.bytes,
        'cases', (select coalesce(jsonb_agg(distinct jsonb_build_object('id', k.id, 'number', k.number, 'state', k.state)), '[]')
                  from cases.case k where k.district = f.district and (
                    k.id in (select m.case_id from cases.material m where m.district = f.district and m.file = of_id)
                    or k.id in (select n.case_id from cases.notice n where n.district = f.district and n.file = of_id)
                    or k.id in (select c.case_id from register.certificate c where c.district = f.district and c.file = of_id)))) into facts
      from (
        select u.district, u.media, u.bytes from cases.upload u where u.district = any (seen) and u.file = of_id
        union all
        select n.district, 'application/pdf', null from cases.notice n where n.district = any (seen) and n.file = of_id
        union all
        select c.district, 'application/pdf', null from register.certificate c where c.district = any (seen) and c.file = of_id) f limit 1;
    when 'person' then
      select jsonb_build_object('district', p.district, 'name', p.name, 'left', p.active_to <= kernel.now(), 'username', people.username_of(p.id),
        'posts', people.posts_of(p.id)) into facts
      from kernel.person p where p.id = as_uuid and p.district = any (seen);
    else null;
  end case;
  return facts;
end $$;

-- Posts a person held at a moment.
create function people.posts_at(who uuid, moment timestamptz) returns jsonb
  language sql stable security definer set search_path = pg_catalog as $$
    select coalesce(jsonb_agg(jsonb_build_object('zh', p.name_zh, 'en', p.name_en) order by p.id), '[]')
    from people.holding h join people.post p on p.district = h.district and p.id = h.post
    where h.person_id = who and h.during @> moment
$$;
revoke execute on function people.posts_at(uuid, timestamptz) from public;
grant execute on function people.posts_at(uuid, timestamptz) to mingbu_app;

---------------------------------------------------------------------------------------------------
-- Who looked, for the holder. The certificate in hand and the holder's own number are the two keys; both are tried against
-- here, so that whoever has the app's password learns no more than the page tells.
---------------------------------------------------------------------------------------------------
create table register.holder_try (
  key_hash     bytea primary key check (octet_length(key_hash) = 32),
  failures     integer not null check (failures > 0),
  failed_at    timestamptz not null,
  locked_until timestamptz
);
comment on table register.holder_try is
  'Wrong tries by certificate and by address, under hashes no one can reverse without the pepper. Rows may be deleted at any time.';

-- Under which rows a try counts: that of the certificate, and that of the address, or of the network a household has in IPv6.
create function register.try_keys(token text, address text) returns bytea[]
  language sql stable security definer set search_path = pg_catalog as $$
    select array[sha256(convert_to('holder:token:' || token || value, 'UTF8')), sha256(convert_to('holder:address:' || case
      when address ~* '^::ffff:\d+\.' then substring(address from 8)
      when address ~ ':' then network(set_masklen(regexp_replace(address, '%.*$', '')::inet, 64))::text
      else address end || value, 'UTF8'))]
    from kernel.setting where name = 'salt_pepper'
$$;

-- Whether `number_hash` is that of a present holder of the certificate; then every look at its unit, newest first:
-- {status: ok, unit, looks: [...]}, or {status: no_such_certificate | certificate_superseded | not_holder | locked, seconds}. Nothing else tells them apart.
create function register.looks_for_holder(token text, address text, number_hash bytea, before_at timestamptz, before_seq bigint, at_most integer) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); until_ timestamptz; c register.certificate; since timestamptz; office record; looks jsonb;
begin
  if t.act_type is distinct from 'register.ownLooks' then raise exception 'looks are told only in an act of the holder' using errcode = 'MB060'; end if;
  select max(locked_until) into until_ from register.holder_try
  where key_hash = any (register.try_keys(token, address));
  if until_ > t.at then return jsonb_build_object('status', 'locked', 'seconds', ceil(extract(epoch from until_ - t.at))); end if;
  select * into c from register.certificate k where k.check_token = token;
  if not found then return jsonb_build_object('status', 'no_such_certificate'); end if;
  select l.legal_from into since from register.live l where l.district = c.district and l.right_id = c.right_id and l.entry_id = c.entry_id;
  if not found or c.state in ('superseded', 'cancelled') then return jsonb_build_object('status', 'certificate_superseded'); end if;
  if not exists (
    select from register.entry_party ep join register.party p on p.district = ep.district and p.id = ep.party_id
    where ep.district = c.district and ep.entry_id = c.entry_id and p.id_hash = number_hash
      and ep.role = case c.kind when 'proof' then 'mortgagee' else 'holder' end)
  then return jsonb_build_object('status', 'not_holder'); end if;
  delete from register.holder_try where key_hash = (register.try_keys(token, address))[1];
  select jsonb_agg(to_jsonb(x) order by x.at desc, x.seq desc) into looks from (
    select a.id as "actId", a.seq, a.at, a.type, a.district, d.name_zh as office_zh, d.name_en as office_en, p.name as officer,
      people.posts_at(a.person_id, a.at) as posts, l.idx as leaf,
      coalesce(l.idx < (select max(k.size) from evidence.published k where k.district = a.district), false) as signed,
      (select convert_from(v.value, 'UTF8')::jsonb #>> '{}' from kernel.act_value v
       where v.district = a.district and v.act_id = a.id and v.field = 'in.purpose' and not v.sealed) as purpose,
      (select k.number from kernel.act_value v join cases.case k on k.district = a.district and k.id = (convert_from(v.value, 'UTF8')::jsonb #>> '{}')::uuid
       where v.district = a.district and v.act_id = a.id and v.field = 'in.forCase') as "caseNumber"
    from (select distinct o.district, o.act_id from evidence.acts_on('unit', c.unit_code, array[c.district]) o) o
      join kernel.act a on a.district = o.district and a.id = o.act_id
      join kernel.district d on d.id = a.district
      left join kernel.person p on p.id = a.person_id
      left join evidence.leaf l on l.district = a.district and l.act_id = a.id
    where a.outcome = 'done' and a.type in ('register.view', 'register.print', 'register.holders', 'register.holdings', 'register.ownLooks')
      -- What was asked about a person before this right was theirs was asked about somebody else.
      and (a.type <> 'register.holdings' or a.at >= since)
      and (before_at is null or (a.at, a.seq) < (before_at, before_seq))
    order by a.at desc, a.seq desc limit least(at_most, 201)) x;
  return jsonb_build_object('status', 'ok', 'unit', c.unit_code, 'district', c.district, 'looks', coalesce(looks, '[]'));
end $$;

-- Counts a wrong try, in the transaction that records the refusal. From the 5th on 1, 2, 4 … minutes, at most a day, for the certificate
-- and for the address; a day without one begins anew.
create function register.count_holder_try(token text, address text) returns void
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); key bytea;
begin
  if t.refused_type is distinct from 'register.ownLooks' then raise exception 'not a refused look of a holder' using errcode = 'MB060'; end if;
  foreach key in array register.try_keys(token, address) loop
    insert into register.holder_try as h values (key, 1, t.at, null)
    on conflict (key_hash) do update set
      failures = case when h.failed_at < t.at - interval '1 day' then 1 else h.failures + 1 end,
      failed_at = t.at,
      locked_until = case when h.failed_at < t.at - interval '1 day' then null else kernel.lock_after(h.failures + 1) end
    where h.locked_until is null or h.locked_until <= t.at;
  end loop;
end $$;

---------------------------------------------------------------------------------------------------
-- Verification runs: who had the whole installation verified, when, and what was found. Progress lives with the run.
---------------------------------------------------------------------------------------------------
create table evidence.verify_run (
  district  text not null references kernel.district,
  id        uuid not null default kernel.uuid7(),
  person_id uuid not null default kernel.act_person() references kernel.person,
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  primary key (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
call kernel.protect('evidence.verify_run', true);
grant insert (district) on evidence.verify_run to mingbu_app;

create table evidence.verify_result (
  district text not null references kernel.district,
  run_id   uuid not null,
  ok       boolean not null,
  acts     bigint not null,
  leaves   bigint not null,
  rows     bigint not null,
  problems jsonb not null,
  at       timestamptz not null default kernel.act_at(),
  act_id   uuid not null default kernel.act_id(),
  primary key (district, run_id),
  foreign key (district, run_id) references evidence.verify_run,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint verify_result_says_why check (ok = (problems = '[]'))
);
call kernel.protect('evidence.verify_result', true);
grant insert (district, run_id, ok, acts, leaves, rows, problems) on evidence.verify_result to mingbu_app;

revoke execute on function evidence.units_in(bytea), evidence.seen_districts(), evidence.acts_on(text, text, text[]), evidence.find_things(text),
  evidence.find_persons(text), evidence.find_acts(jsonb, integer), evidence.thing_facts(text, text), evidence.leaf_of(uuid), register.try_keys(text, text),
  register.looks_for_holder(text, text, bytea, timestamptz, bigint, integer), register.count_holder_try(text, text) from public;
grant execute on function evidence.find_things(text), evidence.find_persons(text), evidence.find_acts(jsonb, integer), evidence.thing_facts(text, text), evidence.leaf_of(uuid),
  register.looks_for_holder(text, text, bytea, timestamptz, bigint, integer), register.count_holder_try(text, text) to mingbu_app;
