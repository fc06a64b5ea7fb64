-- 0110 renewal: a lost certificate is re-issued after a public notice (补证), a damaged one is exchanged (换证)
-- Why:    clauses 4.4, 4.5; Rules 22, 23; decision 0061. A certificate that nobody can hand in had no way out of the register, so its
--         blank ended nowhere and a second certificate could be had only by a sale.
-- Change: additive; a certificate says why it ended, a void blank may be an old certificate taken back.
-- Locks:  certificates, parties, notices, voids, for a moment.  Data: none.  Undo: while none was renewed; afterwards go forward.

alter table cases.party drop constraint party_side_check, add constraint party_side_check check (side in ('transferor', 'transferee', 'holder'));
alter table cases.notice drop constraint notice_kind_check, add constraint notice_kind_check check (kind in
  ('acceptance_receipt', 'supplement', 'non_acceptance', 'refusal', 'approval_form', 'mortgagee', 'archive_list', 'loss_notice'));
alter table custody.void drop constraint void_reason_check, add constraint void_reason_check check (reason in
  ('misprint', 'soiled', 'torn', 'format', 'power_cut', 'test', 'found_again', 'damaged_on_delivery', 'taken_back'));
alter table register.certificate add column ended text,
  add constraint certificate_ended_so check (ended is null or (ended in ('lost', 'damaged') and state = 'cancelled'));
comment on column register.certificate.ended is 'Why it ended without a change of the right: declared lost (遗失), or exchanged because damaged (换发).';
grant update (ended) on register.certificate to mingbu_app;
alter table cases.case add constraint case_renews check (business <> 'Z01' or coalesce(body -> 'renewal' ->> 'why' in ('lost', 'damaged'), false));

-- 遗失公告: what the public is told, and until when; the days and the rule they come from are data of the business (Rules 22).
create table cases.loss_notice (
  district           text not null,
  case_id            uuid not null,
  number             text not null check (length(number) between 1 and 60),
  certificate_id     uuid not null,
  certificate_number text not null,
  declared_by        text not null check (length(declared_by) between 1 and 500),
  days               smallint not null,
  basis              text not null check (length(basis) between 1 and 60),
  from_day           date not null default kernel.day_of(kernel.act_at()),
  until_day          date not null,
  person_id          uuid not null default kernel.act_person(),
  duty_group         text not null default 'first_review' check (duty_group = 'first_review'),
  at                 timestamptz not null default kernel.act_at(),
  act_id             uuid not null default kernel.act_id(),
  ended_at           timestamptz,
  constraint loss_notice_once primary key (district, case_id),
  foreign key (district, case_id) references cases.case,
  foreign key (district, certificate_id) references register.certificate,
  -- Not by whoever took the case in: the bar on one person, one group, stands on this key (6.2).
  constraint loss_notice_handler foreign key (district, case_id, person_id, duty_group) references cases.case_handler (district, case_id, person_id, duty_group),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  -- Working days are never fewer than days.
  constraint loss_notice_long_enough check (days >= 15 and until_day - from_day >= days)
);
comment on column cases.loss_notice.declared_by is 'The holders as they declared the loss; told to the public while the notice runs, and no longer.';
call kernel.protect('cases.loss_notice', false);
grant insert (district, case_id, number, certificate_id, certificate_number, declared_by, days, basis, until_day), update (ended_at) on cases.loss_notice to mingbu_app;

create function cases.check_loss_notice() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); k cases.case;
begin
  select * into k from cases.case c where c.district = new.district and c.id = new.case_id;
  if tg_op = 'INSERT' then
    if not coalesce(t.act_type = 'case.publishLoss' and k.business = 'Z01' and k.body -> 'renewal' ->> 'why' = 'lost' and k.state = 'in_progress'
        and exists (select from register.certificate r where r.district = k.district and r.id = new.certificate_id and r.right_id = k.right_id
          and r.number = new.certificate_number and r.state = 'issued' and r.id::text = k.body -> 'renewal' ->> 'certificateId'), false) then
      raise exception 'a notice says that the certificate of a case is lost' using errcode = '23514', constraint = 'loss_notice_so';
    end if;
    return new;
  end if;
  if not coalesce(t.act_type = 'case.endLossNotice' and old.ended_at is null and new.ended_at = t.at and kernel.day_of(t.at) > old.until_day
      and k.state = 'suspended', false) then
    raise exception 'a notice runs to the end of its last day' using errcode = '23514', constraint = 'loss_notice_runs';
  end if;
  return new;
end $$;
create trigger checked before insert or update on cases.loss_notice for each row execute function cases.check_loss_notice();

-- Nobody reviews or records the re-issue of a lost certificate before its notice has run out.
create function cases.check_renewal_stage() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if exists (select from cases.case c where c.district = new.district and c.id = new.case_id and c.business = 'Z01' and c.body -> 'renewal' ->> 'why' = 'lost')
    and not exists (select from cases.loss_notice n where n.district = new.district and n.case_id = new.case_id and n.ended_at is not null) then
    raise exception 'the notice of the loss has not run out' using errcode = '23514', constraint = 'stage_after_notice';
  end if;
  return new;
end $$;
create trigger after_notice before insert on cases.stage for each row when (new.no in (2, 4) and new.carried_from is null)
  execute function cases.check_renewal_stage();

-- Why a certificate is renewed is said in the application and never changed; the time of a notice ends with the notice.
create function cases.check_renewal_body() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  raise exception 'what a renewal is for is said once' using errcode = '23514', constraint = 'renewal_said_once';
end $$;
create trigger renewal_body before update on cases.case for each row
  when ((old.business = 'Z01' or new.business = 'Z01') and (new.body -> 'renewal' is distinct from old.body -> 'renewal'))
  execute function cases.check_renewal_body();
create function cases.check_suspension() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (kernel.tx()).act_type is distinct from 'case.endLossNotice' then
    raise exception 'the time of a notice ends with the notice' using errcode = '23514', constraint = 'loss_notice_runs';
  end if;
  return new;
end $$;
create trigger of_notice before update on cases.suspension for each row when (old.reason = 'public_notice') execute function cases.check_suspension();

-- A certificate ends as lost or damaged only in the recording of the case that says so; a new one is given out for a damaged one
-- only when the old one was stamped void.
create function register.check_certificate() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); k cases.case; was register.certificate;
begin
  if new.ended is distinct from old.ended and not coalesce(old.ended is null and t.act_type = 'case.record' and exists (
      select from cases.case c join cases.stage s on s.district = c.district and s.case_id = c.id and s.round = c.round and s.stage = 'recording'
      where c.district = old.district and c.right_id = old.right_id and c.business = 'Z01' and c.body -> 'renewal' ->> 'why' = new.ended
        and c.body -> 'renewal' ->> 'certificateId' = old.id::text and s.act_id = t.act_id), false) then
    raise exception 'a certificate ends as lost or damaged when its renewal is recorded' using errcode = '23514', constraint = 'certificate_renewed_so';
  end if;
  if new.state = 'issued' and old.state <> 'issued' and new.case_id is not null then
    select * into k from cases.case c where c.district = new.district and c.id = new.case_id and c.business = 'Z01' and c.body -> 'renewal' ->> 'why' = 'damaged';
    if found then
      select * into was from register.certificate r where r.district = new.district and r.id::text = k.body -> 'renewal' ->> 'certificateId';
      if was.blank_serial is not null and not exists (select from custody.void v where v.district = new.district and v.case_id = k.id
          and v.certificate_id = was.id and v.reason = 'taken_back' and v.serials @> was.blank_serial) then
        raise exception 'the old certificate is taken back and stamped void first' using errcode = '23514', constraint = 'old_certificate_void';
      end if;
    end if;
  end if;
  return new;
end $$;
create trigger renewed before update on register.certificate for each row
  when (new.ended is distinct from old.ended or new.state is distinct from old.state) execute function register.check_certificate();

-- At the end of the act that ends one, another speaks for the right: never two (certificate_one_live), and never none.
create function register.check_renewed() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if not exists (select from register.certificate r where r.district = new.district and r.right_id = new.right_id and r.state not in ('superseded', 'cancelled')) then
    raise exception 'a certificate that ends without a change of the right is followed by another' using errcode = '23514', constraint = 'certificate_followed';
  end if;
  return null;
end $$;
create constraint trigger followed after update on register.certificate deferrable initially deferred for each row
  when (new.ended is not null and old.ended is null) execute function register.check_renewed();

-- An entry of another kind (DJLX 900) on an ownership renews its certificate and changes nothing of the right: same facts, same holders.
create function register.check_same_right() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare was register.entry;
begin
  select * into was from register.entry e where e.district = new.district and e.id = new.supersedes;
  if new.body - 'renewal' is distinct from was.body - 'renewal' or new.right_type is distinct from was.right_type
    or new.legal_from is distinct from was.legal_from or new.legal_to is distinct from was.legal_to
    or exists (
      (select p.party_id, p.role, p.share_num, p.share_den from register.entry_party p where p.district = new.district and p.entry_id = new.id
       except select p.party_id, p.role, p.share_num, p.share_den from register.entry_party p where p.district = new.district and p.entry_id = was.id)
      union all
      (select p.party_id, p.role, p.share_num, p.share_den from register.entry_party p where p.district = new.district and p.entry_id = was.id
       except select p.party_id, p.role, p.share_num, p.share_den from register.entry_party p where p.district = new.district and p.entry_id = new.id)) then
    raise exception 'a renewal of the certificate changes nothing of the right' using errcode = '23514', constraint = 'renewal_same_right';
  end if;
  return null;
end $$;
create constraint trigger same_right after insert on register.entry deferrable initially deferred for each row
  when (new.kind = 'ownership' and new.effect = 'change' and new.registration = '900') execute function register.check_same_right();

-- What anybody may read of the notices of every office: the certificate's number, office, days; who declared it only while it runs.
create function cases.public_notices() returns table (district text, office_zh text, office_en text, number text, certificate_number text,
    declared_by text, from_day date, until_day date, basis text, state text)
  language sql stable security definer set search_path = pg_catalog as $$
    select x.district, d.name_zh, d.name_en, x.number, x.certificate_number, case when x.state = 'running' then x.declared_by end, x.from_day, x.until_day, x.basis, x.state
    from (select n.*, case
        when c.ended = 'lost' then 'void'
        when k.state in ('withdrawn', 'refused', 'not_accepted') then 'dropped'
        when kernel.day_of(kernel.now()) > n.until_day then 'over'
        else 'running' end as state
      from cases.loss_notice n join cases.case k on k.district = n.district and k.id = n.case_id
        join register.certificate c on c.district = n.district and c.id = n.certificate_id) x
      join kernel.district d on d.id = x.district
    order by x.from_day desc, x.number desc limit 500
$$;
create or replace function cases.public_check(token text) returns jsonb
  language sql stable security definer set search_path = pg_catalog as $$
    select jsonb_build_object('kind', 'certificate', 'district', c.district, 'state', c.state, 'number', c.number, 'unit_code', c.unit_code,
      'location', u.location, 'certificate_id', c.id, 'snapshot_hash', encode(c.snapshot_hash, 'hex'), 'ended', c.ended,
      'lost_until', (select n.until_day from cases.loss_notice n join cases.case k on k.district = n.district and k.id = n.case_id
        where n.district = c.district and n.certificate_id = c.id and k.state in ('in_progress', 'suspended') order by n.at desc limit 1),
      'live', exists (select from register.live l where l.district = c.district and l.entry_id = c.entry_id),
      'seized', exists (select from register.live l where l.district = c.district and l.unit_code = c.unit_code and l.kind = 'seizure'))
    from register.certificate c join cadastre.unit u on u.district = c.district and u.code = c.unit_code
    where c.check_token = token
    union all
    select jsonb_build_object('kind', 'receipt', 'district', k.district, 'state', k.state, 'number', k.number, 'unit_code', k.unit_code,
      'location', u.location, 'case_id', k.id, 'next_stage', k.next_stage, 'accepted_at', k.accepted_at, 'promised_due', k.promised_due)
    from cases.case k join cadastre.unit u on u.district = k.district and u.code = k.unit_code
    where k.check_token = token and k.number is not null
$$;
-- A renewal changes nothing that a survey measured: it is no registration that takes a survey up.
create or replace function cases.surveyed_on(in_district text, unit text, of_case uuid) returns jsonb
  language sql stable security definer set search_path = pg_catalog as $$
    select coalesce(jsonb_object_agg(x.person_id, x.groups), '{}') from (
      select h.person_id, jsonb_agg(distinct h.duty_group) as groups
      from cadastre.survey s join cadastre.survey_handler h on h.district = s.district and h.survey_id = s.id
      where s.district = in_district and s.unit_code = unit and (
        exists (select from cases.survey_source q where q.district = s.district and q.case_id = of_case and q.survey_id = s.id)
        or s.state <> 'refused' and not exists (
          select from cadastre.survey_review r
            join cases.case k on k.district = r.district and k.unit_code = s.unit_code and k.business <> 'Z01'
            join cases.stage g on g.district = k.district and g.case_id = k.id and g.stage = 'recording' and g.carried_from is null
          where r.district = s.district and r.survey_id = s.id and r.outcome = 'accepted' and g.at > r.at
            and g.at <= coalesce((select c.applied_at from cases.case c where c.district = in_district and c.id = of_case), kernel.now())))
      group by h.person_id) x
$$;
create index loss_notice_of on cases.loss_notice (district, certificate_id);

revoke execute on function cases.check_loss_notice(), cases.check_renewal_stage(), cases.check_renewal_body(), cases.check_suspension(),
  register.check_certificate(), register.check_renewed(), register.check_same_right(), cases.public_notices() from public;
grant execute on function cases.public_notices() to mingbu_app;
