-- Reading everything, in the order of an export, which is the same on every database.

-- name: settings
SELECT name, value FROM settings ORDER BY name;

-- name: scenarios
SELECT
  id::text, name, version, title, description, tags, document, source, media_type, created, disabled,
  schemas
FROM scenarios ORDER BY scenarios.created, scenarios.id;

-- name: processes
SELECT id::text, scenario::text, created, version, head, updated, document
FROM processes ORDER BY processes.created, processes.id;

-- name: events
SELECT process::text, seq, event, log FROM events ORDER BY events.process, events.seq;

-- name: old_events
SELECT process::text, chain, seq, event
FROM old_events ORDER BY old_events.process, old_events.chain, old_events.seq;

-- name: tombstones
SELECT
  id::text, scenario::text, version, head, created, updated, erased, erased_by, reason, chains
FROM tombstones ORDER BY tombstones.id;

-- name: participants
SELECT process::text, principal, created
FROM participants ORDER BY participants.process, participants.principal;

-- name: tasks
SELECT process::text, principal, since, due FROM tasks ORDER BY tasks.process, tasks.principal;

-- name: jobs
-- Nobody holds them in another database.
SELECT
  j.process::text, j.id, j.kind, j.due, j.event, j.payload, nullif(j.service, ''), j.fence, j.attempts,
  j.failed, j.refused::integer, p.id::text
FROM jobs AS j LEFT JOIN processes AS p ON p.id = j.awaits
ORDER BY j.process, j.id;

-- name: attempts
SELECT process::text, job, number, service, at, milliseconds, outcome, detail
FROM attempts ORDER BY attempts.process, attempts.job, attempts.number;

-- name: links
SELECT job, kind, process::text, asker::text, service, root::text, depth, event, at
FROM links ORDER BY links.job;

-- name: changes
SELECT c.seq, coalesce(p.id, t.id)::text, c.version, c.kind, c.tasks
FROM changes AS c
LEFT JOIN processes AS p ON p.id = c.process
LEFT JOIN tombstones AS t ON t.id = c.process
WHERE coalesce(p.id, t.id) IS NOT NULL
ORDER BY c.seq, c.process;

-- name: checkpoints
SELECT process::text, events, head, at, kid, signature
FROM checkpoints ORDER BY checkpoints.process, checkpoints.events, checkpoints.head COLLATE "C";

-- name: api_keys
SELECT
  id::text, digest, hint, name, description, issued, expiration, expiration_days, privileges,
  processes, service, issuer, last_used, revoked
FROM api_keys ORDER BY api_keys.issued, api_keys.id;

-- name: idempotency
SELECT credential, key, fingerprint, status, headers, body, created
FROM idempotency ORDER BY idempotency.created, idempotency.credential, idempotency.key;
