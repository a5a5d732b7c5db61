-- Tasks: see schema.sql.

-- name: clear
-- Nobody has anything to do in some processes (rows).
DELETE FROM tasks WHERE process IN (?);

-- name: add
INSERT INTO tasks (process, principal, since, due) VALUES (?, ?, ?, ?);
