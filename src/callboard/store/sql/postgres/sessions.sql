-- What a session begins with.

-- name: begin
-- Commits wait until they are on disk, and with the synchronous standbys, unless they wait for more already.
SELECT
  coalesce(current_setting('fsync', TRUE), ''),
  set_config('synchronous_commit', CASE
    WHEN current_setting('synchronous_commit') = 'remote_apply' THEN 'remote_apply' ELSE 'on'
  END, FALSE);

-- name: look
-- The same where nothing can be set, for sessions are shared.
SELECT coalesce(current_setting('fsync', TRUE), ''), current_setting('synchronous_commit');

-- name: timeline
-- Its number is the first eight digits.
SELECT pg_walfile_name(pg_current_wal_lsn());
