-- 0112 electronic seal: what the system seals goes through the same book as what a hand seals
-- Why:    clauses 5.1, 5.2, decision 0063. Papers that the house gives out carried the name of an office and no seal; whether one may be
--         trusted could be told by its check page only, and who answers for it was nobody's.
-- Change: additive; seals that are out are those a person holds.  Locks: custody.seal, cases.notice, for a moment.  Data: none.
-- Undo:   while no electronic seal is registered; afterwards go forward.

alter table custody.seal add column electronic boolean, add constraint seal_electronic check (electronic is null or electronic),
  add constraint seal_locked_hand check (electronic is null or locked_at is null);
comment on column custody.seal.electronic is 'True of a seal that the system uses (电子印章): it lies in no safe and in no hand. Its keeper answers for it.';
drop index custody.seal_one_each;
create unique index seal_one_each on custody.seal (keeper_id, coalesce(electronic, false)) where state = 'active';
-- One of a kind speaks for the office.
create unique index seal_electronic_once on custody.seal (district, kind) where electronic and state = 'active';
grant insert (electronic) on custody.seal to mingbu_app;

alter table cases.notice add column seal_no integer,
  add constraint notice_sealed_paper check (seal_no is null or (file is not null and kind in ('acceptance_receipt', 'supplement', 'non_acceptance', 'refusal'))),
  add foreign key (district, seal_no) references custody.seal;
comment on column cases.notice.seal_no is 'The electronic seal that the paper bears; its use on this very file stands in the book.';
grant insert (seal_no) on cases.notice to mingbu_app;

-- A use names case and document: a printed certificate, or, of an electronic seal, a paper that was given in this very act and bears it.
create or replace function custody.check_seal_use() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (kernel.tx()).act_type = 'register.load' then return new; end if;
  if kernel.place_class(new.from_place) = 'system' then
    if not exists (select from cases.notice n join custody.seal s on s.district = n.district and s.no = n.seal_no
        where n.district = new.district and n.case_id = new.case_id and n.file = new.document and n.act_id = new.act_id
          and s.electronic and new.serials = int8range(s.no, s.no + 1)) then
      raise exception 'an electronic seal is used on a paper of a case that bears it' using errcode = '23514', constraint = 'seal_on_paper';
    end if;
  elsif not exists (select from register.certificate c
      where c.district = new.district and c.number = new.document and c.case_id = new.case_id and c.state = 'printed') then
    raise exception 'a seal is used on a printed certificate of a case, never on a blank' using errcode = '23514', constraint = 'seal_on_printed';
  end if;
  return new;
end $$;
-- And a paper that bears a seal has its use in the book before the act is over.
create function cases.check_sealed_paper() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if not exists (select from kernel.custody_line l where l.district = new.district and l.case_id = new.case_id and l.kind = 'seal' and l.movement = 'use'
      and l.document = new.file and l.act_id = new.act_id and l.serials = int8range(new.seal_no, new.seal_no + 1)) then
    raise exception 'a paper bears a seal that was used on it' using errcode = '23514', constraint = 'paper_seal_used';
  end if;
  return null;
end $$;
create constraint trigger sealed after insert on cases.notice deferrable initially deferred for each row when (new.seal_no is not null)
  execute function cases.check_sealed_paper();

-- Where a seal belongs: a seal of the hand in the safe, one of the system nowhere else.
create or replace function custody.check_new_seal() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if new.person_id is null and not coalesce(t.act_type = 'custody.takeOverSeals' and new.electronic is null and exists (select from kernel.custody_holding h
      where h.district = new.district and h.kind = 'seal' and h.serials @> new.no::bigint), false) then
    raise exception 'a seal is entered by somebody' using errcode = '23514', constraint = 'seal_not_own';
  end if;
  if new.replaces is not null and exists (select from custody.seal s where s.district = new.district and s.no = new.replaces and s.state = 'active') then
    raise exception 'a seal in use is not replaced' using errcode = '23514', constraint = 'seal_replaces_unused';
  end if;
  return new;
end $$;
create function custody.check_seal_place() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (kernel.tx()).act_type is distinct from 'register.load' and (new.to_place = 'system') <> coalesce(
      (select s.electronic from custody.seal s where s.district = new.district and s.no = lower(new.serials)), false) then
    raise exception 'a seal of the system is in no hand, and one of the hand not in the system' using errcode = '23514', constraint = 'seal_placed_so';
  end if;
  return new;
end $$;
create trigger placed before insert on kernel.custody_line for each row when (new.kind = 'seal' and new.movement in ('receive', 'use', 'take_out', 'put_back', 'issue'))
  execute function custody.check_seal_place();

create or replace function custody.check_closing() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare away integer;
begin
  select count(*) filter (where h.place not in ('store', 'system')) into away from custody.seal s
    join kernel.custody_holding h on h.district = s.district and h.kind = 'seal' and h.edition = '' and h.serials @> s.no::bigint
    where s.district = new.district and s.state = 'active';
  if new.outside <> away or exists (select from custody.seal s where s.district = new.district and s.state = 'active' and s.keeper_id = new.person_id) then
    raise exception 'the day of the seals is closed by somebody who keeps none, as things stand' using errcode = '23514', constraint = 'seal_closed_so';
  end if;
  return new;
end $$;

revoke execute on function cases.check_sealed_paper(), custody.check_seal_place() from public;
