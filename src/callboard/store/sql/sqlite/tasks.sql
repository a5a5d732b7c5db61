-- Tasks: see schema.sql.

-- name: clear
-- Nobody has anything to do in some processes (a JSON array of rows).
DELETE FROM tasks WHERE process IN (SELECT value FROM json_each(?));

-- name: add
INSERT INTO tasks (process, principal, since, due) VALUES (?, ?, ?, ?);
