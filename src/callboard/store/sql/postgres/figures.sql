-- How large it is. No long table is counted row by row.

-- name: storage
SELECT
  pg_database_size(current_database()),
  current_setting('block_size')::integer,
  (SELECT coalesce(sum(count), 0)::bigint FROM counts),
  (SELECT count(*) FROM tombstones),
  (SELECT coalesce(sum(n_tup_ins), 0)::bigint FROM pg_stat_user_tables
    WHERE schemaname = current_schema() AND relname = 'events'),
  (SELECT coalesce(sum(n_tup_ins), 0)::bigint FROM pg_stat_user_tables
    WHERE schemaname = current_schema() AND relname = 'changes'),
  (SELECT min(created) FROM processes),
  (SELECT max(created) FROM processes);

-- name: tables
-- How many rows tables have, counted up to so many.
SELECT 'scenarios', (SELECT count(*) FROM (SELECT 1 FROM scenarios LIMIT $1) AS t)
UNION ALL SELECT 'events', (SELECT count(*) FROM (SELECT 1 FROM events LIMIT $1) AS t)
UNION ALL SELECT 'old_events', (SELECT count(*) FROM (SELECT 1 FROM old_events LIMIT $1) AS t)
UNION ALL SELECT 'counts', (SELECT count(*) FROM (SELECT 1 FROM counts LIMIT $1) AS t)
UNION ALL SELECT 'tombstones', (SELECT count(*) FROM (SELECT 1 FROM tombstones LIMIT $1) AS t)
UNION ALL SELECT 'participants', (SELECT count(*) FROM (SELECT 1 FROM participants LIMIT $1) AS t)
UNION ALL SELECT 'tasks', (SELECT count(*) FROM (SELECT 1 FROM tasks LIMIT $1) AS t)
UNION ALL SELECT 'jobs', (SELECT count(*) FROM (SELECT 1 FROM jobs LIMIT $1) AS t)
UNION ALL SELECT 'attempts', (SELECT count(*) FROM (SELECT 1 FROM attempts LIMIT $1) AS t)
UNION ALL SELECT 'links', (SELECT count(*) FROM (SELECT 1 FROM links LIMIT $1) AS t)
UNION ALL SELECT 'changes', (SELECT count(*) FROM (SELECT 1 FROM changes LIMIT $1) AS t)
UNION ALL SELECT 'unnumbered', (SELECT count(*) FROM (SELECT 1 FROM unnumbered LIMIT $1) AS t)
UNION ALL SELECT 'numbering', (SELECT count(*) FROM (SELECT 1 FROM numbering LIMIT $1) AS t)
UNION ALL SELECT 'api_keys', (SELECT count(*) FROM (SELECT 1 FROM api_keys LIMIT $1) AS t)
UNION ALL SELECT 'idempotency', (SELECT count(*) FROM (SELECT 1 FROM idempotency LIMIT $1) AS t)
UNION ALL SELECT 'settings', (SELECT count(*) FROM (SELECT 1 FROM settings LIMIT $1) AS t)
UNION ALL SELECT 'checkpoints', (SELECT count(*) FROM (SELECT 1 FROM checkpoints LIMIT $1) AS t)
UNION ALL SELECT 'rates', (SELECT count(*) FROM (SELECT 1 FROM rates LIMIT $1) AS t);

-- name: ready
-- The newest migration, and whether nothing can be written.
SELECT
  (SELECT coalesce(max(number), 0) FROM migrations),
  pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on';

-- name: yugabyte
-- A row where the server is YugabyteDB.
SELECT 1 WHERE version() LIKE '%-YB-%';

-- name: hint
SELECT pg_notify('callboard', current_schema());
