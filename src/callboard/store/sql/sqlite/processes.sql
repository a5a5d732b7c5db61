-- Processes: see schema.sql.

-- name: put
-- A new process, or what has changed of one that is there. Whoever writes has made sure, in the same
-- transaction, that the stored version is the one that the change was worked out from.
INSERT INTO processes (
  row, scenario, id, created, version, head, updated, document
) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (row) DO UPDATE SET
  version = excluded.version,
  head = excluded.head,
  updated = excluded.updated,
  document = excluded.document;

-- name: get
SELECT p.id, s.id, p.version, p.head, p.created, p.updated, p.document
FROM processes AS p JOIN scenarios AS s ON s.row = p.scenario
WHERE p.id = ?;

-- name: places
-- Where the processes of some ids are, and whose tasks they are: `[[id, row, version, [principal, …]],
-- …]`.
SELECT json_group_array(json_array(p.id, p.row, p.version, json((
  SELECT json_group_array(n.name)
  FROM tasks AS t JOIN principals AS n ON n.row = t.principal
  WHERE t.process = p.row
)))) FROM processes AS p WHERE p.id IN (?);

-- name: last_row
SELECT coalesce(max(row), 0) FROM processes;

-- name: page
-- The processes at some rows (a JSON array), newest first, as one JSON text: each call into the
-- database gives up the interpreter's lock, and a busy program returns it late.
SELECT '[' || group_concat(item) || ']' FROM (
  SELECT
    '[' || json_quote(p.id) || ',' || json_quote(s.id) || ',' || p.document || ',' || p.version
    || ',' || json_quote(p.head) || ',' || json_quote(p.created) || ',' || json_quote(p.updated)
    || ']' AS item
  FROM processes AS p JOIN scenarios AS s ON s.row = p.scenario
  WHERE p.row IN (SELECT value FROM json_each(?))
  ORDER BY p.created DESC, p.row DESC
);

-- name: all
-- Places in the list of all processes: `[[created, row], …]`, newest first, after a given place.
SELECT json_group_array(json_array(created, row)) FROM (
  SELECT created, row FROM processes
  WHERE (created, row) < (?, ?)
  ORDER BY created DESC, row DESC LIMIT ?
);

-- name: all_of_scenarios
-- The same, of some scenarios (a JSON array of ids).
SELECT json_group_array(json_array(created, row)) FROM (
  SELECT p.created, p.row FROM processes AS p
  WHERE (p.created, p.row) < (?, ?)
    AND p.scenario IN (SELECT row FROM scenarios WHERE id IN (SELECT value FROM json_each(?)))
  ORDER BY p.created DESC, p.row DESC LIMIT ?
);
