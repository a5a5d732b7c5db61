-- Jobs, where rows of many shards cannot be locked: candidates are read, and each is taken in its shard
-- if nobody else has taken it since.

-- name: due
-- As in `claim`, but only looked at.
SELECT j.process::text, j.id, j.fence FROM jobs AS j
WHERE j.kind = $1 AND j.service = $2 AND j.due <= $3 AND j.failed IS NULL
  AND (j.held IS NULL OR j.held < now())
  AND (j.service = '' OR NOT EXISTS (
    SELECT 1 FROM jobs AS e
    WHERE e.process = j.process AND e.service = j.service AND e.failed IS NULL AND e.awaits IS NULL
      AND e.id <> j.id AND e.payload::json ->> 'awaited' IS DISTINCT FROM e.due
      AND (e.payload::json ->> 'due', coalesce((e.payload::json ->> 'entry')::integer, -1), e.id)
        < (j.payload::json ->> 'due', coalesce((j.payload::json ->> 'entry')::integer, -1), j.id)
  ))
ORDER BY j.due, j.id LIMIT $4;

-- name: claim
-- Take one that is as it was read.
UPDATE jobs SET fence = fence + 1, held = now() + make_interval(secs => $4::double precision)
WHERE process = $1 AND id = $2 AND fence = $3 AND failed IS NULL AND due <= $5
  AND (held IS NULL OR held < now())
RETURNING
  0, fence, attempts, refused, id, kind, process::text, due, event, payload, nullif(service, '');

-- name: services
SELECT DISTINCT service FROM jobs WHERE kind = 'notify' AND failed IS NULL ORDER BY service;

-- name: put_off
UPDATE jobs SET due = $1, payload = $2, attempts = $3, held = NULL
WHERE id = $4 AND fence = $5 AND process = $6;

-- name: following
-- What comes after a message that was put off, and when that is due.
SELECT j.id, e.due
FROM jobs AS e JOIN jobs AS j ON j.process = e.process AND j.service = e.service
WHERE e.process = $2 AND e.id = $1 AND e.service <> ''
  AND e.payload::json ->> 'awaited' IS DISTINCT FROM e.due
  AND j.failed IS NULL AND j.held IS NULL AND j.awaits IS NULL AND j.due < e.due
  AND j.payload::json ->> 'awaited' IS DISTINCT FROM j.due
  AND (j.payload::json ->> 'due', coalesce((j.payload::json ->> 'entry')::integer, -1), j.id)
    > (e.payload::json ->> 'due', coalesce((e.payload::json ->> 'entry')::integer, -1), e.id);

-- name: follow
UPDATE jobs SET due = $3
WHERE process = $1 AND id = $2 AND failed IS NULL AND held IS NULL AND awaits IS NULL AND due < $3;

-- name: let_go
UPDATE jobs SET held = NULL WHERE process = $1 AND id = $2 AND fence = $3;

-- name: finish
DELETE FROM jobs WHERE id = $1 AND fence = $2 AND process = $3;

-- name: give_up
UPDATE jobs SET failed = $1, attempts = $2, refused = $3, held = NULL, fence = fence + 1
WHERE id = $4 AND fence = $5 AND process = $6;

-- name: await
-- First say what it waits for, so that whoever ends that finds it; it is still held.
UPDATE jobs SET awaits = $1 WHERE process = $2 AND id = $3 AND fence = $4;

-- name: await_end
UPDATE jobs SET due = '9999-12-31T23:59:59.999Z', payload = $2, held = NULL
WHERE process = $3 AND id = $4 AND fence = $5 AND awaits = $1;

-- name: await_not
UPDATE jobs SET awaits = NULL WHERE process = $2 AND id = $3 AND fence = $4 AND awaits = $1;

-- name: given_up_of
SELECT process::text, id FROM jobs
WHERE failed IS NOT NULL AND ($1::text IS NULL OR id = $1) AND ($2::text IS NULL OR service = $2)
LIMIT $3;

-- name: retry
UPDATE jobs SET failed = NULL, attempts = 0, refused = false, due = $3
WHERE process = $1 AND id = $2 AND failed IS NOT NULL;
