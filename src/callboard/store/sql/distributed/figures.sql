-- How large it is, as far as one statement can tell. An event comes with a change, so the number of
-- the last change stands for both.

-- name: storage
SELECT
  pg_database_size(current_database()),
  current_setting('block_size')::integer,
  (SELECT coalesce(sum(count), 0)::bigint FROM counts),
  (SELECT count(*) FROM tombstones),
  (SELECT last FROM numbering WHERE name = 'changes'),
  (SELECT last FROM numbering WHERE name = 'changes'),
  (SELECT min(created) FROM processes),
  (SELECT max(created) FROM processes);

-- name: isolation
-- Of YugabyteDB only.
SELECT yb_get_effective_transaction_isolation_level();
