-- Looking for what does not hang together. A query of a fault gives what it is about, and is empty when
-- all is well; none gives more than a thousand. References are the database's own to check.

-- name: heads
SELECT id, version, head, updated FROM processes ORDER BY id;

-- name: strays
-- Rows of a process that is not there.
SELECT DISTINCT 'checkpoints of ' || process FROM checkpoints AS c
WHERE NOT EXISTS (SELECT 1 FROM processes AS p WHERE p.id = c.process) LIMIT 1000;

-- name: buried
-- Processes that are there, and were erased.
SELECT p.id FROM tombstones AS t JOIN processes AS p ON p.id = t.id OR p.row = t.row LIMIT 1000;

-- name: places
-- Participants whose place in lists is not that of the process.
SELECT DISTINCT p.id FROM participants AS a JOIN processes AS p ON p.row = a.process
WHERE a.created <> p.created LIMIT 1000;

-- name: ended_tasks
-- Processes that have ended and wait for somebody.
SELECT DISTINCT p.id FROM tasks AS t JOIN processes AS p ON p.row = t.process
WHERE coalesce(p.document ->> '$.isRunning', 1) = 0 LIMIT 1000;

-- name: ended_timers
-- Processes that have ended and have a timer.
SELECT DISTINCT p.id FROM jobs AS j JOIN processes AS p ON p.row = j.process
WHERE j.kind = 'timer' AND coalesce(p.document ->> '$.isRunning', 1) = 0 LIMIT 1000;

-- name: waiting
-- Jobs that wait for the end of a process which is past, so they would wait for ever.
SELECT j.id FROM jobs AS j LEFT JOIN processes AS p ON p.row = j.awaits
WHERE j.awaits IS NOT NULL AND (p.row IS NULL OR coalesce(p.document ->> '$.isRunning', 1) = 0)
LIMIT 1000;

-- name: counters
-- Places whose counter is not the number of processes there.
SELECT s.id || ' ' || found.state FROM (
  SELECT
    scenario, document ->> '$.current.key' AS state, coalesce(document ->> '$.isRunning', 1) AS running,
    count(*) AS count
  FROM processes GROUP BY 1, 2, 3
  UNION ALL
  SELECT scenario, state, running, -count FROM counts
) AS found JOIN scenarios AS s ON s.row = found.scenario
GROUP BY found.scenario, found.state, found.running HAVING sum(found.count) <> 0 LIMIT 1000;
