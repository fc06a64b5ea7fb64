-- 0188 evidence stays readable when somebody of another office uploads the same bytes later
-- Why:    clauses 1.1 and 6.1. Whether anybody else brought a file is asked when it is handed in; asked again at each reading, whoever has
--         a copy could take evidence out of sight by uploading it elsewhere.
-- Change: one function replaced.  Locks: none.  Data: none.  Undo: go forward.
create or replace function supervision.evidence_media(in_district text, who uuid, file_ text) returns text
  language sql stable security definer set search_path = pg_catalog as $$
    select u.media from cases.upload u where u.district = in_district and u.file = file_ and u.person_id = who and people.sees_office(in_district)
      and not exists (select from kernel.district d join cases.material m on m.district = d.id and m.file = file_)
      and not exists (select from cadastre.survey_result s where s.district = in_district and s.file = file_)
$$;
