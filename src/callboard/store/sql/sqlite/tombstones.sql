-- Erasing: see schema.sql.

-- name: get
SELECT
  t.id, s.id, t.version, t.head, t.created, t.updated, t.erased, t.erased_by, t.reason, t.chains
FROM tombstones AS t JOIN scenarios AS s ON s.row = t.scenario
WHERE t.id = ?;

-- name: process
-- The process that is to be erased.
SELECT
  row, head, version, scenario, document ->> '$.current.key', coalesce(document ->> '$.isRunning', 1)
FROM processes WHERE id = ?;

-- name: events
-- All events of a process with the number of their chain, the old ones first, the chain itself last.
SELECT chain, event FROM (
  SELECT chain, seq, event FROM old_events WHERE process = ?1
  UNION ALL SELECT 1e9, seq, event FROM events WHERE process = ?1
) ORDER BY chain, seq;

-- name: put
INSERT INTO tombstones
SELECT row, id, scenario, version, head, created, updated, ?2, ?3, ?4, ?5
FROM processes WHERE row = ?1;

-- name: principals
-- Those that a process belongs to, as a JSON array of rows.
SELECT json_group_array(principal) FROM (
  SELECT principal FROM participants WHERE process = ?1
  UNION SELECT principal FROM tasks WHERE process = ?1
);

-- name: clear_jobs
DELETE FROM jobs WHERE process = ?;

-- name: clear_attempts
DELETE FROM attempts WHERE process = ?;

-- name: clear_tasks
DELETE FROM tasks WHERE process = ?;

-- name: clear_participants
DELETE FROM participants WHERE process = ?;

-- name: clear_events
DELETE FROM events WHERE process = ?;

-- name: clear_old_events
DELETE FROM old_events WHERE process = ?;

-- name: clear_checkpoints
DELETE FROM checkpoints WHERE process = ?;

-- name: clear_process
DELETE FROM processes WHERE row = ?;

-- name: clear_principals
-- Those of some (a JSON array of rows) that nothing belongs to any more.
DELETE FROM principals WHERE row IN (SELECT value FROM json_each(?))
  AND NOT EXISTS (SELECT 1 FROM participants WHERE principal = principals.row)
  AND NOT EXISTS (SELECT 1 FROM tasks WHERE principal = principals.row);

-- name: named_in_changes
-- The changes that say whose tasks a process was, as `[last, [seq, …]]`: it reads all of them, and
-- is asked before the transaction.
SELECT json_array(
  (SELECT coalesce(max(seq), 0) FROM changes),
  json((SELECT json_group_array(seq) FROM changes WHERE process = ? AND tasks IS NOT NULL))
);

-- name: clear_changes
UPDATE changes SET tasks = NULL
WHERE (seq IN (SELECT value FROM json_each(?1)) OR seq > ?2) AND process = ?3;

-- name: named_in_answers
-- The first answers about a process, as `[last, [row, …]]`; asked before the transaction, too.
SELECT json_array(
  (SELECT coalesce(max(row), 0) FROM idempotency),
  json((SELECT json_group_array(row) FROM idempotency WHERE instr(body, ?)))
);

-- name: clear_answers
DELETE FROM idempotency
WHERE (row IN (SELECT value FROM json_each(?1)) OR row > ?2) AND instr(body, ?3);
