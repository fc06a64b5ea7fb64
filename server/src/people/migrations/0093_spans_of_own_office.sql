-- 0093 spans of one's own office: what the duties need of history is told to the app of the office it works in
-- Why:    clause 6.7: functions of 0092 took any office, so that whoever sits at the app's prompt could list another office's people.
-- Change: the functions of 0092 get a door; the auditor and those who see all offices go through it.  Undo: rename them back.
create function people.sees_office(in_district text) returns boolean
  language sql stable security definer set search_path = pg_catalog as $$
    select session_user <> 'mingbu_app' or coalesce((kernel.tx()).district = in_district or (kernel.tx()).read_all, false)
$$;
alter function people.review_spans(text) rename to review_spans_of;
alter function people.password_spans(text) rename to password_spans_of;
alter function people.password_set(text) rename to password_set_of;
revoke execute on function people.review_spans_of(text), people.password_spans_of(text), people.password_set_of(text) from mingbu_app, mingbu_auditor;

create function people.review_spans(in_district text) returns table (person_id uuid, name text, since timestamptz, until timestamptz)
  language sql stable security definer set search_path = pg_catalog as $$
    select * from people.review_spans_of(in_district) where people.sees_office(in_district)
$$;
create function people.password_spans(in_district text) returns table (person_id uuid, name text, since timestamptz, until timestamptz)
  language sql stable security definer set search_path = pg_catalog as $$
    select * from people.password_spans_of(in_district) where people.sees_office(in_district)
$$;
create function people.password_set(in_district text) returns table (id uuid, at timestamptz, person_id text, district text)
  language sql stable security definer set search_path = pg_catalog as $$
    select * from people.password_set_of(in_district) where people.sees_office(in_district)
$$;
revoke execute on function people.sees_office(text), people.review_spans(text), people.password_spans(text), people.password_set(text) from public;
grant execute on function people.review_spans(text), people.password_spans(text), people.password_set(text) to mingbu_app, mingbu_auditor;
