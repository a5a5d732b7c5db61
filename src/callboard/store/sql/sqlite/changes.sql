-- Changes: see schema.sql.

-- name: append
INSERT INTO changes (process, version, kind) VALUES (?, ?, ?);
