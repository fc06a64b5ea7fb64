-- 0072 seal use: the database lets a seal be used on a printed certificate of the case that is named, and on nothing else
-- Why:    clauses 5.2 (a use names case and document), 5.3 (never on a blank). Until now only the code said so.
-- Change: additive.  Locks: none.  Undo: drop the trigger.
create function custody.check_seal_use() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (kernel.tx()).act_type is distinct from 'register.load' and not exists (select from register.certificate c
      where c.district = new.district and c.number = new.document and c.case_id = new.case_id and c.state = 'printed') then
    raise exception 'a seal is used on a printed certificate of a case, never on a blank' using errcode = '23514', constraint = 'seal_on_printed';
  end if;
  return new;
end $$;
create trigger printed before insert on kernel.custody_line for each row when (new.kind = 'seal' and new.movement = 'use')
  execute function custody.check_seal_use();
