-- One transition of one process, as one statement: see store/postgres/writing.py, which joins the parts.
-- A part that has nothing to do is given nulls or empty arrays.

-- name: start
-- A new process: $1 id, $2 the version that was read (0), $3 its head (null).
WITH written AS (
  INSERT INTO processes (id, scenario, created, version, head, updated, state, running, document)
  SELECT $1::uuid, $4::uuid, $5::text, $6::integer, $7::text, $8::text, $9::text, $10::boolean, $11::text
  WHERE $2::integer = 0 AND $3::text IS NULL
  ON CONFLICT (id) DO NOTHING
  RETURNING id
),

-- name: step
-- What has changed of a process that is at the version $2 and the head $3.
WITH written AS (
  UPDATE processes SET
    scenario = $4::uuid, version = $6::integer, head = $7::text, updated = $8::text,
    state = $9::text, running = $10::boolean, document = $11::text
  WHERE id = $1::uuid AND version = $2::integer AND head = $3::text
    AND created = $5::text
  RETURNING id
),

-- name: always
-- What every transition does besides.
appended AS (
  INSERT INTO events (process, seq, previous, event, log)
  SELECT w.id, e.seq, e.previous, e.event, e.log
  FROM written AS w, unnest($12::integer[], $13::bigint[], $14::text[], $15::text[])
    AS e (seq, previous, event, log)
),
waited AS (
  SELECT principal FROM tasks WHERE process = $1::uuid
),
waiting AS (
  SELECT w.principal FROM unnest($18::text[]) AS w (principal)
),
noted AS (
  INSERT INTO changes (seq, process, version, kind, tasks)
  SELECT pg_current_xact_id()::text::bigint + $16::bigint, id, $6::integer, $17::text, CASE
    WHEN $18::text[] IS NULL THEN NULL
    WHEN NOT EXISTS (SELECT principal FROM waiting EXCEPT SELECT principal FROM waited)
      AND NOT EXISTS (SELECT principal FROM waited EXCEPT SELECT principal FROM waiting) THEN NULL
    ELSE json_build_array(
      array(SELECT principal FROM waited INTERSECT SELECT principal FROM waiting ORDER BY 1),
      array(SELECT principal FROM waiting EXCEPT SELECT principal FROM waited ORDER BY 1),
      array(SELECT principal FROM waited EXCEPT SELECT principal FROM waiting ORDER BY 1)
    )::text
  END
  FROM written
),
tasks_gone AS (
  DELETE FROM tasks AS t USING written AS w
  WHERE t.process = w.id AND t.principal <> ALL ($18::text[])
),
tasks_come AS (
  INSERT INTO tasks (process, principal, since, due)
  SELECT w.id, t.principal, t.since, t.due
  FROM written AS w, unnest($18::text[], $19::text[], $20::text[]) AS t (principal, since, due)
  ON CONFLICT (process, principal) DO UPDATE SET since = excluded.since, due = excluded.due
),
participants_gone AS (
  DELETE FROM participants AS p USING written AS w
  WHERE p.process = w.id AND p.principal <> ALL ($21::text[])
),
participants_come AS (
  INSERT INTO participants (principal, created, process)
  SELECT p.principal, $5::text, w.id FROM written AS w, unnest($21::text[]) AS p (principal)
  ON CONFLICT (principal, created, process) DO NOTHING
),
counted AS (
  INSERT INTO counts (scenario, state, running, slot, count)
  SELECT c.scenario, c.state, c.running, $23::smallint, c.by
  FROM written AS w, unnest($24::uuid[], $25::text[], $26::boolean[], $27::bigint[])
    AS c (scenario, state, running, by)
  ON CONFLICT (scenario, state, running, slot) DO UPDATE SET count = counts.count + excluded.count
),

-- name: little
-- Nothing more, but that jobs go. The last line fails (division by zero) unless the process was written:
-- then nothing was.
jobs_gone AS (
  DELETE FROM jobs AS j USING written AS w WHERE $22::boolean AND j.process = w.id
)
SELECT 1 / (SELECT count(*) FROM written);

-- name: much
-- Jobs that are done or come, answers that are kept, what is done for another process. The last line
-- fails unless all that was asked for was done.
done AS (
  DELETE FROM jobs WHERE id = $28::text AND fence = $29::bigint AND NOT $50::boolean RETURNING id
),
given_up AS (
  UPDATE jobs SET
    failed = $38::text, refused = $40::text = 'refused', held = NULL, fence = fence + 1,
    attempts = $60::integer
  WHERE id = $28::text AND fence = $29::bigint AND $50::boolean RETURNING id
),
jobs_gone AS (
  DELETE FROM jobs AS j USING written AS w
  WHERE $22::boolean AND j.process = w.id AND j.id <> ALL ($30::text[])
    AND j.id IS DISTINCT FROM $28::text
),
jobs_come AS (
  INSERT INTO jobs (process, id, kind, due, event, payload, service)
  SELECT w.id, j.id, j.kind, j.due, j.event, j.payload, j.service
  FROM written AS w, unnest(
    $30::text[], $31::text[], $32::text[], $33::text[], $34::text[], $35::text[]
  ) AS j (id, kind, due, event, payload, service)
  ON CONFLICT (process, id) DO UPDATE SET
    kind = excluded.kind, due = excluded.due, event = excluded.event, payload = excluded.payload,
    service = excluded.service, attempts = 0, failed = NULL, held = NULL
),
tried AS (
  INSERT INTO attempts (process, job, number, service, at, milliseconds, outcome, detail)
  SELECT
    id, $36::text,
    coalesce((SELECT max(number) FROM attempts WHERE process = $1::uuid AND job = $36::text), 0) + 1,
    $37::text, $38::text, $39::integer, $40::text, $41::text
  FROM written WHERE $36::text IS NOT NULL
),
answered AS (
  INSERT INTO idempotency (credential, key, fingerprint, status, headers, body, created)
  SELECT $42::text, $43::text, $44::text, $45::integer, $46::text, $47::text, $48::text
  FROM written WHERE $42::text IS NOT NULL
  ON CONFLICT (credential, key) DO UPDATE SET
    fingerprint = excluded.fingerprint, status = excluded.status, headers = excluded.headers,
    body = excluded.body, created = excluded.created
  WHERE idempotency.created <= $49::text
  RETURNING key
),
purged AS (
  DELETE FROM idempotency WHERE (credential, key) IN (
    SELECT credential, key FROM idempotency
    WHERE created <= $49::text AND (credential, key) <> ($42::text, $43::text)
    ORDER BY created LIMIT 2 FOR UPDATE SKIP LOCKED
  )
),
linked AS (
  INSERT INTO links (job, kind, process, asker, service, root, depth, event, at)
  SELECT
    $51::text, $52::text, $53::uuid, $54::uuid, $55::text, $56::uuid, $57::integer, $58::text, $59::text
  FROM written WHERE $51::text IS NOT NULL
  ON CONFLICT (job) DO NOTHING
  RETURNING job
)
SELECT 1 / (
  (SELECT count(*) FROM written)
  * CASE WHEN $28::text IS NULL THEN 1
      ELSE (SELECT count(*) FROM done) + (SELECT count(*) FROM given_up) END
  * CASE WHEN $51::text IS NULL THEN 1 ELSE (SELECT count(*) FROM linked) END
  * CASE WHEN $42::text IS NULL THEN 1 ELSE (SELECT count(*) FROM answered) END
);

-- name: keep_chain
-- The chain of a process becomes an old one; what is to follow is another chain.
INSERT INTO old_events (process, chain, seq, previous, event)
SELECT
  process, (SELECT coalesce(max(chain) + 1, 0) FROM old_events WHERE process = $1::uuid),
  seq, previous, event
FROM events WHERE process = $1::uuid;

-- name: remove_chain
DELETE FROM events WHERE process = $1::uuid;

-- name: why
-- What can forbid a write: version, head, whether a job is held by this claim, when the idempotency key
-- was used, whether something was done for a notification.
SELECT
  (SELECT version FROM processes WHERE id = $1::uuid),
  (SELECT head FROM processes WHERE id = $1::uuid),
  EXISTS (SELECT 1 FROM jobs WHERE id = $2::text AND fence = $3::bigint),
  (SELECT created FROM idempotency WHERE credential = $4::text AND key = $5::text),
  EXISTS (SELECT 1 FROM links WHERE job = $6::text);

-- name: look_up
-- Where a process is, when nobody writes it any more, and every standby that has to knows it: locking is
-- writing, so the answer waits for what was written before.
SELECT version, head FROM processes WHERE id = $1::uuid FOR UPDATE;

-- name: event
SELECT event FROM events WHERE process = $1::uuid AND seq = $2::integer;

-- name: wake
-- What waited for a process to end is due.
UPDATE jobs SET due = $2::text, awaits = NULL WHERE awaits = $1::uuid;
