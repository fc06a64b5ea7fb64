-- 0143 sampling: plan and frame first, a public value later, and a sample that follows from both
-- Why:    clause 7.3: register data is sampled at random; nobody can choose what comes up, and anybody can draw it again.
-- Change: additive.  Locks: none.  Data: none.  Undo: drop while empty; afterwards go forward.
-- Every step is a row of its own act. What is drawn and what it is drawn from is written by functions of the database only.

-- 抽查方案: what is drawn from, how many, and which public value of a later day decides.
create table supervision.sampling (
  district   text not null references kernel.district,
  id         uuid not null default kernel.uuid7(),
  source     text not null check (source in ('cases', 'entries')),
  strata_by  text not null check (strata_by in ('kind', 'month')),
  from_day   date not null,
  to_day     date not null,
  size       smallint not null check (size between 1 and 1000),
  value_kind text not null check (value_kind in ('lottery', 'exchange', 'other')),
  value_name text not null check (length(btrim(value_name)) between 2 and 200),
  value_rule text not null check (length(btrim(value_rule)) between 2 and 500),
  value_on   date not null,
  person_id  uuid not null default kernel.act_person() references kernel.person,
  at         timestamptz not null default kernel.act_at(),
  act_id     uuid not null default kernel.act_id(),
  primary key (district, id),
  unique (district, id, person_id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint sampling_period check (from_day <= to_day and to_day <= kernel.day_of(at) and to_day - from_day <= 400),
  constraint sampling_value_later check (value_on > kernel.day_of(at) and value_on <= kernel.day_of(at) + 92)
);
-- 抽样框: every candidate with its stratum. Held against the hash below, which the log commits to; a million of them are one hash.
create table supervision.frame_item (
  district    text not null,
  sampling_id uuid not null,
  stratum     text collate "C" not null check (stratum ~ '^[A-Za-z0-9_.-]{1,40}$'),
  candidate   uuid not null,
  primary key (district, sampling_id, stratum, candidate)
);
create table supervision.sampling_frame (
  district    text not null,
  sampling_id uuid not null,
  candidates  int not null check (candidates > 0),
  hash        text not null check (hash ~ '^[0-9a-f]{64}$'),
  strata      jsonb not null,
  at          timestamptz not null default kernel.act_at(),
  act_id      uuid not null default kernel.act_id(),
  primary key (district, sampling_id),
  foreign key (district, sampling_id) references supervision.sampling,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
-- 公开数值: entered on or after its day by somebody who did not plan; a wrong entry is rejected and entered again.
create table supervision.sampling_value (
  district        text not null,
  sampling_id     uuid not null,
  no              smallint not null check (no > 0),
  value           text not null check (length(value) between 1 and 200),
  source          text not null check (length(btrim(source)) between 2 and 500),
  planned_by      uuid not null,
  leaf_hash       text not null check (leaf_hash ~ '^[0-9a-f]{64}$'),
  checkpoint_size bigint not null check (checkpoint_size > 0),
  person_id       uuid not null default kernel.act_person() references kernel.person,
  at              timestamptz not null default kernel.act_at(),
  act_id          uuid not null default kernel.act_id(),
  primary key (district, sampling_id, no),
  unique (district, sampling_id, no, value, planned_by, person_id),
  foreign key (district, sampling_id, planned_by) references supervision.sampling (district, id, person_id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint value_by_another check (person_id <> planned_by)
);
-- 核对: a third person types it again from where it was published; the seed follows.
create table supervision.sampling_confirmation (
  district    text not null,
  sampling_id uuid not null,
  no          smallint not null,
  agrees      boolean not null,
  value       text not null,
  word        text not null check (length(btrim(word)) between 2 and 500),
  planned_by  uuid not null,
  entered_by  uuid not null,
  seed        text check (seed ~ '^[0-9a-f]{64}$'),
  person_id   uuid not null default kernel.act_person() references kernel.person,
  at          timestamptz not null default kernel.act_at(),
  act_id      uuid not null default kernel.act_id(),
  constraint value_confirmed_once primary key (district, sampling_id, no),
  foreign key (district, sampling_id, no, value, planned_by, entered_by) references supervision.sampling_value (district, sampling_id, no, value, planned_by, person_id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint value_by_a_third check (person_id not in (planned_by, entered_by)),
  check (agrees = (seed is not null))
);
create unique index sampling_seed_once on supervision.sampling_confirmation (district, sampling_id) where agrees;
-- 样本: follows from frame and seed, and is computed again by verification.
create table supervision.sample_item (
  district    text not null,
  sampling_id uuid not null,
  candidate   uuid not null,
  stratum     text collate "C" not null,
  rank        int not null check (rank > 0),
  primary key (district, sampling_id, candidate),
  unique (district, sampling_id, stratum, rank)
);
-- 自动检查: forms, materials, process, time; what is wrong, one line each.
create table supervision.sample_check (
  district    text not null,
  sampling_id uuid not null,
  candidate   uuid not null,
  forms       boolean not null,
  materials   boolean not null,
  process     boolean not null,
  in_time     boolean not null,
  faults      jsonb not null check (jsonb_typeof(faults) = 'array'),
  at          timestamptz not null default kernel.act_at(),
  act_id      uuid not null default kernel.act_id(),
  constraint sample_checked_once primary key (district, sampling_id, candidate),
  foreign key (district, sampling_id, candidate) references supervision.sample_item,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
-- 分派: to somebody who handled none of it and is not of the office.
create table supervision.sample_assignment (
  district    text not null,
  sampling_id uuid not null,
  candidate   uuid not null,
  no          smallint not null check (no > 0),
  checker     uuid not null references kernel.person,
  person_id   uuid not null default kernel.act_person() references kernel.person,
  at          timestamptz not null default kernel.act_at(),
  act_id      uuid not null default kernel.act_id(),
  primary key (district, sampling_id, candidate, no),
  unique (district, sampling_id, candidate, no, checker),
  foreign key (district, sampling_id, candidate) references supervision.sample_check,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
create index sample_assignment_checker on supervision.sample_assignment (checker);
-- 人工检查: four answers by who it was given to; where they differ from the automatic ones, why.
create table supervision.sample_answer (
  district    text not null,
  sampling_id uuid not null,
  candidate   uuid not null,
  no          smallint not null,
  checker     uuid not null,
  forms       boolean not null,
  materials   boolean not null,
  process     boolean not null,
  in_time     boolean not null,
  note        text check (length(note) <= 1000),
  reason      text check (length(btrim(reason)) between 2 and 1000),
  person_id   uuid not null default kernel.act_person() references kernel.person,
  at          timestamptz not null default kernel.act_at(),
  act_id      uuid not null default kernel.act_id(),
  constraint sample_answered_once primary key (district, sampling_id, candidate),
  foreign key (district, sampling_id, candidate, no, checker) references supervision.sample_assignment (district, sampling_id, candidate, no, checker),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint answer_by_checker check (person_id = checker)
);
-- 办结, or 失效 where the plan was not in a published checkpoint before the day of its value.
create table supervision.sampling_end (
  district    text not null,
  sampling_id uuid not null,
  how         text not null check (how in ('closed', 'lapsed')),
  word        text not null check (length(btrim(word)) between 2 and 1000),
  person_id   uuid not null default kernel.act_person() references kernel.person,
  at          timestamptz not null default kernel.act_at(),
  act_id      uuid not null default kernel.act_id(),
  constraint sampling_ended_once primary key (district, sampling_id),
  foreign key (district, sampling_id) references supervision.sampling,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
-- 抽查周期: within how many days an office is sampled again, and since when.
create table supervision.sampling_pace (
  district  text not null references kernel.district,
  id        uuid not null default kernel.uuid7(),
  days      smallint not null check (days between 30 and 366),
  reason    text not null check (length(btrim(reason)) between 2 and 500),
  person_id uuid not null default kernel.act_person() references kernel.person,
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  primary key (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);

---------------------------------------------------------------------------------------------------
-- The arithmetic, as supervision/sampling/draw.ts documents it.
---------------------------------------------------------------------------------------------------
-- What a plan draws from, as it stands now: cases closed, or entries recorded, within the period.
create function supervision.frame_of(in_district text, of_sampling uuid) returns table (stratum text, candidate uuid)
  language sql stable security definer set search_path = pg_catalog as $$
    select case s.strata_by when 'kind' then c.business else to_char(c.closed_at at time zone 'Asia/Shanghai', 'YYYY-MM') end, c.id
    from supervision.sampling s join cases.case c on c.district = s.district
    where s.district = in_district and s.id = of_sampling and s.source = 'cases' and kernel.day_of(c.closed_at) between s.from_day and s.to_day
    union all
    select case s.strata_by when 'kind' then e.kind else to_char(e.recorded_at at time zone 'Asia/Shanghai', 'YYYY-MM') end, e.id
    from supervision.sampling s join register.entry e on e.district = s.district
    where s.district = in_district and s.id = of_sampling and s.source = 'entries' and kernel.day_of(e.recorded_at) between s.from_day and s.to_day
$$;

-- Size, hash and strata of a frozen frame. Each stratum takes one, and of the rest in proportion to what is left, by largest remainder.
create function supervision.frame_sum(in_district text, of_sampling uuid, out candidates int, out hash text, out strata jsonb)
  language sql stable security definer set search_path = pg_catalog as $$
    with items as materialized (
      select i.stratum, i.candidate from supervision.frame_item i where i.district = in_district and i.sampling_id = of_sampling
    ), counted as (
      select i.stratum, count(*) as n from items i group by i.stratum
    ), whole as (
      select coalesce(sum(n), 0)::bigint as n, count(*) as strata, least((select s.size from supervision.sampling s where s.district = in_district and s.id = of_sampling), sum(n))::bigint as take
      from counted
    ), shares as (
      select c.stratum, c.n, 1 + case when w.n = w.strata then 0 else (w.take - w.strata) * (c.n - 1) / (w.n - w.strata) end as base,
        case when w.n = w.strata then 0 else (w.take - w.strata) * (c.n - 1) % (w.n - w.strata) end as rest, w.take
      from counted c cross join whole w
    ), allotted as (
      select s.stratum, s.n, s.base + case when row_number() over (order by s.rest desc, s.stratum) <= s.take - sum(s.base) over () then 1 else 0 end as take
      from shares s
    )
    select (select n::int from whole),
      (select encode(sha256(convert_to('mingbu/sampling/frame/v1' || E'\n' || string_agg(i.stratum || ' ' || i.candidate || E'\n', '' order by i.stratum, i.candidate), 'UTF8')), 'hex') from items i),
      (select jsonb_agg(jsonb_build_object('stratum', a.stratum, 'candidates', a.n, 'take', a.take) order by a.stratum) from allotted a)
$$;

create function supervision.freeze_frame(of_sampling uuid, out candidates int, out hash text, out strata jsonb)
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if t.act_type is distinct from 'sampling.plan'
    or not exists (select from supervision.sampling s where s.district = t.district and s.id = of_sampling and s.act_id = t.act_id)
    or exists (select from supervision.frame_item i where i.district = t.district and i.sampling_id = of_sampling) then
    raise exception 'a frame is frozen once, by the act that plans it' using errcode = 'MB143';
  end if;
  insert into supervision.frame_item (district, sampling_id, stratum, candidate)
  select t.district, of_sampling, f.stratum, f.candidate from supervision.frame_of(t.district, of_sampling) f;
  select s.candidates, s.hash, s.strata into candidates, hash, strata from supervision.frame_sum(t.district, of_sampling) s;
end $$;

create function supervision.seed_of(leaf_hash text, value text) returns text
  language sql immutable set search_path = pg_catalog as $$
    select encode(sha256(convert_to('mingbu/sampling/seed/v1', 'UTF8') || '\x00'::bytea || decode(leaf_hash, 'hex') || convert_to(value, 'UTF8')), 'hex')
$$;

-- The sample that frame and seed give.
create function supervision.drawn(in_district text, of_sampling uuid) returns table (stratum text, candidate uuid, rank int)
  language sql stable security definer set search_path = pg_catalog as $$
    select t.stratum, d.candidate, d.rank
    from supervision.sampling_frame f
      join supervision.sampling_confirmation c on c.district = f.district and c.sampling_id = f.sampling_id and c.agrees
      cross join lateral (select convert_to('mingbu/sampling/draw/v1', 'UTF8') || '\x00'::bytea || decode(c.seed, 'hex') as prefix offset 0) p
      cross join lateral jsonb_to_recordset(f.strata) as t (stratum text, take int)
      cross join lateral (
        select x.candidate, (row_number() over (order by x.score))::int as rank
        from (select i.candidate, sha256(p.prefix || uuid_send(i.candidate)) as score from supervision.frame_item i
          where i.district = f.district and i.sampling_id = f.sampling_id and i.stratum = t.stratum order by score limit t.take) x) d
    where f.district = in_district and f.sampling_id = of_sampling
$$;

create function supervision.draw_sample(of_sampling uuid) returns int
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  t kernel.tx_actor := kernel.tx();
  n int;
begin
  if t.act_type is distinct from 'sampling.confirm'
    or not exists (select from supervision.sampling_confirmation c where c.district = t.district and c.sampling_id = of_sampling and c.agrees and c.act_id = t.act_id) then
    raise exception 'a sample is drawn once, by the act that confirms its value' using errcode = 'MB143';
  end if;
  insert into supervision.sample_item (district, sampling_id, candidate, stratum, rank)
  select t.district, of_sampling, d.candidate, d.stratum, d.rank from supervision.drawn(t.district, of_sampling) d;
  get diagnostics n = row_count;
  return n;
end $$;

-- Where the act of a plan stands in its log: the first checkpoint that was published over it, and on which day.
create function supervision.committed(in_district text, of_sampling uuid, out idx bigint, out leaf_hash text, out size bigint, out on_day date)
  language sql stable security definer set search_path = pg_catalog as $$
    select l.idx, encode(l.hash, 'hex'), p.size, kernel.day_of(p.at)
    from supervision.sampling s join evidence.leaf l on l.district = s.district and l.act_id = s.act_id
      left join lateral (select k.size, k.at from evidence.published k where k.district = l.district and k.size > l.idx order by k.size limit 1) p on true
    where s.district = in_district and s.id = of_sampling
$$;

-- Who handled a candidate: the case, or the case of the entry, or recorded the entry.
create function supervision.handled(in_district text, of_sampling uuid, of_candidate uuid, who uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog as $$
    select exists (select from cases.case_handler h where h.district = in_district and h.person_id = who
        and h.case_id in (of_candidate, (select e.case_id from register.entry e where e.district = in_district and e.id = of_candidate)))
      or exists (select from register.entry e where e.district = in_district and e.id = of_candidate and e.recorded_by = who)
$$;

---------------------------------------------------------------------------------------------------
-- The order.
---------------------------------------------------------------------------------------------------
create function supervision.sampling_planned() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (select p.district from kernel.person p where p.id = new.person_id) is not distinct from new.district then
    raise exception 'nobody samples their own office' using errcode = '23514', constraint = 'sampling_by_outsider';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('sampling ' || new.district || ' ' || new.source, 0));
  if exists (select from supervision.sampling s where s.district = new.district and s.source = new.source
      and not exists (select from supervision.sampling_end e where e.district = s.district and e.sampling_id = s.id)) then
    raise exception 'one sampling at a time' using errcode = '23514', constraint = 'sampling_one_open';
  end if;
  return new;
end $$;
create trigger checked before insert on supervision.sampling for each row execute function supervision.sampling_planned();

create function supervision.sampling_framed() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare found record;
begin
  if not exists (select from supervision.sampling s where s.district = new.district and s.id = new.sampling_id and s.act_id = new.act_id) then
    raise exception 'a frame belongs to the act of its plan' using errcode = 'MB143';
  end if;
  select * into found from supervision.frame_sum(new.district, new.sampling_id);
  if coalesce(found.candidates, 0) = 0 then
    raise exception 'there is nothing to draw from' using errcode = '23514', constraint = 'sampling_empty';
  end if;
  if jsonb_array_length(found.strata) > (select s.size from supervision.sampling s where s.district = new.district and s.id = new.sampling_id) then
    raise exception 'fewer are to be drawn than there are strata' using errcode = '23514', constraint = 'sampling_too_small';
  end if;
  if (new.candidates, new.hash, new.strata) is distinct from (found.candidates, found.hash, found.strata) then
    raise exception 'that is not the sum of this frame' using errcode = 'MB143';
  end if;
  return new;
end $$;
create trigger checked before insert on supervision.sampling_frame for each row execute function supervision.sampling_framed();

create function supervision.sampling_valued() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  s supervision.sampling;
  c record;
begin
  select * into s from supervision.sampling x where x.district = new.district and x.id = new.sampling_id;
  select * into c from supervision.committed(new.district, new.sampling_id);
  if (select p.district from kernel.person p where p.id = new.person_id) is not distinct from new.district then
    raise exception 'nobody samples their own office' using errcode = '23514', constraint = 'sampling_by_outsider';
  end if;
  if kernel.day_of(new.at) < s.value_on then
    raise exception 'its day has not come' using errcode = '23514', constraint = 'value_on_its_day';
  end if;
  if c.on_day is null or c.on_day >= s.value_on then
    raise exception 'the plan was in no published checkpoint before that day' using errcode = '23514', constraint = 'sampling_committed_before';
  end if;
  if new.leaf_hash <> c.leaf_hash or new.checkpoint_size <> c.size then
    raise exception 'that is not where the plan stands in its log' using errcode = 'MB143';
  end if;
  if exists (select from supervision.sampling_end e where e.district = new.district and e.sampling_id = new.sampling_id)
    or exists (select from supervision.sampling_value v left join supervision.sampling_confirmation k on k.district = v.district and k.sampling_id = v.sampling_id and k.no = v.no
      where v.district = new.district and v.sampling_id = new.sampling_id and k.agrees is distinct from false) then
    raise exception 'the value has been entered' using errcode = '23514', constraint = 'value_entered_once';
  end if;
  return new;
end $$;
create trigger checked before insert on supervision.sampling_value for each row execute function supervision.sampling_valued();

create function supervision.sampling_confirmed() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (select p.district from kernel.person p where p.id = new.person_id) is not distinct from new.district then
    raise exception 'nobody samples their own office' using errcode = '23514', constraint = 'sampling_by_outsider';
  end if;
  if new.agrees and new.seed is distinct from (select supervision.seed_of(v.leaf_hash, v.value) from supervision.sampling_value v
      where v.district = new.district and v.sampling_id = new.sampling_id and v.no = new.no) then
    raise exception 'that is not the seed' using errcode = 'MB143';
  end if;
  return new;
end $$;
create trigger checked before insert on supervision.sampling_confirmation for each row execute function supervision.sampling_confirmed();

create function supervision.sample_assigned() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (select p.district from kernel.person p where p.id = new.checker) is not distinct from new.district then
    raise exception 'who checks is not of the office' using errcode = '23514', constraint = 'checker_of_no_part';
  end if;
  if supervision.handled(new.district, new.sampling_id, new.candidate, new.checker) then
    raise exception 'who checks has handled none of it' using errcode = '23514', constraint = 'checker_handled_none';
  end if;
  if not 'inspection' = any (kernel.duties_of(new.checker)) then
    raise exception 'who checks is an inspector' using errcode = '23514', constraint = 'checker_inspects';
  end if;
  if exists (select from supervision.sample_answer a where a.district = new.district and a.sampling_id = new.sampling_id and a.candidate = new.candidate) then
    raise exception 'it has been checked' using errcode = '23514', constraint = 'assigned_before_answer';
  end if;
  return new;
end $$;
create trigger checked before insert on supervision.sample_assignment for each row execute function supervision.sample_assigned();

create function supervision.sample_answered() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare c supervision.sample_check;
begin
  select * into c from supervision.sample_check x where x.district = new.district and x.sampling_id = new.sampling_id and x.candidate = new.candidate;
  if (new.forms, new.materials, new.process, new.in_time) is distinct from (c.forms, c.materials, c.process, c.in_time) and new.reason is null then
    raise exception 'a difference has a reason' using errcode = '23514', constraint = 'difference_has_reason';
  end if;
  if new.no <> (select max(a.no) from supervision.sample_assignment a where a.district = new.district and a.sampling_id = new.sampling_id and a.candidate = new.candidate) then
    raise exception 'it was given to another' using errcode = '23514', constraint = 'answer_by_newest';
  end if;
  return new;
end $$;
create trigger checked before insert on supervision.sample_answer for each row execute function supervision.sample_answered();

create function supervision.sampling_ends() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  s supervision.sampling;
  c record;
  seeded boolean;
begin
  select * into s from supervision.sampling x where x.district = new.district and x.id = new.sampling_id;
  select * into c from supervision.committed(new.district, new.sampling_id);
  seeded := exists (select from supervision.sampling_confirmation k where k.district = new.district and k.sampling_id = new.sampling_id and k.agrees);
  if new.how = 'closed' and (not seeded or exists (select from supervision.sample_item i where i.district = new.district and i.sampling_id = new.sampling_id
      and not exists (select from supervision.sample_answer a where a.district = i.district and a.sampling_id = i.sampling_id and a.candidate = i.candidate))) then
    raise exception 'something was not checked' using errcode = '23514', constraint = 'sampling_all_checked';
  end if;
  if new.how = 'lapsed' and (seeded or kernel.day_of(new.at) < s.value_on or c.on_day < s.value_on) then
    raise exception 'a plan that stands is carried out' using errcode = '23514', constraint = 'sampling_stands';
  end if;
  return new;
end $$;
create trigger checked before insert on supervision.sampling_end for each row execute function supervision.sampling_ends();

create function supervision.pace_set() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (select p.district from kernel.person p where p.id = new.person_id) is not distinct from new.district then
    raise exception 'nobody samples their own office' using errcode = '23514', constraint = 'sampling_by_outsider';
  end if;
  return new;
end $$;
create trigger checked before insert on supervision.sampling_pace for each row execute function supervision.pace_set();

do $$
declare
  t text;
  acts jsonb := jsonb_build_object('sampling', 'sampling.plan', 'frame_item', 'sampling.plan', 'sampling_frame', 'sampling.plan', 'sampling_value', 'sampling.seed',
    'sampling_confirmation', 'sampling.confirm', 'sample_item', 'sampling.confirm', 'sample_check', 'sampling.check', 'sample_assignment', 'sampling.assign',
    'sample_answer', 'sampling.answer', 'sampling_end', 'sampling.close', 'sampling_pace', 'sampling.setPace');
begin
  for t in select jsonb_object_keys(acts) loop
    execute format('call kernel.protect(%L, true)', 'supervision.' || t);
    if t = 'sampling_end' then
      create trigger only_in before insert on supervision.sampling_end for each row execute function supervision.only_in('sampling.close', 'sampling.lapse');
    elsif t not in ('frame_item', 'sample_item') then
      execute format('create trigger only_in before insert on supervision.%I for each row execute function supervision.only_in(%L)', t, acts ->> t);
    end if;
  end loop;
end $$;
grant insert (district, source, strata_by, from_day, to_day, size, value_kind, value_name, value_rule, value_on) on supervision.sampling to mingbu_app;
grant insert (district, sampling_id, candidates, hash, strata) on supervision.sampling_frame to mingbu_app;
grant insert (district, sampling_id, no, value, source, planned_by, leaf_hash, checkpoint_size) on supervision.sampling_value to mingbu_app;
grant insert (district, sampling_id, no, agrees, value, word, planned_by, entered_by, seed) on supervision.sampling_confirmation to mingbu_app;
grant insert (district, sampling_id, candidate, forms, materials, process, in_time, faults) on supervision.sample_check to mingbu_app;
grant insert (district, sampling_id, candidate, no, checker) on supervision.sample_assignment to mingbu_app;
grant insert (district, sampling_id, candidate, no, checker, forms, materials, process, in_time, note, reason) on supervision.sample_answer to mingbu_app;
grant insert (district, sampling_id, how, word) on supervision.sampling_end to mingbu_app;
grant insert (district, days, reason) on supervision.sampling_pace to mingbu_app;

revoke execute on function supervision.frame_of(text, uuid), supervision.frame_sum(text, uuid), supervision.freeze_frame(uuid), supervision.seed_of(text, text), supervision.drawn(text, uuid),
  supervision.draw_sample(uuid), supervision.committed(text, uuid), supervision.handled(text, uuid, uuid, uuid), supervision.sampling_planned(), supervision.sampling_framed(),
  supervision.sampling_valued(), supervision.sampling_confirmed(), supervision.sample_assigned(), supervision.sample_answered(), supervision.sampling_ends(), supervision.pace_set() from public;
grant execute on function supervision.freeze_frame(uuid), supervision.draw_sample(uuid), supervision.seed_of(text, text), supervision.committed(text, uuid),
  supervision.handled(text, uuid, uuid, uuid) to mingbu_app;
grant execute on function supervision.frame_sum(text, uuid), supervision.drawn(text, uuid) to mingbu_auditor;
