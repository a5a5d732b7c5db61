-- Reading everything, in the order of an export, which is the same on every database: by ids, never by
-- rows. A CROSS JOIN is read in the order in which it is written.

-- name: settings
SELECT name, value FROM settings ORDER BY name;

-- name: scenarios
SELECT
  id, name, version, title, description, tags, document, source, media_type, created, disabled, schemas
FROM scenarios ORDER BY created, id;

-- name: processes
SELECT p.id, s.id, p.created, p.version, p.head, p.updated, p.document
FROM processes AS p CROSS JOIN scenarios AS s ON s.row = p.scenario ORDER BY p.created, p.id;

-- name: events
SELECT p.id, e.seq, e.event, e.log
FROM processes AS p CROSS JOIN events AS e ON e.process = p.row ORDER BY p.id, e.seq;

-- name: old_events
SELECT p.id, e.chain, e.seq, e.event
FROM processes AS p CROSS JOIN old_events AS e ON e.process = p.row ORDER BY p.id, e.chain, e.seq;

-- name: tombstones
SELECT
  t.id, s.id, t.version, t.head, t.created, t.updated, t.erased, t.erased_by, t.reason, t.chains
FROM tombstones AS t CROSS JOIN scenarios AS s ON s.row = t.scenario ORDER BY t.id;

-- name: participants
SELECT p.id, n.name, a.created
FROM processes AS p
CROSS JOIN participants AS a ON a.process = p.row
CROSS JOIN principals AS n ON n.row = a.principal
ORDER BY p.id, n.name;

-- name: tasks
SELECT p.id, n.name, t.since, t.due
FROM processes AS p
CROSS JOIN tasks AS t ON t.process = p.row
CROSS JOIN principals AS n ON n.row = t.principal
ORDER BY p.id, n.name;

-- name: jobs
-- Nobody holds them in another database.
SELECT
  p.id, j.id, j.kind, j.due, j.event, j.payload, j.service, j.fence, j.attempts, j.failed, j.refused, w.id
FROM processes AS p
CROSS JOIN jobs AS j ON j.process = p.row
LEFT JOIN processes AS w ON w.row = j.awaits
ORDER BY p.id, j.id;

-- name: attempts
SELECT p.id, a.job, a.number, a.service, a.at, a.milliseconds, a.outcome, a.detail
FROM processes AS p CROSS JOIN attempts AS a ON a.process = p.row ORDER BY p.id, a.job, a.number;

-- name: links
SELECT job, kind, process, asker, service, root, depth, event, at FROM links ORDER BY job;

-- name: changes
SELECT c.seq, coalesce(p.id, t.id), c.version, c.kind, c.tasks
FROM changes AS c
LEFT JOIN processes AS p ON p.row = c.process
LEFT JOIN tombstones AS t ON t.row = c.process
WHERE coalesce(p.id, t.id) IS NOT NULL
ORDER BY c.seq;

-- name: checkpoints
SELECT process, events, head, at, kid, signature FROM checkpoints ORDER BY process, events, head;

-- name: api_keys
SELECT
  id, digest, hint, name, description, issued, expiration, expiration_days, privileges, processes,
  service, issuer, last_used, revoked
FROM api_keys ORDER BY issued, id;

-- name: idempotency
SELECT credential, key, fingerprint, status, headers, body, created
FROM idempotency ORDER BY created, credential, key;
