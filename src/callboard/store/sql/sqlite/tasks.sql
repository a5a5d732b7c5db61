-- Tasks: see schema.sql.

-- name: clear
-- Nobody has anything to do in some processes (rows).
DELETE FROM tasks WHERE process IN (?);

-- name: add
INSERT INTO tasks (process, principal, since, due) VALUES (?, ?, ?, ?);

-- name: by_since_down
-- Places in a principal's inbox: `[[since, process], …]`, newest first, after a place.
SELECT json_group_array(json_array(since, process)) FROM (
  SELECT since, process FROM tasks
  WHERE principal = (SELECT row FROM principals WHERE name = ?)
    AND (since, process) < (?, ?)
  ORDER BY since DESC, process DESC LIMIT ?
);

-- name: by_since_up
-- The same, oldest first.
SELECT json_group_array(json_array(since, process)) FROM (
  SELECT since, process FROM tasks
  WHERE principal = (SELECT row FROM principals WHERE name = ?)
    AND (since, process) > (?, ?)
  ORDER BY since, process LIMIT ?
);

-- name: by_due_down
-- The same of those with a due time, the last first.
SELECT json_group_array(json_array(due, process)) FROM (
  SELECT due, process FROM tasks
  WHERE principal = (SELECT row FROM principals WHERE name = ?)
    AND due IS NOT NULL AND (due, process) < (?, ?)
  ORDER BY due DESC, process DESC LIMIT ?
);

-- name: by_due_up
-- The same, the first first.
SELECT json_group_array(json_array(due, process)) FROM (
  SELECT due, process FROM tasks
  WHERE principal = (SELECT row FROM principals WHERE name = ?)
    AND due IS NOT NULL AND (due, process) > (?, ?)
  ORDER BY due, process LIMIT ?
);

-- name: facts
-- Of some processes (a JSON array of rows) that wait: `[[scenario, due], …]`.
SELECT json_group_array(json_array(
  s.id, (SELECT t.due FROM tasks AS t WHERE t.process = p.row LIMIT 1)
))
FROM json_each(?) AS c CROSS JOIN processes AS p ON p.row = c.value
JOIN scenarios AS s ON s.row = p.scenario;
