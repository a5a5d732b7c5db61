-- Changes: see schema.sql.

-- name: append
INSERT INTO changes (process, version, kind, tasks) VALUES (?, ?, ?, ?);

-- name: last
SELECT coalesce(max(seq), 0) FROM changes;

-- name: after
-- Changes after a number, in order, as one JSON array; of each the event that was its last. Of a
-- process that was erased only that it was.
SELECT json_group_array(json_array(
  seq, process, scenario, version, kind, json(tasks), coalesce(at, event ->> '$.timestamp'),
  event ->> '$.hash', event ->> '$.action', event ->> '$.actor.key',
  json(iif(event ->> '$.cancel' IS NULL, 'false', 'true'))
)) FROM (
  SELECT
    c.seq, coalesce(p.id, t.id) AS process, s.id AS scenario, c.version, c.kind, c.tasks, e.event,
    CASE c.kind
      WHEN 'erased' THEN t.erased
      WHEN 'migrated' THEN (
        SELECT f.event ->> '$.migrated.timestamp' FROM events AS f
        WHERE f.process = c.process AND f.seq = 0
      )
    END AS at
  FROM changes AS c
  LEFT JOIN processes AS p ON p.row = c.process
  LEFT JOIN tombstones AS t ON c.kind = 'erased' AND t.row = c.process
  JOIN scenarios AS s ON s.row = coalesce(p.scenario, t.scenario)
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
