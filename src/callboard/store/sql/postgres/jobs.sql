-- Jobs, and tries to do them.

-- name: of_process
SELECT id, kind, process::text, due, event, payload, nullif(service, '')
FROM jobs WHERE process = $1 ORDER BY due, id;

-- name: claim
-- Take those of a kind that are due and that nobody holds, for so many seconds of the database's own
-- time. Of the messages of a process to a service only the first may go that is still to be sent.
WITH due AS (
  SELECT j.process, j.id FROM jobs AS j
  WHERE j.kind = $1 AND j.service = $2 AND j.due <= $3 AND j.failed IS NULL
    AND (j.held IS NULL OR j.held < clock_timestamp())
    AND (j.service = '' OR NOT EXISTS (
      SELECT 1 FROM jobs AS e
      WHERE e.process = j.process AND e.service = j.service AND e.failed IS NULL AND e.awaits IS NULL
        AND e.id <> j.id AND e.payload::json ->> 'awaited' IS DISTINCT FROM e.due
        AND (e.payload::json ->> 'due', coalesce((e.payload::json ->> 'entry')::integer, -1), e.id)
          < (j.payload::json ->> 'due', coalesce((j.payload::json ->> 'entry')::integer, -1), j.id)
    ))
  ORDER BY j.due, j.id LIMIT $5 FOR UPDATE OF j SKIP LOCKED
)
UPDATE jobs AS j SET
  fence = j.fence + 1, held = clock_timestamp() + make_interval(secs => $4::double precision)
FROM due WHERE j.process = due.process AND j.id = due.id
RETURNING
  0, j.fence, j.attempts, j.refused,
  j.id, j.kind, j.process::text, j.due, j.event, j.payload, nullif(j.service, '');

-- name: next
-- When the earliest is due that nobody holds, and that may be taken then (see claim).
SELECT j.due FROM jobs AS j
WHERE j.kind = $1 AND j.service = $2 AND j.failed IS NULL
  AND (j.held IS NULL OR j.held < clock_timestamp())
  AND (j.service = '' OR NOT EXISTS (
    SELECT 1 FROM jobs AS e
    WHERE e.process = j.process AND e.service = j.service AND e.failed IS NULL AND e.awaits IS NULL
      AND e.id <> j.id AND e.payload::json ->> 'awaited' IS DISTINCT FROM e.due
      AND (e.payload::json ->> 'due', coalesce((e.payload::json ->> 'entry')::integer, -1), e.id)
        < (j.payload::json ->> 'due', coalesce((j.payload::json ->> 'entry')::integer, -1), j.id)
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
UPDATE jobs SET due = $1, payload = $2, attempts = $3, held = NULL WHERE id = $4 AND fence = $5;

-- name: follow
-- What comes after a message that was put off waits as long as that, so that nobody looks before.
UPDATE jobs AS j SET due = e.due
FROM jobs AS e
WHERE e.id = $1 AND e.service <> '' AND e.payload::json ->> 'awaited' IS DISTINCT FROM e.due
  AND j.process = e.process AND j.service = e.service AND j.failed IS NULL
  AND j.held IS NULL AND j.awaits IS NULL AND j.due < e.due
  AND j.payload::json ->> 'awaited' IS DISTINCT FROM j.due
  AND (j.payload::json ->> 'due', coalesce((j.payload::json ->> 'entry')::integer, -1), j.id)
    > (e.payload::json ->> 'due', coalesce((e.payload::json ->> 'entry')::integer, -1), e.id);

-- name: let_go
UPDATE jobs AS j SET held = NULL
FROM unnest($1::text[], $2::bigint[]) AS c (id, fence) WHERE j.id = c.id AND j.fence = c.fence;

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

-- name: attempt
-- Fails where another try gets the same number at this moment: then it is to be done again.
INSERT INTO attempts (process, job, number, service, at, milliseconds, outcome, detail)
SELECT
  p.id, $2, coalesce((SELECT max(number) FROM attempts WHERE process = p.id AND job = $2), 0) + 1,
  $3, $4, $5, $6, $7
FROM processes AS p WHERE p.id = $1;

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

-- name: given_up
-- How many were given up, by service, of the first 10,000 of all.
SELECT service, count(*) FROM (
  SELECT service FROM jobs WHERE failed IS NOT NULL LIMIT 10000
) AS f GROUP BY service;
