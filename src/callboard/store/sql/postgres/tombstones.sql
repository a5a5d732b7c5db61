-- Erasing.

-- name: get
SELECT
  id::text, scenario::text, version, head, created, updated, erased, erased_by, reason, chains
FROM tombstones WHERE id = $1;

-- name: lock
-- The process that is to be erased.
SELECT head, version, scenario::text, state, running FROM processes WHERE id = $1 FOR UPDATE;

-- name: events
-- All events of a process with the number of their chain, the old ones first, the chain itself last.
SELECT chain, event FROM (
  SELECT chain, seq, event FROM old_events WHERE process = $1
  UNION ALL SELECT 2147483647, seq, event FROM events WHERE process = $1
) AS e ORDER BY chain, seq;

-- name: put
INSERT INTO tombstones
SELECT id, scenario, version, head, created, updated, $2, $3, $4, $5 FROM processes WHERE id = $1;

-- name: clear_jobs
DELETE FROM jobs WHERE process = $1;

-- name: clear_attempts
DELETE FROM attempts WHERE process = $1;

-- name: clear_tasks
DELETE FROM tasks WHERE process = $1;

-- name: clear_participants
DELETE FROM participants WHERE process = $1;

-- name: clear_events
DELETE FROM events WHERE process = $1;

-- name: clear_old_events
DELETE FROM old_events WHERE process = $1;

-- name: clear_checkpoints
DELETE FROM checkpoints WHERE process = $1;

-- name: clear_changes
UPDATE changes SET tasks = NULL WHERE process = $1 AND tasks IS NOT NULL;

-- name: clear_process
DELETE FROM processes WHERE id = $1;

-- name: clear_answers
DELETE FROM idempotency WHERE position($1 in body) > 0;

-- name: count_less
INSERT INTO counts (scenario, state, running, slot, count) VALUES ($1, $2, $3, $4, -1)
ON CONFLICT (scenario, state, running, slot) DO UPDATE SET count = counts.count - 1;
