-- Old chains: see schema.sql.

-- name: keep
-- The chain of a process becomes an old one.
INSERT INTO old_events (process, chain, seq, previous, event)
SELECT
  process, (SELECT coalesce(max(chain) + 1, 0) FROM old_events WHERE process = ?1),
  seq, previous, event
FROM events WHERE process = ?1;

-- name: remove
-- The chain itself, which is kept as an old one.
DELETE FROM events WHERE process = ?;

-- name: chains
-- The old chains of a process, the oldest first: `[[chain, event], …]`.
SELECT '[' || group_concat(item) || ']' FROM (
  SELECT '[' || o.chain || ',' || o.event || ']' AS item
  FROM old_events AS o
  WHERE o.process = (SELECT row FROM processes WHERE id = ?)
  ORDER BY o.chain, o.seq
);
