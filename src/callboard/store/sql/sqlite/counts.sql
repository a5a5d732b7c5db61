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
