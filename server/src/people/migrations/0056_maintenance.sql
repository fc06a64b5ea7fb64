-- 0056 maintenance: configuration, migration, restore, unlock and reindex go through three hands
-- Why:    clause 6.2 for those who run the machine. Who asks, who approves and who carries out are three persons; an order is
--         for one thing, ends by itself and is used once. What it does happens in the very statement that records it.
-- Change: additive.  Locks: none.  Data: none.  Undo: drop tables and functions while no order stands; afterwards go forward.

-- What a configuration order may set, and between which bounds. `store` says where the value lives.
create table people.setting_bound (
  name   text primary key,
  store  text not null check (store in ('kernel', 'access')),
  low    integer not null,
  high   integer not null,
  zh     text not null,
  en     text not null,
  check (low <= high)
);
insert into people.setting_bound values
  ('totp_acts_max', 'kernel', 0, 100, '动态口令确认的行为每人每日上限', 'Acts confirmed by one-time code, per person and day'),
  ('idle_minutes', 'kernel', 1, 30, '无操作锁定窗口（分钟）', 'Minutes until an idle window locks'),
  ('max_term_days', 'access', 30, 366, '权限最长期限（天）', 'Longest term of a right (days)'),
  ('review_grace_days', 'access', 1, 31, '权限复核宽限（天）', 'Grace for the review of rights (days)'),
  ('refused_looks_per_day', 'access', 1, 50, '越权尝试每日阈值', 'Attempts beyond scope in a day'),
  ('looks_per_day', 'access', 20, 1000, '查看登记信息每日上限', 'Looks at the register in a day'),
  ('looks_for_statistics', 'access', 5, 200, '查看统计起算次数', 'Looks from which statistics speak'),
  ('looks_at_one_unit', 'access', 1, 50, '同一单元三十日查看阈值', 'Looks at one unit in thirty days'),
  ('units_by_person_per_day', 'access', 1, 200, '以人查房每日单元阈值', 'Units found by person in a day'),
  ('application_looks_unused', 'access', 1, 100, '读取后未申请阈值', 'Holders read for applications that never came');
grant select on people.setting_bound to mingbu_app, mingbu_auditor;
insert into kernel.setting values ('idle_minutes', '10') on conflict do nothing;
create function people.setting_now(of_name text) returns integer
  language sql stable security definer set search_path = pg_catalog as $$
    select case b.store when 'kernel' then (select s.value::integer from kernel.setting s where s.name = b.name)
      else (select s.value from people.access_setting s where s.name = b.name) end
    from people.setting_bound b where b.name = of_name
$$;

create table people.maintenance_order (
  district     text not null references kernel.district,
  id           uuid not null default kernel.uuid7(),
  kind         text not null check (kind in ('configuration', 'migration', 'restore', 'unlock', 'reindex')),
  target       text not null check (length(target) between 1 and 100),
  value        integer,
  reason       text not null check (length(btrim(reason)) between 5 and 500),
  requested_by uuid not null default kernel.act_person() references kernel.person,
  requested_at timestamptz not null default kernel.act_at(),
  expires_at   timestamptz not null,
  state        text not null default 'asked' check (state in ('asked', 'approved', 'refused', 'released', 'done')),
  decided_by   uuid references kernel.person,
  decided_at   timestamptz,
  word         text check (length(btrim(word)) between 2 and 500),
  executed_by  uuid references kernel.person,
  executed_at  timestamptz,
  result       text,
  done_at      timestamptz,
  act_id       uuid not null default kernel.act_id(),
  primary key (district, id),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint order_value_of_configuration check ((kind = 'configuration') = (value is not null)),
  constraint order_expires check (expires_at > requested_at and expires_at <= requested_at + interval '7 days'),
  -- Three persons. The order of the columns in time stands below.
  constraint order_approved_by_another check (decided_by <> requested_by),
  constraint order_executed_by_a_third check (executed_by not in (requested_by, decided_by)),
  constraint order_executed_in_time check (executed_at < expires_at),
  constraint order_decided check ((state = 'asked') = (decided_by is null) and (decided_by is null) = (decided_at is null)),
  constraint order_executed check ((state in ('released', 'done')) = (executed_by is not null) and (executed_by is null) = (executed_at is null)),
  constraint order_done check ((state = 'done') = (done_at is not null))
);
create index maintenance_order_state on people.maintenance_order (district, state, id);
call kernel.protect('people.maintenance_order', false);
grant insert (district, kind, target, value, reason, expires_at), update (state, word, result) on people.maintenance_order to mingbu_app;

-- Persons, times and what was done come from here, whoever writes the row; and a step is taken only in its own act.
create function people.guard_order() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); b people.setting_bound; owner_ uuid;
begin
  if t.act_type is distinct from (case
      when tg_op = 'INSERT' then 'maintenance.request'
      when old.state = 'asked' and new.state = 'approved' then 'maintenance.approve'
      when old.state = 'asked' and new.state = 'refused' then 'maintenance.refuse'
      when old.state = 'approved' and new.state in ('released', 'done') then 'maintenance.execute'
      when old.state = 'released' and new.state = 'done' then 'maintenance.report'
      else '' end) then
    raise exception 'a maintenance order cannot become % in %', new.state, coalesce(t.act_type, 'no act') using errcode = 'MB080';
  end if;
  if new.kind = 'unlock' then
    select a.person_id into owner_ from kernel.account a where a.username = new.target and a.closed_at is null;
    if owner_ is null then raise exception 'no such account' using errcode = '23514', constraint = 'order_account_known'; end if;
    if owner_ = t.person_id then raise exception 'nobody unlocks their own account' using errcode = '23514', constraint = 'order_not_own_account'; end if;
  end if;
  if new.kind = 'configuration' then
    select * into b from people.setting_bound where name = new.target;
    if b.name is null or new.value not between b.low and b.high then
      raise exception 'no such setting, or beyond its bounds' using errcode = '23514', constraint = 'order_setting_bounds';
    end if;
  end if;
  if tg_op = 'INSERT' then return new; end if;
  if t.act_type <> 'maintenance.report' and t.at >= old.expires_at then
    raise exception 'the order has expired' using errcode = '23514', constraint = 'order_still_open';
  end if;
  if old.state = 'asked' then
    new.decided_by := t.person_id;
    new.decided_at := t.at;
    return new;
  end if;
  if old.state = 'released' then
    new.done_at := t.at;
    return new;
  end if;
  if (new.state = 'released') <> (new.kind in ('migration', 'reindex')) then
    raise exception 'this kind of order does not become %', new.state using errcode = 'MB080';
  end if;
  new.executed_by := t.person_id;
  new.executed_at := t.at;
  if new.state = 'released' then return new; end if;
  new.done_at := t.at;
  -- The thing itself, in the same breath: there is no doing without the record, and no record without the doing.
  if new.kind = 'configuration' then
    new.result := new.target || ': ' || coalesce(people.setting_now(new.target)::text, '-') || ' -> ' || new.value;
  elsif new.kind = 'unlock' then
    new.result := 'unlocked';
  end if;
  return new;
end $$;
create trigger guarded before insert or update on people.maintenance_order for each row execute function people.guard_order();

-- Runs after every constraint of the row has held.
create function people.carry_out_order() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if new.kind = 'configuration' then
    update kernel.setting s set value = new.value::text from people.setting_bound b where b.name = new.target and b.store = 'kernel' and s.name = b.name;
    update people.access_setting s set value = new.value from people.setting_bound b where b.name = new.target and b.store = 'access' and s.name = b.name;
  elsif new.kind = 'unlock' then
    update kernel.account set failures = 0, locked_until = null where username = new.target and closed_at is null;
  end if;
  return null;
end $$;
create trigger carried_out after update on people.maintenance_order for each row
  when (old.state = 'approved' and new.state = 'done') execute function people.carry_out_order();
revoke execute on function people.guard_order(), people.carry_out_order(), people.setting_now(text) from public;
grant execute on function people.setting_now(text) to mingbu_app, mingbu_auditor;

-- Whose account a user name is; the app may not read accounts.
create function people.account_person(name text) returns uuid
  language sql stable security definer set search_path = pg_catalog
  as $$ select a.person_id from kernel.account a where a.username = name and a.closed_at is null $$;
revoke execute on function people.account_person(text) from public;
grant execute on function people.account_person(text) to mingbu_app;
