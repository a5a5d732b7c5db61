-- Checkpoints: see schema.sql.

-- name: put
-- One that is there for this head already stays; a process that was erased gets none.
INSERT OR IGNORE INTO checkpoints (process, events, head, at, kid, signature)
SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE EXISTS (SELECT 1 FROM processes WHERE id = ?1);

-- name: of_process
SELECT process, events, head, at, kid, signature
FROM checkpoints WHERE process = ? ORDER BY events, at;

-- name: unsigned
-- Of so many changes after a number: the last one, and as a JSON array the processes that ended or
-- were migrated in them and whose head has no checkpoint.
WITH looked AS (SELECT seq, process, kind FROM changes WHERE seq > ?1 ORDER BY seq LIMIT ?2)
SELECT (SELECT coalesce(max(seq), ?1) FROM looked), json_group_array(id) FROM (
  SELECT p.id
  FROM looked AS l CROSS JOIN processes AS p ON p.row = l.process
  WHERE l.kind IN ('ended', 'migrated') AND NOT EXISTS (
    SELECT 1 FROM checkpoints AS k
    WHERE k.process = p.id AND k.events = p.version AND k.head = p.head
  )
  GROUP BY p.id
  ORDER BY min(l.seq)
);
