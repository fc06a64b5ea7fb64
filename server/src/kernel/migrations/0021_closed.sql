-- 0021 closed: an act that was opened is closed, or its transaction fails
-- Why:    clause 6.4: no change without its leaf. Rows of projections carry no act of their own, so at the SQL prompt they
--         could be written in an open act and committed without closing it, or after binding the transaction anew to read.
-- Change: a deferred trigger, and one more check when a transaction is bound to read.  Locks: none to speak of.
-- Data:   no rows rewritten.  Undo: drop the trigger.
create function kernel.refuse_open_act() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if exists (select from kernel.tx_actor t where t.pid = new.pid and t.txid = new.txid and t.state in ('acting', 'refusing')) then
    raise exception 'an act was opened in this transaction and not closed' using errcode = 'MB006';
  end if;
  return null;
end $$;
revoke execute on function kernel.refuse_open_act() from public;
create constraint trigger act_closed after insert or update on kernel.tx_actor deferrable initially deferred
  for each row when (new.state in ('acting', 'refusing')) execute function kernel.refuse_open_act();

create or replace function kernel.open_read(token bytea) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare who record;
begin
  if exists (select from kernel.tx_actor x where x.pid = pg_backend_pid() and x.txid = pg_current_xact_id_if_assigned()) then
    raise exception 'one transaction has one actor and one act' using errcode = 'MB001';
  end if;
  select * into who from kernel.whose_token(token);
  if who.person_id is null then return jsonb_build_object('status', 'not_signed_in'); end if;
  perform kernel.bind_tx('reading', who.actor, who.person_id, who.session_id, who.home, who.is_city, who.home, null, null, null, null);
  return jsonb_build_object('status', 'ok', 'actor', who.actor, 'person', who.person_id, 'session', who.session_id,
    'duties', kernel.duties_of(who.person_id), 'home', who.home, 'district', who.home,
    'at', (extract(epoch from kernel.now()) * 1000000)::bigint);
end $$;
