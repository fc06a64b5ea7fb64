-- 0101 binding: a file is bound after it was checked, and only a bound file goes to the room
-- Why:    clause 4.1: scanning, filing, binding, transfer and storage each have clear requirements; binding had none.
-- Change: additive; a file reaches the room only bound. Files that lie there already are as they were.
-- Locks:  none.  Data: none.  Undo: drop the table while empty, restore check_file_line of 0100; afterwards go forward.
create table archives.binding (
  district  text not null,
  file_no   bigint not null,
  pages     integer not null check (pages > 0),
  cover     text not null check (cover in ('soft', 'hard', 'box')),
  person_id uuid not null default kernel.act_person() references kernel.person,
  at        timestamptz not null default kernel.act_at(),
  act_id    uuid not null default kernel.act_id(),
  constraint binding_pkey primary key (district, file_no),
  foreign key (district, file_no) references archives.file,
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
comment on table archives.binding is 'Binding (装订) of a file: the pages counted once more as they were bound, and its cover.';
call kernel.protect('archives.binding', true);
grant insert (district, file_no, pages, cover) on archives.binding to mingbu_app;

create function archives.check_binding() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx();
begin
  if t.act_type is distinct from 'archives.bindFile'
    or not exists (select from archives.file f where f.district = new.district and f.no = new.file_no and f.pages = new.pages)
    or not exists (select from archives.recheck c where c.district = new.district and c.file_no = new.file_no)
    or not exists (select from kernel.custody_holding h where h.district = new.district and h.kind = 'file' and h.serials @> new.file_no
      and h.place = 'person:' || t.person_id) then
    raise exception 'a file is bound after its check, whole, by who holds it' using errcode = '23514', constraint = 'binding_as_checked';
  end if;
  return new;
end $$;
create trigger checked before insert on archives.binding for each row execute function archives.check_binding();

create or replace function archives.check_file_line() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); fits boolean; n bigint := lower(new.serials); boxed boolean;
begin
  boxed := exists (select from archives.box b where b.district = new.district and new.to_place = 'shelf:' || b.room || '/' || b.rack || '/' || b.box);
  fits := case
    when upper(new.serials) - n <> 1 then false
    when new.movement = 'receive' then exists (select from archives.file f where f.district = new.district and f.no = n and f.act_id = new.act_id)
    when new.movement = 'return' and new.from_place = 'missing' then exists (select from archives.incident i
      where i.district = new.district and i.file_no = n and i.kind = 'found' and i.act_id = new.act_id)
    when new.movement = 'return' and new.to_place = 'store' then exists (select from archives.binding g where g.district = new.district and g.file_no = n)
      and not exists (select from archives.loan b where b.district = new.district and b.file_no = n and b.state in ('out', 'returning'))
    when new.movement = 'return' then boxed and exists (select from archives.loan b where b.district = new.district and b.file_no = n
      and b.state = 'returning' and b.back_offer_id = new.offer_id)
    when new.movement = 'shelve' then boxed
    when new.movement = 'lend' then exists (select from archives.loan b where b.district = new.district and b.file_no = n and b.state = 'handed'
      and b.offer_id = new.offer_id and b.borrower_id = t.person_id)
    when new.movement = 'lose' then exists (select from archives.incident i
      where i.district = new.district and i.file_no = n and i.kind = 'loss' and i.act_id = new.act_id)
    else false end;
  if fits is distinct from true then
    raise exception '% of file % as nobody approved, checked, bound or told', new.movement, n using errcode = '23514', constraint = 'file_moves_so';
  end if;
  return new;
end $$;

revoke execute on function archives.check_binding() from public;
