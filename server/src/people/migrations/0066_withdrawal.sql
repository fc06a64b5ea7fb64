-- 0066 withdrawal: who proposed takes a proposal back while nobody has decided it
-- Why:    clause 6.7. A mistake is taken back by who made it, and stays in the log; deciding remains another person's.
-- Change: one state more; two checks say the same as before and this besides.  Locks: people.proposal, briefly.
-- Data:   none rewritten.  Undo: forward only once something was withdrawn.
alter table people.proposal
  drop constraint proposal_state_check,
  add constraint proposal_state_check check (state in ('open', 'approved', 'declined', 'withdrawn')),
  drop constraint proposal_two_persons,
  add constraint proposal_two_persons check ((decided_by = proposed_by) = (state = 'withdrawn'));

create or replace function people.decide(proposal uuid, state_ text, reason_ text default null) returns jsonb
  language plpgsql security definer set search_path = pg_catalog as $$
declare t kernel.tx_actor := kernel.tx(); was people.proposal; p people.proposal;
begin
  select * into was from people.proposal q where q.district = t.district and q.id = proposal for update;
  if was.id is null then raise exception 'no such proposal' using errcode = 'MB043'; end if;
  if t.act_type is null or not ((state_ = 'declined' and t.act_type = 'people.declineProposal')
      or (state_ = 'withdrawn' and t.act_type = 'people.withdrawProposal')
      or (state_ = 'approved' and (t.act_type, was.kind) in (
        ('people.approveEnrolment', 'enrol'), ('account.approveReset', 'reset'), ('people.assignPost', 'assign'), ('people.approvePost', 'post'),
        ('people.approveName', 'name')))) then
    raise exception 'nothing is decided outside its own act' using errcode = 'MB043';
  end if;
  update people.proposal q set state = state_, decided_by = t.person_id, decided_at = t.at, reason = reason_
  where q.district = was.district and q.id = was.id returning * into p;
  return people.written('people.proposal', to_jsonb(p), to_jsonb(was));
end $$;
