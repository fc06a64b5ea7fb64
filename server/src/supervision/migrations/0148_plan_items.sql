-- 0148 plan items: the informatisation plan and the pilots’ deliverables, each with an owner, a day and evidence, accepted by another
-- Why:    clauses 6.1 and 2.3: what was planned is tracked to its end, and nobody moves a day or accepts a piece of work of their own.
-- Change: additive.  Locks: none.  Data: none.  Undo: drop the tables while they are empty; afterwards go forward.
create table supervision.plan_item (
  district    text not null references kernel.district,
  id          uuid not null default kernel.uuid7(),
  part        text not null check (part in ('informatisation', 'pilot')),
  clause      text not null check (clause ~ '^\d\.\d$'),
  title       text not null check (length(btrim(title)) between 2 and 200),
  deliverable text not null check (length(btrim(deliverable)) between 2 and 2000),
  review_days smallint not null check (review_days between 7 and 184),
  person_id   uuid not null default kernel.act_person() references kernel.person,
  at          timestamptz not null default kernel.act_at(),
  act_id      uuid not null default kernel.act_id(),
  primary key (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
-- 责任人与期限: the first, and what was changed; never for oneself.
create table supervision.plan_term (
  district  text not null,
  item_id   uuid not null,
  no        smallint not null check (no > 0),
  owner_id  uuid not null references kernel.person,
  due_on    date not null,
  reason    text not null check (length(btrim(reason)) between 2 and 500),
  person_id uuid not null default kernel.act_person() references kernel.person,
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  constraint plan_term_once primary key (district, item_id, no),
  unique (district, item_id, no, owner_id),
  foreign key (district, item_id) references supervision.plan_item,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint plan_term_of_another check (person_id <> owner_id),
  constraint plan_due_later check (due_on > (at at time zone 'Asia/Shanghai')::date)
);
-- 进展: by the owner; what is finished comes with evidence.
create table supervision.plan_progress (
  district  text not null,
  item_id   uuid not null,
  no        smallint not null check (no > 0),
  term_no   smallint not null,
  note      text not null check (length(btrim(note)) between 2 and 2000),
  percent   smallint not null check (percent between 0 and 100),
  finished  boolean not null,
  files     text[] not null check (cardinality(files) <= 20),
  person_id uuid not null default kernel.act_person(),
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  constraint plan_progress_once primary key (district, item_id, no),
  unique (district, item_id, no, person_id, finished),
  constraint plan_progress_by_owner foreign key (district, item_id, term_no, person_id) references supervision.plan_term (district, item_id, no, owner_id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint plan_finished_with_evidence check (not finished or (cardinality(files) > 0 and percent = 100))
);
-- 验收: of what was reported as finished, by another.
create table supervision.plan_acceptance (
  district    text not null,
  item_id     uuid not null,
  progress_no smallint not null,
  finished    boolean not null default true check (finished),
  good        boolean not null,
  word        text not null check (length(btrim(word)) between 2 and 500),
  reported_by uuid not null,
  person_id   uuid not null default kernel.act_person() references kernel.person,
  at          timestamptz not null default kernel.act_at(),
  act_id      uuid not null default kernel.act_id(),
  constraint plan_accepted_once primary key (district, item_id, progress_no),
  foreign key (district, item_id, progress_no, reported_by, finished) references supervision.plan_progress (district, item_id, no, person_id, finished),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint plan_accepted_by_another check (person_id <> reported_by)
);
create unique index plan_ended_once on supervision.plan_acceptance (district, item_id) where good;
do $$
declare t text; acts jsonb := jsonb_build_object('plan_item', 'plan.add', 'plan_progress', 'plan.report', 'plan_acceptance', 'plan.accept');
begin
  foreach t in array array['plan_item', 'plan_term', 'plan_progress', 'plan_acceptance'] loop
    execute format('call kernel.protect(%L, true)', 'supervision.' || t);
    if t <> 'plan_term' then execute format('create trigger only_in before insert on supervision.%I for each row execute function supervision.only_in(%L)', t, acts ->> t); end if;
  end loop;
end $$;
create trigger only_in before insert on supervision.plan_term for each row execute function supervision.only_in('plan.add', 'plan.setTerm');
grant insert (district, part, clause, title, deliverable, review_days) on supervision.plan_item to mingbu_app;
grant insert (district, item_id, no, owner_id, due_on, reason) on supervision.plan_term to mingbu_app;
grant insert (district, item_id, no, term_no, note, percent, finished, files) on supervision.plan_progress to mingbu_app;
grant insert (district, item_id, progress_no, finished, good, word, reported_by) on supervision.plan_acceptance to mingbu_app;

-- Terms and progress follow one another; only who owns the item now reports on it, and nothing moves once it is accepted. Whoever
-- owns it does not change its terms.
create function supervision.plan_moves() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare last supervision.plan_term; progress int;
begin
  perform pg_advisory_xact_lock(hashtextextended('plan ' || new.item_id, 0));
  if exists (select from supervision.plan_acceptance a where a.district = new.district and a.item_id = new.item_id and a.good) then
    raise exception 'the item is accepted' using errcode = '23514', constraint = 'plan_item_ended';
  end if;
  select * into last from supervision.plan_term t where t.district = new.district and t.item_id = new.item_id order by t.no desc limit 1;
  if tg_table_name = 'plan_term' then
    if new.no <> coalesce(last.no, 0) + 1 then raise exception 'terms follow one another' using errcode = '23514', constraint = 'plan_moves_on'; end if;
    if last.owner_id = new.person_id then raise exception 'nobody moves a day of their own' using errcode = '23514', constraint = 'plan_term_not_own'; end if;
    return new;
  end if;
  select coalesce(max(p.no), 0) into progress from supervision.plan_progress p where p.district = new.district and p.item_id = new.item_id;
  if new.no <> progress + 1 or new.term_no <> last.no or exists (
    select from supervision.plan_progress p where p.district = new.district and p.item_id = new.item_id and p.no = progress and p.finished
      and not exists (select from supervision.plan_acceptance a where a.district = p.district and a.item_id = p.item_id and a.progress_no = p.no)) then
    raise exception 'progress follows what is known' using errcode = '23514', constraint = 'plan_moves_on';
  end if;
  return new;
end $$;
revoke execute on function supervision.plan_moves() from public;
create trigger moves before insert on supervision.plan_term for each row execute function supervision.plan_moves();
create trigger moves before insert on supervision.plan_progress for each row execute function supervision.plan_moves();
