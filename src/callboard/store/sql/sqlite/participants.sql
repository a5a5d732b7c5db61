-- Participants and the principals they are: see schema.sql.

-- name: put_principal
INSERT INTO principals (name) VALUES (?) ON CONFLICT (name) DO NOTHING;

-- name: principal
SELECT row FROM principals WHERE name = ?;

-- name: add
INSERT INTO participants (principal, created, process) VALUES (?, ?, ?);

-- name: of_processes
-- Who is in some processes (rows): `[[process, principal], …]`.
SELECT json_group_array(json_array(a.process, n.name))
FROM participants AS a JOIN principals AS n ON n.row = a.principal
WHERE a.process IN (?);

-- name: remove
DELETE FROM participants
WHERE process = ? AND principal = (SELECT row FROM principals WHERE name = ?);

-- name: list_down
-- Places in a principal's list of processes: `[[created, row], …]`, newest first, after a place.
SELECT json_group_array(json_array(created, process)) FROM (
  SELECT created, process FROM participants
  WHERE principal = (SELECT row FROM principals WHERE name = ?)
    AND (created, process) < (?, ?)
  ORDER BY created DESC, process DESC LIMIT ?
);

-- name: list_up
-- The same, oldest first.
SELECT json_group_array(json_array(created, process)) FROM (
  SELECT created, process FROM participants
  WHERE principal = (SELECT row FROM principals WHERE name = ?)
    AND (created, process) > (?, ?)
  ORDER BY created, process LIMIT ?
);

-- name: theirs
-- Those of some processes (?1, rows) in which some principals (?2, names) have a part.
SELECT json_group_array(c.value) FROM json_each(?1) AS c
WHERE EXISTS (
  SELECT 1 FROM principals AS n JOIN participants AS a
    ON a.principal = n.row AND a.process = c.value
  WHERE n.name IN (SELECT value FROM json_each(?2))
);
