-- 0078 book pages: the number a line is booked under is never missing, and pages of a book go by it alone
-- Why:    a book of a million lines was read from its beginning for every page. What stands in the way of a missing number is not held to be
--         leakproof, so that row-level security let no index look past it, and each page passed by all lines before it.
-- Change: `no` must be given, as the booking has always done; an index by it.
-- Locks:  kernel.custody_line, while its lines are looked at once.  Undo: go forward.
alter table kernel.custody_line alter column no set not null;
drop index kernel.custody_line_in_order;
create index custody_line_in_order on kernel.custody_line (district, kind, no);
