-- Processes and their events.

-- name: get
SELECT id::text, scenario::text, version, head, created, updated, document
FROM processes WHERE id = $1;

-- name: history
-- The events of a process before a number, in order.
SELECT seq, event, log FROM events WHERE process = $1 AND seq < $2 ORDER BY seq;

-- name: chains
-- The old chains of a process, the oldest first.
SELECT chain, event FROM old_events WHERE process = $1 ORDER BY chain, seq;

-- name: of_scenario
-- Processes of a scenario after a place, in the order of their ages.
SELECT id::text, scenario::text, version, head, created, updated, document
FROM processes
WHERE scenario = $1 AND (created, id) > ($2::text, $3::uuid)
ORDER BY created, id LIMIT $4;

-- name: page
-- The processes of some ids.
SELECT id::text, scenario::text, version, head, created, updated, document
FROM processes WHERE id = ANY ($1::uuid[]);

-- name: matching
-- Those of some processes ($1) that filters let through: scenarios ($2), whether they run ($3), the
-- state ($4), tags ($5) and actors ($6), each of them null when it is not asked for; the title where $7
-- asks for it. Documents are read only when something asks for them.
SELECT
  id::text, created, updated, CASE WHEN $7::boolean THEN document::json ->> 'title' END
FROM processes
WHERE id = ANY ($1::uuid[])
  AND ($2::uuid[] IS NULL OR scenario = ANY ($2::uuid[]))
  AND ($3::boolean IS NULL OR running = $3::boolean)
  AND ($4::text IS NULL OR state = $4::text)
  AND ($5::text[] IS NULL OR document::jsonb -> 'tags' ?& $5::text[])
  AND ($6::text[] IS NULL OR NOT EXISTS (
    SELECT 1 FROM unnest($6::text[]) AS w (name)
    WHERE NOT document::jsonb -> 'actors' ? w.name AND NOT EXISTS (
      SELECT 1 FROM jsonb_each(document::jsonb -> 'actors') AS a WHERE a.value ->> 'id' = w.name
    )
  ));

-- name: counts
SELECT scenario::text, state, running, sum(count)::bigint
FROM counts GROUP BY scenario, state, running HAVING sum(count) > 0
ORDER BY scenario, state, running;
