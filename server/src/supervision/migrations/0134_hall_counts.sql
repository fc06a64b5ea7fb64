-- 0134 hall counts: what came in and was finished today is found without looking at every case there ever was
-- Why:    the screen of a hall asks each minute, and anybody may ask.
-- Change: two indexes.  Locks: cases.case, while they are made.  Data: none.  Undo: drop them.
create index case_applied on cases.case (district, applied_at);
create index case_closed on cases.case (district, closed_at) where closed_at is not null;
