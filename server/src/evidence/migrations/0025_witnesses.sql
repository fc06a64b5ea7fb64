-- 0025 witnesses: checkpoints leave the house with the names of those who watch us under them
-- Why:    clause 6.4: a district with its own database's superuser must not be able to rewrite its history alone.
-- Change: additive.  Locks: none.  Undo: drop while empty; afterwards go forward.

-- Whose signatures make a checkpoint of a log public (C2SP tlog-policy). A new version is an act in the city's log,
-- so a key exchanged in the tables alone does not go unseen.
create table evidence.policy (
  log        text not null references evidence.log,
  version    integer not null check (version > 0),
  text       text not null check (length(text) <= 20000),
  adopted_at timestamptz not null default kernel.act_at(),
  act_id     uuid not null default kernel.act_id(),
  primary key (log, version)
);

-- Every cosignature got, also those that came after publication.
create table evidence.cosignature (
  district text not null,
  size     bigint not null,
  witness  text not null,
  line     text not null,
  at       timestamptz not null default kernel.now(),
  primary key (district, size, witness),
  foreign key (district, size) references evidence.checkpoint
);

-- What anyone is shown: a checkpoint with a quorum under it. Only forward.
create table evidence.published (
  district text not null,
  size     bigint not null,
  note     text not null,
  -- The version of its log's policy that the note satisfies; null while none is adopted.
  policy   integer,
  at       timestamptz not null default kernel.now(),
  primary key (district, size),
  foreign key (district, size) references evidence.checkpoint,
  foreign key (district, policy) references evidence.policy (log, version)
);

create function evidence.check_published() returns trigger
  language plpgsql set search_path = pg_catalog as $$
begin
  if exists (select from evidence.published p where p.district = new.district and p.size >= new.size) then
    raise exception 'a larger checkpoint was published before' using errcode = 'MB031';
  end if;
  if not exists (select from evidence.checkpoint c
      where c.district = new.district and c.size = new.size and starts_with(new.note, c.note)) then
    raise exception 'what is published begins with what was signed' using errcode = 'MB032';
  end if;
  if new.policy is distinct from (select max(version) from evidence.policy y where y.log = new.district) then
    raise exception 'what is published satisfies the policy in force' using errcode = 'MB033';
  end if;
  return new;
end $$;
create trigger only_forward before insert on evidence.published for each row execute function evidence.check_published();
revoke execute on function evidence.check_published() from public;
grant execute on function evidence.check_published() to mingbu_sequencer;

-- Whoever holds the app's password and opens some other act cannot weaken a policy inside it.
create function evidence.check_policy() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (kernel.tx()).act_type is distinct from 'evidence.adoptPolicies' then
    raise exception 'a policy is adopted only by its own act' using errcode = 'MB034';
  end if;
  return new;
end $$;
create trigger only_by_its_act before insert on evidence.policy for each row execute function evidence.check_policy();
revoke execute on function evidence.check_policy() from public;
grant execute on function evidence.check_policy() to mingbu_app;

create trigger append_only before update or delete on evidence.policy for each row execute function kernel.refuse_change();
create trigger append_only before update or delete on evidence.cosignature for each row execute function kernel.refuse_change();
create trigger append_only before update or delete on evidence.published for each row execute function kernel.refuse_change();
create trigger no_truncate before truncate on evidence.policy for each statement execute function kernel.refuse_change();
create trigger no_truncate before truncate on evidence.cosignature for each statement execute function kernel.refuse_change();
create trigger no_truncate before truncate on evidence.published for each statement execute function kernel.refuse_change();

grant select on evidence.policy, evidence.cosignature, evidence.published to mingbu_app, mingbu_sequencer, mingbu_auditor;
grant insert (log, version, text) on evidence.policy to mingbu_app;
grant insert (district, size, witness, line) on evidence.cosignature to mingbu_sequencer;
grant insert (district, size, note, policy) on evidence.published to mingbu_sequencer;
