-- 0142 window signature: a leader at the window signs the cases handled there with their own name
-- Why:    clause 3.3: after each piece of business the leader signs the acceptance slip or approval form. Who signs has a hand in the case:
--         they belong to the post's group of it for ever, so that nobody signs what they reviewed or reviews what they signed (6.2).
-- Change: additive.  Locks: none.  Data: none.  Undo: drop the table while it is empty; afterwards go forward.
create table cases.window_signature (
  district   text not null,
  case_id    uuid not null,
  turn_id    uuid not null,
  stage      text not null,
  handled_by uuid not null references kernel.person,
  person_id  uuid not null default kernel.act_person() references kernel.person,
  at         timestamptz not null default kernel.act_at(),
  act_id     uuid not null default kernel.act_id(),
  constraint window_signature_once primary key (district, case_id, turn_id),
  foreign key (district, case_id) references cases.case,
  foreign key (district, turn_id) references supervision.window_turn,
  constraint window_signature_handler foreign key (district, case_id, person_id, stage) references cases.case_handler (district, case_id, person_id, duty_group),
  foreign key (district, act_id) references kernel.act deferrable initially deferred
);
create index window_signature_turn on cases.window_signature (district, turn_id);
call kernel.protect('cases.window_signature', true);
grant insert (district, case_id, turn_id, stage, handled_by) on cases.window_signature to mingbu_app;

-- Cases done at the post during a turn: by whoever sits there, and, where a leader of the city sits beside the office's own staff, by those.
create function cases.handled_in_turn(of_district text, of_turn uuid) returns table (case_id uuid, handled_by uuid, at timestamptz)
  language sql stable security definer set search_path = pg_catalog as $$
    select distinct on (s.case_id) s.case_id, s.person_id, s.at
    from supervision.window_turn w join kernel.person p on p.id = w.person_id
      left join supervision.window_end e on e.district = w.district and e.turn_id = w.id
      join cases.stage s on s.district = w.district and s.stage = w.duty and s.at >= w.at and s.carried_from is null
        and s.at <= least(e.ended_at, supervision.window_closing(kernel.day_of(w.at))) and (s.person_id = w.person_id or p.district <> w.district)
    where w.district = of_district and w.id = of_turn and people.sees_office(of_district)
    order by s.case_id, s.at desc
$$;
-- The open turn of whoever acts, and whether the case was handled in it and is signed: what the button is told.
create function cases.window_standing(of_district text, of_case uuid, who uuid) returns jsonb
  language sql stable security definer set search_path = pg_catalog as $$
    select jsonb_build_object('turn', w.id, 'post', w.duty,
      'handledBy', (select h.handled_by from cases.handled_in_turn(w.district, w.id) h where h.case_id = of_case),
      'signed', exists (select from cases.window_signature g where g.district = w.district and g.case_id = of_case and g.turn_id = w.id))
    from supervision.window_turn w
    where w.district = of_district and w.person_id = who and kernel.now() < supervision.window_closing(kernel.day_of(w.at))
      and not exists (select from supervision.window_end e where e.district = w.district and e.turn_id = w.id)
$$;
create function cases.guard_window_signature() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); standing jsonb := cases.window_standing(new.district, new.case_id, (kernel.tx()).person_id);
begin
  if session_user <> 'mingbu_app' then return new; end if;
  if t.act_type is distinct from 'case.signAtWindow' then raise exception 'cases are signed only by their own act' using errcode = 'MB145'; end if;
  if standing ->> 'turn' is distinct from new.turn_id::text then
    raise exception 'one signs in one’s own turn, while it lasts' using errcode = '23514', constraint = 'window_signature_in_turn';
  end if;
  if standing ->> 'post' is distinct from new.stage or standing ->> 'handledBy' is distinct from new.handled_by::text then
    raise exception 'what is signed was handled at this window in this turn' using errcode = '23514', constraint = 'window_signature_of_handled';
  end if;
  return new;
end $$;
create trigger guarded before insert on cases.window_signature for each row execute function cases.guard_window_signature();
revoke execute on function cases.handled_in_turn(text, uuid), cases.window_standing(text, uuid, uuid), cases.guard_window_signature() from public;
grant execute on function cases.handled_in_turn(text, uuid), cases.window_standing(text, uuid, uuid) to mingbu_app, mingbu_auditor;
