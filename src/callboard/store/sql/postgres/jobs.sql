-- Jobs, and tries to do them.

-- name: of_process
SELECT id, kind, process::text, due, event, payload, nullif(service, '')
FROM jobs WHERE process = $1 ORDER BY due, id;

-- name: claim
-- Take those of a kind and a service that are due and that nobody holds, for so many seconds of the
-- database's own time.
WITH due AS (
  SELECT process, id FROM jobs
  WHERE kind = $1 AND service = $2 AND due <= $3 AND failed IS NULL
    AND (held IS NULL OR held < clock_timestamp())
  ORDER BY due, id LIMIT $5 FOR UPDATE SKIP LOCKED
)
UPDATE jobs AS j SET
  fence = j.fence + 1, held = clock_timestamp() + make_interval(secs => $4::double precision)
FROM due WHERE j.process = due.process AND j.id = due.id
RETURNING
  0, j.fence, j.attempts, j.refused,
  j.id, j.kind, j.process::text, j.due, j.event, j.payload, nullif(j.service, '');

-- name: next
SELECT due FROM jobs
WHERE kind = $1 AND service = $2 AND failed IS NULL AND (held IS NULL OR held < clock_timestamp())
ORDER BY due LIMIT 1;

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
UPDATE jobs SET due = $1, payload = $2, attempts = $3, held = NULL WHERE id = $4 AND fence = $5;

-- name: finish
DELETE FROM jobs WHERE id = $1 AND fence = $2;

-- name: give_up
UPDATE jobs SET failed = $1, attempts = $2, refused = $3, held = NULL, fence = fence + 1
WHERE id = $4 AND fence = $5;

-- name: running
-- Whether a process runs, which it goes on doing until this transaction ends.
SELECT running FROM processes WHERE id = $1 FOR SHARE;

-- name: await_end
-- Not due before a process has ended: `due` comes after all others until then.
UPDATE jobs SET awaits = $1, due = '9999-12-31T23:59:59.999Z', payload = $2, held = NULL
WHERE id = $3 AND fence = $4;

-- name: find
SELECT
  0, fence, attempts, refused, id, kind, process::text, due, event, payload, nullif(service, '')
FROM jobs WHERE id = $1 AND kind = 'notify';

-- name: waiting
SELECT id, kind, process::text, due, event, payload, nullif(service, '')
FROM jobs WHERE process = $1 AND service = $2 AND failed IS NULL ORDER BY due, id;

-- name: attempt
INSERT INTO attempts (process, job, number, service, at, milliseconds, outcome, detail)
SELECT
  p.id, $2, coalesce((SELECT max(number) FROM attempts WHERE process = p.id AND job = $2), 0) + 1,
  $3, $4, $5, $6, $7
FROM processes AS p WHERE p.id = $1
ON CONFLICT (process, job, number) DO NOTHING;

-- name: failed
SELECT
  j.attempts, j.failed, j.id, j.kind, j.process::text, j.due, j.event, j.payload,
  nullif(j.service, ''), a.number, a.at, a.milliseconds, a.outcome, a.detail
FROM jobs AS j
LEFT JOIN attempts AS a ON a.process = j.process AND a.job = j.id
  AND a.number = (SELECT max(number) FROM attempts WHERE process = j.process AND job = j.id)
WHERE j.failed IS NOT NULL AND ($1::text IS NULL OR j.service = $1)
ORDER BY j.failed DESC, j.id LIMIT $2;

-- name: retry
UPDATE jobs AS j SET failed = NULL, attempts = 0, refused = false, due = $3
FROM (
  SELECT process, id FROM jobs
  WHERE failed IS NOT NULL AND ($1::text IS NULL OR id = $1) AND ($2::text IS NULL OR service = $2)
  LIMIT $4 FOR UPDATE SKIP LOCKED
) AS f
WHERE j.process = f.process AND j.id = f.id;

-- name: attempts_of
SELECT process::text, job, service, number, at, milliseconds, outcome, detail
FROM attempts WHERE process = $1 ORDER BY at, job, number;

-- name: tries
SELECT process::text, job, service, number, at, milliseconds, outcome, detail
FROM attempts WHERE job = $1 ORDER BY number;

-- name: pending
SELECT count(*) FROM (SELECT 1 FROM jobs WHERE kind = $1 LIMIT $2) AS j;

-- name: figures
-- How many wait, counted up to 100,000, and when the first is due.
SELECT
  (SELECT count(*) FROM (SELECT 1 FROM jobs WHERE failed IS NULL LIMIT 100000) AS j),
  (SELECT min(due) FROM jobs WHERE failed IS NULL),
  pg_database_size(current_database());
