-- Jobs, and tries to do them: see schema.sql.

-- name: clear
-- Nothing is to be done later in some processes (rows).
DELETE FROM jobs WHERE process IN (?);

-- name: of_process
SELECT j.id, j.kind, p.id, j.due, j.event, j.payload, j.service
FROM jobs AS j JOIN processes AS p ON p.row = j.process
WHERE p.id = ? ORDER BY j.due, j.row;

-- name: add
INSERT INTO jobs (process, id, kind, due, event, payload, service) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: claim
-- Take those of a kind that are due and that nobody holds, for so many days. `held` is the database's
-- own time: clocks of workers may differ. Of the messages of a process to a service only the first may
-- go that is still to be sent.
UPDATE jobs SET fence = fence + 1, held = julianday('now') + ?
WHERE row IN (
  SELECT j.row FROM jobs AS j
  WHERE j.kind = ? AND j.service IS ? AND j.due <= ? AND j.failed IS NULL
    AND (j.held IS NULL OR j.held < julianday('now'))
    AND (j.service IS NULL OR NOT EXISTS (
      SELECT 1 FROM jobs AS e
      WHERE e.process = j.process AND e.service = j.service AND e.failed IS NULL AND e.awaits IS NULL
        AND e.row <> j.row AND e.payload ->> '$.awaited' IS NOT e.due
        AND (e.payload ->> '$.due', e.row) < (j.payload ->> '$.due', j.row)
    ))
  ORDER BY j.due, j.row LIMIT ?
)
RETURNING
  row, fence, attempts, refused,
  id, kind, (SELECT p.id FROM processes AS p WHERE p.row = jobs.process), due, event, payload, service;

-- name: next
-- When the earliest is due that nobody holds, and that may be taken then (see claim).
SELECT j.due FROM jobs AS j
WHERE j.kind = ? AND j.service IS ? AND j.failed IS NULL AND j.held IS NULL
  AND (j.service IS NULL OR NOT EXISTS (
    SELECT 1 FROM jobs AS e
    WHERE e.process = j.process AND e.service = j.service AND e.failed IS NULL AND e.awaits IS NULL
      AND e.row <> j.row AND e.payload ->> '$.awaited' IS NOT e.due
      AND (e.payload ->> '$.due', e.row) < (j.payload ->> '$.due', j.row)
  ))
ORDER BY j.due LIMIT 1;

-- name: services
-- Walks the index from service to service, however much waits for each.
WITH RECURSIVE waiting (service) AS (
  SELECT min(service) FROM jobs WHERE kind = 'notify' AND failed IS NULL
  UNION ALL
  SELECT (
    SELECT min(j.service) FROM jobs AS j
    WHERE j.kind = 'notify' AND j.failed IS NULL AND j.service > waiting.service
  ) FROM waiting WHERE waiting.service IS NOT NULL
)
SELECT service FROM waiting WHERE service IS NOT NULL;

-- name: put_off
UPDATE jobs SET due = ?, payload = ?, attempts = ?, held = NULL WHERE id = ? AND fence = ?;

-- name: follow
-- What comes after a message that was put off waits as long as that, so that nobody looks at it before.
UPDATE jobs SET due = e.due
FROM jobs AS e
WHERE e.id = ? AND e.service IS NOT NULL AND e.payload ->> '$.awaited' IS NOT e.due
  AND jobs.process = e.process AND jobs.service = e.service AND jobs.failed IS NULL
  AND jobs.held IS NULL AND jobs.awaits IS NULL AND jobs.due < e.due
  AND jobs.payload ->> '$.awaited' IS NOT jobs.due
  AND (jobs.payload ->> '$.due', jobs.row) > (e.payload ->> '$.due', e.row);

-- name: let_go
UPDATE jobs SET held = NULL WHERE id = ? AND fence = ?;

-- name: await_end
-- Not due before a process has ended, which runs now: `due` comes after all others until then.
UPDATE jobs SET awaits = p.row, due = '9999-12-31T23:59:59.999Z', payload = ?, held = NULL
FROM processes AS p
WHERE jobs.id = ? AND jobs.fence = ? AND p.id = ? AND coalesce(p.document ->> '$.isRunning', 1);

-- name: wake
-- What waited for some processes (rows) is due: they have just ended.
UPDATE jobs SET due = (SELECT p.updated FROM processes AS p WHERE p.row = jobs.awaits), awaits = NULL
WHERE awaits IN (?);

-- name: wake_at
UPDATE jobs SET due = ?, awaits = NULL WHERE awaits = ?;

-- name: finish
DELETE FROM jobs WHERE id = ? AND fence = ?;

-- name: give_up
UPDATE jobs SET failed = ?, attempts = ?, refused = ?, held = NULL, fence = fence + 1
WHERE id = ? AND fence = ?;

-- name: find
SELECT
  j.row, j.fence, j.attempts, j.refused,
  j.id, j.kind, p.id, j.due, j.event, j.payload, j.service
FROM jobs AS j JOIN processes AS p ON p.row = j.process
WHERE j.id = ? AND j.kind = 'notify';

-- name: attempt
INSERT OR IGNORE INTO attempts
SELECT p.row, ?2, coalesce((SELECT max(number) FROM attempts WHERE process = p.row AND job = ?2), 0) + 1,
  ?3, ?4, ?5, ?6, ?7
FROM processes AS p WHERE p.id = ?1;

-- name: failed
SELECT
  j.attempts, j.failed, j.id, j.kind, p.id, j.due, j.event, j.payload, j.service,
  a.number, a.at, a.milliseconds, a.outcome, a.detail
FROM jobs AS j JOIN processes AS p ON p.row = j.process
LEFT JOIN attempts AS a ON a.process = j.process AND a.job = j.id
  AND a.number = (SELECT max(number) FROM attempts WHERE process = j.process AND job = j.id)
WHERE j.failed IS NOT NULL AND (?1 IS NULL OR j.service = ?1)
ORDER BY j.failed DESC LIMIT ?2;

-- name: retry
UPDATE jobs SET failed = NULL, attempts = 0, refused = 0, due = ?3
WHERE row IN (
  SELECT row FROM jobs
  WHERE failed IS NOT NULL AND (?1 IS NULL OR id = ?1) AND (?2 IS NULL OR service = ?2)
  LIMIT ?4
);

-- name: attempts_of
SELECT p.id, a.job, a.service, a.number, a.at, a.milliseconds, a.outcome, a.detail
FROM attempts AS a JOIN processes AS p ON p.row = a.process
WHERE p.id = ? ORDER BY a.at, a.job, a.number;

-- name: tries
SELECT p.id, a.job, a.service, a.number, a.at, a.milliseconds, a.outcome, a.detail
FROM attempts AS a JOIN processes AS p ON p.row = a.process
WHERE a.job = ? ORDER BY a.number;

-- name: free
UPDATE jobs SET held = NULL WHERE held IS NOT NULL;

-- name: figures
-- How many wait, counted up to 100,000, and when the first is due.
SELECT
  (SELECT count(*) FROM (SELECT 1 FROM jobs WHERE failed IS NULL LIMIT 100000)),
  (SELECT min(due) FROM jobs WHERE failed IS NULL);

-- name: given_up
-- How many were given up, by service, of the first 10,000 of all.
SELECT service, count(*) FROM (SELECT service FROM jobs WHERE failed IS NOT NULL LIMIT 10000)
GROUP BY service;
