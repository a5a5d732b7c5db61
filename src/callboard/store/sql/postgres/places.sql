-- Places in lists, `(what it is sorted by, process)`, after a given place: each list is read in the order
-- of its index, as far as is wanted, and those of several principals or scenarios are merged.

-- name: all_down
SELECT created, id::text FROM processes
WHERE (created, id) < ($2::text, $3::uuid) AND $1::text[] IS NULL
ORDER BY created DESC, id DESC LIMIT $4;

-- name: all_up
SELECT created, id::text FROM processes
WHERE (created, id) > ($2::text, $3::uuid) AND $1::text[] IS NULL
ORDER BY created, id LIMIT $4;

-- name: of_scenarios_down
SELECT l.created, l.id::text FROM unnest($1::text[]) AS w (scenario), LATERAL (
  SELECT p.created, p.id FROM processes AS p
  WHERE p.scenario = w.scenario::uuid AND (p.created, p.id) < ($2::text, $3::uuid)
  ORDER BY p.created DESC, p.id DESC LIMIT $4
) AS l
ORDER BY l.created DESC, l.id DESC LIMIT $4;

-- name: of_scenarios_up
SELECT l.created, l.id::text FROM unnest($1::text[]) AS w (scenario), LATERAL (
  SELECT p.created, p.id FROM processes AS p
  WHERE p.scenario = w.scenario::uuid AND (p.created, p.id) > ($2::text, $3::uuid)
  ORDER BY p.created, p.id LIMIT $4
) AS l
ORDER BY l.created, l.id LIMIT $4;

-- name: of_principals_down
SELECT DISTINCT l.created, l.process, l.process::text FROM unnest($1::text[]) AS w (principal), LATERAL (
  SELECT a.created, a.process FROM participants AS a
  WHERE a.principal = w.principal AND (a.created, a.process) < ($2::text, $3::uuid)
  ORDER BY a.created DESC, a.process DESC LIMIT $4
) AS l
ORDER BY l.created DESC, l.process DESC LIMIT $4;

-- name: of_principals_up
SELECT DISTINCT l.created, l.process, l.process::text FROM unnest($1::text[]) AS w (principal), LATERAL (
  SELECT a.created, a.process FROM participants AS a
  WHERE a.principal = w.principal AND (a.created, a.process) > ($2::text, $3::uuid)
  ORDER BY a.created, a.process LIMIT $4
) AS l
ORDER BY l.created, l.process LIMIT $4;

-- name: since_down
SELECT DISTINCT l.since, l.process, l.process::text FROM unnest($1::text[]) AS w (principal), LATERAL (
  SELECT t.since, t.process FROM tasks AS t
  WHERE t.principal = w.principal AND (t.since, t.process) < ($2::text, $3::uuid)
  ORDER BY t.since DESC, t.process DESC LIMIT $4
) AS l
ORDER BY l.since DESC, l.process DESC LIMIT $4;

-- name: since_up
SELECT DISTINCT l.since, l.process, l.process::text FROM unnest($1::text[]) AS w (principal), LATERAL (
  SELECT t.since, t.process FROM tasks AS t
  WHERE t.principal = w.principal AND (t.since, t.process) > ($2::text, $3::uuid)
  ORDER BY t.since, t.process LIMIT $4
) AS l
ORDER BY l.since, l.process LIMIT $4;

-- name: due_down
SELECT DISTINCT l.due, l.process, l.process::text FROM unnest($1::text[]) AS w (principal), LATERAL (
  SELECT t.due, t.process FROM tasks AS t
  WHERE t.principal = w.principal AND t.due IS NOT NULL AND (t.due, t.process) < ($2::text, $3::uuid)
  ORDER BY t.due DESC, t.process DESC LIMIT $4
) AS l
ORDER BY l.due DESC, l.process DESC LIMIT $4;

-- name: due_up
SELECT DISTINCT l.due, l.process, l.process::text FROM unnest($1::text[]) AS w (principal), LATERAL (
  SELECT t.due, t.process FROM tasks AS t
  WHERE t.principal = w.principal AND t.due IS NOT NULL AND (t.due, t.process) > ($2::text, $3::uuid)
  ORDER BY t.due, t.process LIMIT $4
) AS l
ORDER BY l.due, l.process LIMIT $4;

-- name: theirs
-- Those of some processes ($1) in which some principals ($2) have a part.
SELECT DISTINCT process::text FROM participants
WHERE process = ANY ($1::uuid[]) AND principal = ANY ($2::text[]);

-- name: task_facts
-- Of some processes that wait: the scenario, and when the first task is due.
SELECT p.id::text, p.scenario::text, (SELECT min(t.due) FROM tasks AS t WHERE t.process = p.id)
FROM processes AS p WHERE p.id = ANY ($1::uuid[]);
