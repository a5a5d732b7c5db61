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
-- Where the processes of some ids are, and whose tasks they are: `[[id, row, version, head,
-- [principal, …]], …]`.
SELECT json_group_array(json_array(p.id, p.row, p.version, p.head, json((
  SELECT json_group_array(n.name)
  FROM tasks AS t JOIN principals AS n ON n.row = t.principal
  WHERE t.process = p.row
)))) FROM processes AS p WHERE p.id IN (?);

-- name: move
-- To another scenario.
UPDATE processes SET scenario = ? WHERE row = ?;

-- name: of_scenario
-- Processes of a scenario after a place, in the order of their ages: `[[created, row, [id, scenario,
-- document, …]], …]`, the fields of a record in order.
SELECT '[' || group_concat(item) || ']' FROM (
  SELECT
    '[' || json_quote(p.created) || ',' || p.row || ',[' || json_quote(p.id) || ','
    || json_quote(s.id) || ',' || p.document || ',' || p.version || ',' || json_quote(p.head) || ','
    || json_quote(p.created) || ',' || json_quote(p.updated) || ']]' AS item
  FROM processes AS p JOIN scenarios AS s ON s.row = p.scenario
  WHERE p.scenario = (SELECT row FROM scenarios WHERE id = ?)
    AND (p.created, p.row) > (?, ?)
  ORDER BY p.created, p.row LIMIT ?
);

-- name: last_row
-- Those that were erased count, too: their numbers are not given again.
SELECT max(
  (SELECT coalesce(max(row), 0) FROM processes), (SELECT coalesce(max(row), 0) FROM tombstones)
);

-- name: page
-- The processes at some rows (a JSON array), as one JSON text: each call into the database gives up
-- the interpreter's lock, and a busy program returns it late.
SELECT '[' || group_concat(item) || ']' FROM (
  SELECT
    '[' || p.row || ',' || json_quote(p.id) || ',' || json_quote(s.id) || ',' || p.document
    || ',' || p.version || ',' || json_quote(p.head) || ',' || json_quote(p.created) || ','
    || json_quote(p.updated) || ']' AS item
  FROM processes AS p JOIN scenarios AS s ON s.row = p.scenario
  WHERE p.row IN (SELECT value FROM json_each(?))
);

-- name: matching
-- Those of some processes (?1, rows) that filters let through: scenarios (?2, rows), whether they
-- run (?3), the state (?4), tags (?5) and actors (?6), each of them null when it is not asked for:
-- `[[row, created, updated, title], …]`, the title where ?7 asks for it. Documents are read only when
-- something asks for them.
SELECT json_group_array(
  json_array(p.row, p.created, p.updated, iif(?7, json_extract(p.document, '$.title'), NULL))
)
FROM json_each(?1) AS c CROSS JOIN processes AS p ON p.row = c.value
WHERE (?2 IS NULL OR p.scenario IN (SELECT value FROM json_each(?2)))
  AND (?3 IS NULL OR json_extract(p.document, '$.isRunning') = ?3)
  AND (?4 IS NULL OR json_extract(p.document, '$.current.key') = ?4)
  AND (?5 IS NULL OR NOT EXISTS (
    SELECT 1 FROM json_each(?5) AS t
    WHERE t.value NOT IN (SELECT value FROM json_each(p.document, '$.tags'))
  ))
  AND (?6 IS NULL OR NOT EXISTS (
    SELECT 1 FROM json_each(?6) AS w WHERE NOT EXISTS (
      SELECT 1 FROM json_each(p.document, '$.actors') AS a
      WHERE a.key = w.value OR (a.type = 'object' AND json_extract(a.value, '$.id') = w.value)
    )
  ));

-- name: all_down
-- Places in the list of all processes: `[[created, row], …]`, newest first, after a given place.
SELECT json_group_array(json_array(created, row)) FROM (
  SELECT created, row FROM processes
  WHERE (created, row) < (?, ?)
  ORDER BY created DESC, row DESC LIMIT ?
);

-- name: all_up
-- The same, oldest first.
SELECT json_group_array(json_array(created, row)) FROM (
  SELECT created, row FROM processes
  WHERE (created, row) > (?, ?)
  ORDER BY created, row LIMIT ?
);

-- name: of_scenario_down
-- The same of one scenario (a row), newest first.
SELECT json_group_array(json_array(created, row)) FROM (
  SELECT created, row FROM processes
  WHERE scenario = ? AND (created, row) < (?, ?)
  ORDER BY created DESC, row DESC LIMIT ?
);

-- name: of_scenario_up
-- The same, oldest first.
SELECT json_group_array(json_array(created, row)) FROM (
  SELECT created, row FROM processes
  WHERE scenario = ? AND (created, row) > (?, ?)
  ORDER BY created, row LIMIT ?
);
