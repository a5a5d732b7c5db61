-- Checkpoints: see schema.sql.

-- name: put
-- One that is there for this head already stays; a process that was erased gets none.
INSERT OR IGNORE INTO checkpoints (process, events, head, at, kid, signature)
SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE EXISTS (SELECT 1 FROM processes WHERE id = ?1);

-- name: of_process
SELECT process, events, head, at, kid, signature
FROM checkpoints WHERE process = ? ORDER BY events, at;
