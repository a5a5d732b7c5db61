-- Counts and figures: see schema.sql.

-- name: add
INSERT INTO counts (scenario, state, running, count) VALUES (?, ?, ?, ?)
ON CONFLICT (scenario, state, running) DO UPDATE SET count = count + excluded.count;

-- name: all
SELECT s.id, c.state, c.running, c.count
FROM counts AS c JOIN scenarios AS s ON s.row = c.scenario
WHERE c.count > 0 ORDER BY s.row, c.state, c.running;

-- name: pending
SELECT count(*) FROM (SELECT 1 FROM jobs WHERE kind = ? LIMIT ?);

-- name: figures
-- Each is read off the end of a table or an index, but the few counts and tombstones.
SELECT
  (SELECT coalesce(sum(count), 0) FROM counts),
  (SELECT count(*) FROM tombstones),
  (SELECT coalesce(max(row), 0) FROM events),
  (SELECT coalesce(max(seq), 0) FROM changes),
  (SELECT min(created) FROM processes),
  (SELECT max(created) FROM processes);

-- name: tables
-- How many rows tables have, counted up to so many, and the highest row number there ever was, where
-- rows are numbered: `[[table, counted, highest], …]`. Processes are left out: they are added up.
SELECT json_array(
  json_array('scenarios', (SELECT count(*) FROM (SELECT 1 FROM scenarios LIMIT ?1)),
    (SELECT max(row) FROM scenarios)),
  json_array('events', (SELECT count(*) FROM (SELECT 1 FROM events LIMIT ?1)),
    (SELECT max(row) FROM events)),
  json_array('old_events', (SELECT count(*) FROM (SELECT 1 FROM old_events LIMIT ?1)), NULL),
  json_array('counts', (SELECT count(*) FROM (SELECT 1 FROM counts LIMIT ?1)), NULL),
  json_array('tombstones', (SELECT count(*) FROM (SELECT 1 FROM tombstones LIMIT ?1)), NULL),
  json_array('principals', (SELECT count(*) FROM (SELECT 1 FROM principals LIMIT ?1)),
    (SELECT max(row) FROM principals)),
  json_array('participants', (SELECT count(*) FROM (SELECT 1 FROM participants LIMIT ?1)), NULL),
  json_array('tasks', (SELECT count(*) FROM (SELECT 1 FROM tasks LIMIT ?1)), NULL),
  json_array('jobs', (SELECT count(*) FROM (SELECT 1 FROM jobs LIMIT ?1)),
    (SELECT max(row) FROM jobs)),
  json_array('attempts', (SELECT count(*) FROM (SELECT 1 FROM attempts LIMIT ?1)), NULL),
  json_array('links', (SELECT count(*) FROM (SELECT 1 FROM links LIMIT ?1)), NULL),
  json_array('changes', (SELECT count(*) FROM (SELECT 1 FROM changes LIMIT ?1)),
    (SELECT max(seq) FROM changes)),
  json_array('checkpoints', (SELECT count(*) FROM (SELECT 1 FROM checkpoints LIMIT ?1)), NULL),
  json_array('settings', (SELECT count(*) FROM (SELECT 1 FROM settings LIMIT ?1)), NULL),
  json_array('api_keys', (SELECT count(*) FROM (SELECT 1 FROM api_keys LIMIT ?1)),
    (SELECT max(row) FROM api_keys)),
  json_array('idempotency', (SELECT count(*) FROM (SELECT 1 FROM idempotency LIMIT ?1)),
    (SELECT max(row) FROM idempotency))
);
