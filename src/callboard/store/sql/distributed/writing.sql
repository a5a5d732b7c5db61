-- One transition of one process, as statements that each are for one shard: see
-- store/postgres/distributed/writing.py, which runs those that have something to do in one transaction.

-- name: start
INSERT INTO processes (id, scenario, created, version, head, updated, state, running, document)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (id) DO NOTHING;

-- name: step
-- What has changed of a process that is at the version $10 and the head $11.
UPDATE processes SET
  scenario = $2, version = $4, head = $5, updated = $6, state = $7, running = $8, document = $9
WHERE id = $1 AND version = $10 AND head = $11 AND created = $3;

-- name: append
INSERT INTO events (process, seq, previous, event, log) VALUES ($1, $2, $3, $4, $5);

-- name: waited
SELECT principal FROM tasks WHERE process = $1;

-- name: tasks_gone
DELETE FROM tasks WHERE process = $1 AND principal <> ALL ($2::text[]);

-- name: task_comes
INSERT INTO tasks (process, principal, since, due) VALUES ($1, $2, $3, $4)
ON CONFLICT (process, principal) DO UPDATE SET since = excluded.since, due = excluded.due;

-- name: participants_gone
DELETE FROM participants WHERE process = $1 AND principal <> ALL ($2::text[]);

-- name: participant_comes
INSERT INTO participants (principal, created, process) VALUES ($1, $2, $3)
ON CONFLICT (principal, created, process) DO NOTHING;

-- name: done
DELETE FROM jobs WHERE process = $1 AND id = $2 AND fence = $3;

-- name: given_up
UPDATE jobs SET
  failed = $4, refused = $5, held = NULL, fence = fence + 1, attempts = $6
WHERE process = $1 AND id = $2 AND fence = $3;

-- name: jobs_gone
DELETE FROM jobs
WHERE process = $1 AND id <> ALL ($2::text[]) AND id IS DISTINCT FROM $3::text;

-- name: job_comes
INSERT INTO jobs (process, id, kind, due, event, payload, service)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (process, id) DO UPDATE SET
  kind = excluded.kind, due = excluded.due, event = excluded.event, payload = excluded.payload,
  service = excluded.service, attempts = 0, failed = NULL, held = NULL;

-- name: tries
-- How many tries there were.
SELECT coalesce(max(number), 0) FROM attempts WHERE process = $1 AND job = $2;

-- name: tried
INSERT INTO attempts (process, job, number, service, at, milliseconds, outcome, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: counted
INSERT INTO counts (scenario, state, running, slot, count) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (scenario, state, running, slot) DO UPDATE SET count = counts.count + excluded.count;

-- name: linked
INSERT INTO links (job, kind, process, asker, service, root, depth, event, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (job) DO NOTHING;
