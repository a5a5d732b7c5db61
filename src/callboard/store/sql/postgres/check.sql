-- Looking for what does not hang together. A query of a fault gives what it is about, and is empty when
-- all is well; none gives more than a thousand.

-- name: heads
SELECT id::text, version, head, updated FROM processes ORDER BY processes.id;

-- name: constraints
-- Constraints and indexes that the database does not hold to.
SELECT conname::text FROM pg_constraint
WHERE connamespace = current_schema()::regnamespace AND NOT convalidated
UNION ALL
SELECT indexrelid::regclass::text FROM pg_index
JOIN pg_class ON pg_class.oid = pg_index.indexrelid
WHERE pg_class.relnamespace = current_schema()::regnamespace AND NOT indisvalid;

-- name: strays
-- Rows of a process that is not there.
SELECT DISTINCT 'events of ' || process::text FROM events AS t
  WHERE NOT EXISTS (SELECT 1 FROM processes AS p WHERE p.id = t.process)
UNION ALL SELECT DISTINCT 'old_events of ' || process::text FROM old_events AS t
  WHERE NOT EXISTS (SELECT 1 FROM processes AS p WHERE p.id = t.process)
UNION ALL SELECT DISTINCT 'participants of ' || process::text FROM participants AS t
  WHERE NOT EXISTS (SELECT 1 FROM processes AS p WHERE p.id = t.process)
UNION ALL SELECT DISTINCT 'tasks of ' || process::text FROM tasks AS t
  WHERE NOT EXISTS (SELECT 1 FROM processes AS p WHERE p.id = t.process)
UNION ALL SELECT DISTINCT 'jobs of ' || process::text FROM jobs AS t
  WHERE NOT EXISTS (SELECT 1 FROM processes AS p WHERE p.id = t.process)
UNION ALL SELECT DISTINCT 'attempts of ' || process::text FROM attempts AS t
  WHERE NOT EXISTS (SELECT 1 FROM processes AS p WHERE p.id = t.process)
UNION ALL SELECT DISTINCT 'checkpoints of ' || process::text FROM checkpoints AS t
  WHERE NOT EXISTS (SELECT 1 FROM processes AS p WHERE p.id = t.process)
LIMIT 1000;

-- name: buried
-- Processes that are there, and were erased.
SELECT t.id::text FROM tombstones AS t JOIN processes AS p ON p.id = t.id LIMIT 1000;

-- name: places
-- Participants whose place in lists is not that of the process.
SELECT DISTINCT p.id::text FROM participants AS a JOIN processes AS p ON p.id = a.process
WHERE a.created <> p.created LIMIT 1000;

-- name: states
-- Processes in another state than their document says.
SELECT id::text FROM processes
WHERE state IS DISTINCT FROM document::json -> 'current' ->> 'key'
  OR running IS DISTINCT FROM coalesce((document::json ->> 'isRunning')::boolean, true) LIMIT 1000;

-- name: ended_tasks
-- Processes that have ended and wait for somebody.
SELECT DISTINCT p.id::text FROM tasks AS t JOIN processes AS p ON p.id = t.process
WHERE NOT p.running LIMIT 1000;

-- name: ended_timers
-- Processes that have ended and have a timer.
SELECT DISTINCT p.id::text FROM jobs AS j JOIN processes AS p ON p.id = j.process
WHERE j.kind = 'timer' AND NOT p.running LIMIT 1000;

-- name: waiting
-- Jobs that wait for the end of a process which is past, so they would wait for ever.
SELECT j.id FROM jobs AS j LEFT JOIN processes AS p ON p.id = j.awaits
WHERE j.awaits IS NOT NULL AND p.running IS NOT TRUE LIMIT 1000;

-- name: counters
-- Places whose counter is not the number of processes there.
SELECT scenario::text || ' ' || state FROM (
  SELECT scenario, state, running, count(*) AS count FROM processes GROUP BY 1, 2, 3
  UNION ALL
  SELECT scenario, state, running, -sum(count) FROM counts GROUP BY 1, 2, 3
) AS found
GROUP BY scenario, state, running HAVING sum(count) <> 0 LIMIT 1000;
