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

-- name: list
-- Places in a principal's list of processes: `[[created, row], …]`, newest first, after a place.
SELECT json_group_array(json_array(created, process)) FROM (
  SELECT created, process FROM participants
  WHERE principal = (SELECT row FROM principals WHERE name = ?)
    AND (created, process) < (?, ?)
  ORDER BY created DESC, process DESC LIMIT ?
);

-- name: list_of_scenarios
-- The same, of some scenarios (a JSON array of ids).
SELECT json_group_array(json_array(created, process)) FROM (
  SELECT a.created, a.process
  FROM participants AS a CROSS JOIN processes AS p ON p.row = a.process
  WHERE a.principal = (SELECT row FROM principals WHERE name = ?)
    AND (a.created, a.process) < (?, ?)
    AND p.scenario IN (SELECT row FROM scenarios WHERE id IN (SELECT value FROM json_each(?)))
  ORDER BY a.created DESC, a.process DESC LIMIT ?
);
