-- Events: see schema.sql.

-- name: append
-- Refused by the unique indexes when the process has an event with this number, or one that follows
-- the same event.
INSERT INTO events (process, seq, previous, event, log) VALUES (?, ?, ?, ?, ?);

-- name: history
-- The events of a process before a number, in order, as one JSON text `[[seq, event, log], …]`.
SELECT '[' || group_concat(item) || ']' FROM (
  SELECT '[' || e.seq || ',' || e.event || ',' || coalesce(e.log, 'null') || ']' AS item
  FROM events AS e
  WHERE e.process = (SELECT row FROM processes WHERE id = ?) AND e.seq < ?
  ORDER BY e.seq
);
