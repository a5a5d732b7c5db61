-- Jobs: see schema.sql.

-- name: clear
-- Nothing is to be done later in some processes (a JSON array of rows).
DELETE FROM jobs WHERE process IN (SELECT value FROM json_each(?));

-- name: add
INSERT INTO jobs (process, id, kind, due, event, payload) VALUES (?, ?, ?, ?, ?, ?);
