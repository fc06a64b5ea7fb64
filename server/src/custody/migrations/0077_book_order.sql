-- A book is read, printed and exported in the order in which it was booked, page after page.
create index custody_line_in_order on kernel.custody_line (district, kind, (coalesce(no, 0)), id);
