-- 0176 review draw: the files of a case review follow from a checkpoint nobody knew when the plan was made and approved
-- Why:    clause 7.2, decision 0088. They followed from the plan's id, so a plan could be made anew until its files pleased.
-- Change: two tables; sheets of a review are written by inspection.draw.  Locks: sheets, decisions, readings, briefly.
-- Data:   reviews that stand keep the sheets they have.  Undo: drop while empty; the functions as in 0151 and 0175.

-- 拟抽案卷: how many, and a secret of the database that the leaf of the plan commits to: the office knows its own cases and the public
-- log, and without it could tell which of them come up.
create table supervision.inspection_lot (
  district      text not null,
  inspection_id uuid not null,
  size          smallint not null check (size between 1 and 50),
  secret        text not null default encode(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), 'hex') check (secret ~ '^[0-9a-f]{64}$'),
  act_id        uuid not null default kernel.act_id(),
  primary key (district, inspection_id),
  foreign key (district, inspection_id) references supervision.inspection,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
-- 抽取案卷: by the first checkpoint that was published over the approval.
create table supervision.inspection_draw (
  district        text not null,
  inspection_id   uuid not null,
  checkpoint_size bigint not null check (checkpoint_size > 0),
  root            text not null check (root ~ '^[0-9a-f]{64}$'),
  seed            text not null check (seed ~ '^[0-9a-f]{64}$'),
  person_id       uuid not null default kernel.act_person() references kernel.person,
  at              timestamptz not null default kernel.act_at(),
  act_id          uuid not null default kernel.act_id(),
  constraint review_drawn_once primary key (district, inspection_id),
  foreign key (district, inspection_id) references supervision.inspection_lot,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
call kernel.protect('supervision.inspection_lot', true);
call kernel.protect('supervision.inspection_draw', true);
create trigger only_in before insert on supervision.inspection_lot for each row execute function supervision.only_in('inspection.plan');
create trigger only_in before insert on supervision.inspection_draw for each row execute function supervision.only_in('inspection.draw');
drop trigger only_in on supervision.inspection_sheet;
create trigger only_in before insert on supervision.inspection_sheet for each row execute function supervision.only_in('inspection.plan', 'inspection.draw');
grant insert (district, inspection_id, size) on supervision.inspection_lot to mingbu_app;
grant insert (district, inspection_id, checkpoint_size, root, seed) on supervision.inspection_draw to mingbu_app;

-- What is drawn from is settled with the plan: cases closed in the time inspected and before it was made.
create function supervision.review_frame(of_district text, of_id uuid) returns table (business text, case_id uuid)
  language sql stable security definer set search_path = pg_catalog as $$
    select c.business, c.id from supervision.inspection i join cases.case c on c.district = i.inspected
      and kernel.day_of(c.closed_at) <@ i.period and c.closed_at <= i.at
    where i.district = of_district and i.id = of_id
$$;
-- seed = SHA-256("mingbu/review/seed/v1" 00, secret, root of that checkpoint, id of the plan). No row before it is published.
create function supervision.review_sum(of_district text, of_id uuid) returns table (checkpoint_size bigint, root text, seed text)
  language sql stable security definer set search_path = pg_catalog as $$
    select p.size, encode(p.root, 'hex'),
      encode(sha256(convert_to('mingbu/review/seed/v1', 'UTF8') || '\x00'::bytea || decode(o.secret, 'hex') || p.root || uuid_send(o.inspection_id)), 'hex')
    from supervision.inspection_lot o
      join supervision.inspection_decision d on d.district = o.district and d.inspection_id = o.inspection_id and d.approved
      join evidence.leaf l on l.district = d.district and l.act_id = d.act_id
      cross join lateral (select k.size, c.root from evidence.published k join evidence.checkpoint c on c.district = k.district and c.size = k.size
        where k.district = l.district and k.size > l.idx order by k.size limit 1) p
    where o.district = of_district and o.inspection_id = of_id
$$;
-- Each kind of business in turn, by SHA-256("mingbu/review/draw/v1" 00, seed, id of the case).
create function supervision.review_drawn(of_district text, of_id uuid) returns table (no smallint, case_id uuid)
  language sql stable security definer set search_path = pg_catalog as $$
    select (row_number() over (order by x.turn, x.lot))::smallint, x.case_id from (
      select f.case_id, l.lot, row_number() over (partition by f.business order by l.lot) as turn
      from supervision.review_sum(of_district, of_id) s cross join supervision.review_frame(of_district, of_id) f
        cross join lateral (select sha256(convert_to('mingbu/review/draw/v1', 'UTF8') || '\x00'::bytea || decode(s.seed, 'hex') || uuid_send(f.case_id)) as lot) l) x
    order by x.turn, x.lot limit (select o.size from supervision.inspection_lot o where o.district = of_district and o.inspection_id = of_id)
$$;
-- The same for who inspects.
create function supervision.review_seed(of_district text, of_id uuid) returns table (checkpoint_size bigint, root text, seed text)
  language sql stable security definer set search_path = pg_catalog as $$
    select * from supervision.review_sum(of_district, of_id)
    where session_user <> 'mingbu_app' or kernel.act_district() = of_district or kernel.may_read_all()
$$;
drop function supervision.draw_cases(text, uuid, int);
create function supervision.draw_cases(of_district text, of_id uuid) returns table (no smallint, case_id uuid)
  language sql stable security definer set search_path = pg_catalog as $$
    select * from supervision.review_drawn(of_district, of_id)
    where session_user <> 'mingbu_app' or kernel.act_district() = of_district or kernel.may_read_all()
$$;

create function supervision.check_lot() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if not exists (select from supervision.inspection i where i.district = new.district and i.id = new.inspection_id and i.kind = 'case_review' and i.act_id = new.act_id)
    or not exists (select from supervision.review_frame(new.district, new.inspection_id)) then
    raise exception 'a review draws from cases that were closed, as its plan says' using errcode = '23514', constraint = 'sheet_drawn';
  end if;
  return new;
end $$;
create trigger checked before insert on supervision.inspection_lot for each row execute function supervision.check_lot();
create function supervision.check_draw() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if not exists (select from supervision.review_sum(new.district, new.inspection_id)) then
    raise exception 'approved, and under a published checkpoint' using errcode = '23514', constraint = 'review_committed';
  end if;
  if not exists (select from supervision.review_sum(new.district, new.inspection_id) s
    where (s.checkpoint_size, s.root, s.seed) = (new.checkpoint_size, new.root, new.seed)) then
    raise exception 'that is not what follows from the log' using errcode = '23514', constraint = 'review_computed';
  end if;
  return new;
end $$;
create trigger checked before insert on supervision.inspection_draw for each row execute function supervision.check_draw();
-- At the end of the act each case that was drawn has its sheet: none is left out.
create function supervision.check_drawn() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if exists (select from supervision.review_drawn(new.district, new.inspection_id) d where not exists (
      select from supervision.inspection_sheet s where s.district = new.district and s.inspection_id = new.inspection_id and s.no = d.no and s.case_id = d.case_id)) then
    raise exception 'each case that was drawn has its sheet' using errcode = '23514', constraint = 'review_whole';
  end if;
  return null;
end $$;
create constraint trigger review_whole after insert on supervision.inspection_draw deferrable initially deferred
  for each row execute function supervision.check_drawn();

-- A visit has one sheet, of its plan; a review those that were drawn, of its draw.
create or replace function supervision.check_sheet() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare of_kind text; planned uuid; drawn uuid;
begin
  select i.kind, i.act_id, w.act_id into of_kind, planned, drawn from supervision.inspection i
    left join supervision.inspection_draw w on w.district = i.district and w.inspection_id = i.id
  where i.district = new.district and i.id = new.inspection_id;
  if (of_kind = 'case_review') <> (new.case_id is not null) or new.case_id is null and new.no <> 1
    or new.act_id is distinct from (case when of_kind = 'case_review' then drawn else planned end)
    or new.case_id is not null and not exists (select from supervision.review_drawn(new.district, new.inspection_id) d where d.no = new.no and d.case_id = new.case_id) then
    raise exception 'a visit has one sheet; cases are those that were drawn' using errcode = '23514', constraint = 'sheet_drawn';
  end if;
  return new;
end $$;
-- As 0151, and: what is approved has its sheet, or says how many it draws.
create or replace function supervision.check_decision() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare one record;
begin
  if exists (select from supervision.inspection_member m where m.district = new.district and m.inspection_id = new.inspection_id and m.person_id = kernel.act_person()) then
    raise exception 'nobody of the team approves its plan' using errcode = '23514', constraint = 'inspection_by_another';
  end if;
  if new.approved then
    if (select count(*) from supervision.team(new.district, new.inspection_id) t where t.reader) <> 2
      or not exists (select from supervision.inspection_sheet s where s.district = new.district and s.inspection_id = new.inspection_id)
        and not exists (select from supervision.inspection_lot o where o.district = new.district and o.inspection_id = new.inspection_id) then
      raise exception 'a team has two who read' using errcode = '23514', constraint = 'two_readers';
    end if;
    for one in select supervision.inspector_conflict(t.person_id, new.district, new.inspection_id) as why from supervision.team(new.district, new.inspection_id) t loop
      perform supervision.refuse_conflict(one.why);
    end loop;
  end if;
  return new;
end $$;
-- Nothing is handed in of files that are not drawn (a score needs its sheet anyway).
create function supervision.check_reading_drawn() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if not exists (select from supervision.inspection_sheet s where s.district = new.district and s.inspection_id = new.inspection_id) then
    raise exception 'its files are not drawn' using errcode = '23514', constraint = 'review_not_drawn';
  end if;
  return new;
end $$;
create trigger drawn before insert on supervision.inspection_reading for each row execute function supervision.check_reading_drawn();
revoke execute on function supervision.review_frame(text, uuid), supervision.review_sum(text, uuid), supervision.review_drawn(text, uuid), supervision.review_seed(text, uuid),
  supervision.draw_cases(text, uuid), supervision.check_lot(), supervision.check_draw(), supervision.check_drawn(), supervision.check_reading_drawn() from public;
grant execute on function supervision.review_seed(text, uuid), supervision.draw_cases(text, uuid) to mingbu_app, mingbu_auditor;
