-- What the engine keeps for itself: see schema.sql.

-- name: put
INSERT OR IGNORE INTO settings (name, value) VALUES (?, ?);

-- name: like
-- Those whose name begins so.
SELECT name, value FROM settings WHERE substr(name, 1, length(?1)) = ?1;
