-- Jobs: see schema.sql.

-- name: clear
-- Nothing is to be done later in some processes (rows).
DELETE FROM jobs WHERE process IN (?);

-- name: add
INSERT INTO jobs (process, id, kind, due, event, payload) VALUES (?, ?, ?, ?, ?, ?);
