-- 0049 second factor: who has one gives it when they sign in, too
-- Why:    clause 6.3. A password that was seen over a shoulder opened everything that is only looked at. Whoever has a device
--         of their own confirms the sign-in with it, by the very same command and signature as an act of high value.
-- Change: additive; a trigger on sessions, and one more function.  Locks: none.  Data: none; live sessions go on.
-- Undo:   drop the trigger.
-- The authenticators of a demo ask for nothing here: their secrets are no secret, and its password stands on the page.
create function people.session_awaits_factor() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if new.bar is null and exists (select from people.factor f where f.person_id = new.person_id and f.ended_at is null and not f.demo) then
    new.bar := 'factor_needed';
    new.barred_at := kernel.now();
  end if;
  return new;
end $$;
create trigger awaits_factor before insert on kernel.session for each row execute function people.session_awaits_factor();

-- Lifts the bar in the act that confirms a sign-in. That it is confirmed is asked when the act closes.
create function people.pass_factor() returns void
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if t.act_type is distinct from 'factor.confirm' then raise exception 'a sign-in is confirmed only by its own act' using errcode = 'MB060'; end if;
  update kernel.session s set bar = null, barred_at = null where s.id = t.session_id and s.bar = 'factor_needed';
end $$;
-- Whoever redeems a ticket was there in person: their first device may be added within a day from then.
create function people.ticket_awaits_factor() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform people.await_first_factor(new.person_id);
  return null;
end $$;
create trigger awaits_factor after update of used_at on people.ticket
  for each row when (old.used_at is null and new.used_at is not null) execute function people.ticket_awaits_factor();

revoke execute on function people.ticket_awaits_factor(), people.session_awaits_factor(), people.pass_factor() from public;
grant execute on function people.pass_factor() to mingbu_app;
