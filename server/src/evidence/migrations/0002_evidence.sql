-- 0002 evidence: one transparency log per district
-- Why:    clause 6.4: every act leaves a trace that outsiders can check. Formats: C2SP tlog-tiles, checkpoints.
-- Change: additive.  Locks: none.  Undo: drop while empty; afterwards go forward.
-- Nothing here is personal: leaves hold hashes only, so the app and the public may read all of it.
create schema evidence;
grant usage on schema evidence to mingbu_app, mingbu_sequencer, mingbu_auditor;

create table evidence.log (
  district text primary key references kernel.district,
  origin   text not null unique check (origin !~ '[\s+]'),
  vkey     text not null
);

-- The one row a sequencer moves, by compare-and-set on size.
create table evidence.head (
  district text primary key references evidence.log,
  size     bigint not null default 0 check (size >= 0),
  root     bytea not null check (octet_length(root) = 32)
);

create table evidence.leaf (
  district text not null references evidence.log,
  idx      bigint not null check (idx >= 0),
  seq      bigint not null,
  act_id   uuid not null,
  hash     bytea not null check (octet_length(hash) = 32),
  primary key (district, idx),
  constraint leaf_once unique (district, act_id),
  foreign key (district, act_id) references kernel.act
);

-- Hashes above the leaves: (level, idx) is the root of the full tile (level - 1, idx), 256 hashes wide.
create table evidence.node (
  district text not null references evidence.log,
  level    smallint not null check (level between 1 and 7),
  idx      bigint not null check (idx >= 0),
  hash     bytea not null check (octet_length(hash) = 32),
  primary key (district, level, idx)
);

create table evidence.checkpoint (
  district  text not null references evidence.log,
  size      bigint not null,
  root      bytea not null check (octet_length(root) = 32),
  note      text not null,
  signed_at timestamptz not null default kernel.now(),
  primary key (district, size)
);

-- A batch of leaves starts at the head and is dense: a gap, a second leaf 0 or a fork is refused.
create function evidence.check_dense() returns trigger
  language plpgsql set search_path = pg_catalog as $$
begin
  if exists (
    select from (select district, min(idx) lo, max(idx) hi, count(*) n from added group by district) b
      join evidence.head h using (district)
    where b.lo <> h.size or b.hi - b.lo + 1 <> b.n)
  then raise exception 'leaves must start at the head and be dense' using errcode = 'MB030'; end if;
  return null;
end $$;
create trigger leaf_dense after insert on evidence.leaf referencing new table as added
  for each statement execute function evidence.check_dense();

create trigger append_only before update or delete on evidence.leaf for each row execute function kernel.refuse_change();
create trigger append_only before update or delete on evidence.node for each row execute function kernel.refuse_change();
create trigger append_only before update or delete on evidence.checkpoint for each row execute function kernel.refuse_change();
create trigger no_truncate before truncate on evidence.leaf for each statement execute function kernel.refuse_change();
create trigger no_truncate before truncate on evidence.node for each statement execute function kernel.refuse_change();
create trigger no_truncate before truncate on evidence.checkpoint for each statement execute function kernel.refuse_change();
create trigger no_truncate before truncate on evidence.head for each statement execute function kernel.refuse_change();
create trigger no_delete before delete on evidence.head for each row execute function kernel.refuse_change();

grant select on all tables in schema evidence to mingbu_app, mingbu_sequencer, mingbu_auditor;
grant insert (district, idx, seq, act_id, hash) on evidence.leaf to mingbu_sequencer;
grant insert on evidence.node to mingbu_sequencer;
grant insert (district, size, root, note) on evidence.checkpoint to mingbu_sequencer;
grant update (size, root) on evidence.head to mingbu_sequencer;
revoke execute on all functions in schema evidence from public;
grant execute on function evidence.check_dense() to public;

-- Entry bytes of consecutive leaves, for anyone: an entry holds hashes, type, time and district only.
create function evidence.entries(of_district text, from_idx bigint, how_many integer) returns table (entry bytea)
  language sql stable security definer set search_path = pg_catalog as $$
    select a.entry from evidence.leaf l join kernel.act a on a.district = l.district and a.id = l.act_id
    where l.district = of_district and l.idx >= from_idx and l.idx < from_idx + least(how_many, 256) order by l.idx
$$;
revoke execute on function evidence.entries(text, bigint, integer) from public;
grant execute on function evidence.entries(text, bigint, integer) to mingbu_app;
