-- 0081 setting words: the name of a setting says what it counts
-- Why:    clause 6.2. Whoever approves an order reads this name: confirmations by code are counted over thirty days, not over one.
-- Change: two words in one row.  Locks: none.  Data: one row.  Undo: put the words of 0056 back.
update people.setting_bound set zh = '三十日内动态口令确认上限（每人次数）', en = 'Acts confirmed by one-time code, per person in thirty days'
  where name = 'totp_acts_max';
