-- Changes: see schema.sql.

-- name: append
INSERT INTO changes (process, version, kind, tasks) VALUES (?, ?, ?, ?);

-- name: last
SELECT coalesce(max(seq), 0) FROM changes;

-- name: after
-- Changes after a number, in order, as one JSON array; of each the event that was its last.
SELECT json_group_array(json_array(
  seq, process, scenario, version, kind, json(tasks),
  event ->> '$.timestamp', event ->> '$.hash', event ->> '$.action', event ->> '$.actor.key'
)) FROM (
  SELECT c.seq, p.id AS process, s.id AS scenario, c.version, c.kind, c.tasks, e.event
  FROM changes AS c
  JOIN processes AS p ON p.row = c.process
  JOIN scenarios AS s ON s.row = p.scenario
  LEFT JOIN events AS e ON e.process = c.process AND e.seq = c.version - 1
  WHERE c.seq > ?
  ORDER BY c.seq LIMIT ?
);

-- name: last_down
-- Changes before one, the last first: `[[seq, process, whether it is the process's last], …]`.
SELECT json_group_array(json_array(seq, process, last)) FROM (
  SELECT c.seq, c.process, p.version = c.version AS last
  FROM changes AS c CROSS JOIN processes AS p ON p.row = c.process
  WHERE c.seq < ?
  ORDER BY c.seq DESC LIMIT ?
);

-- name: last_up
-- The same after one, the first first.
SELECT json_group_array(json_array(seq, process, last)) FROM (
  SELECT c.seq, c.process, p.version = c.version AS last
  FROM changes AS c CROSS JOIN processes AS p ON p.row = c.process
  WHERE c.seq > ?
  ORDER BY c.seq LIMIT ?
);
