-- 0062 erasure list: erasures of every office are listed newest first
-- Why:    clauses 6.4 and 6.7: whoever supervises sees each erasure that was asked for and done.
-- Change: one index.  Locks: evidence.erasure while it is built.  Data: none.  Undo: drop the index.
create index erasure_newest on evidence.erasure (id);
