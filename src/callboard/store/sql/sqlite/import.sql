-- Writing what an export holds, in its order; `?1` and so on are the fields of a line. What another row is
-- meant by its id has to be there: the column for it is NOT NULL.

-- name: settings
INSERT INTO settings (name, value) VALUES (?1, ?2);

-- name: scenarios
INSERT INTO scenarios (
  id, name, version, title, description, tags, document, source, media_type, created, disabled, schemas
) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- name: processes
INSERT INTO processes (id, scenario, created, version, head, updated, document)
VALUES (?1, (SELECT row FROM scenarios WHERE id = ?2), ?3, ?4, ?5, ?6, ?7);

-- name: events
INSERT INTO events (process, seq, event, log, previous)
VALUES ((SELECT row FROM processes WHERE id = ?1), ?2, ?3, ?4, ?5);

-- name: old_events
INSERT INTO old_events (process, chain, seq, event, previous)
VALUES ((SELECT row FROM processes WHERE id = ?1), ?2, ?3, ?4, ?5);

-- name: tombstones
-- Their rows are of the same series as those of processes.
INSERT INTO tombstones (
  row, id, scenario, version, head, created, updated, erased, erased_by, reason, chains
) VALUES (
  1 + max(
    (SELECT coalesce(max(row), 0) FROM processes), (SELECT coalesce(max(row), 0) FROM tombstones)
  ),
  ?1, (SELECT row FROM scenarios WHERE id = ?2), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
);

-- name: principals
INSERT INTO principals (name) VALUES (?) ON CONFLICT (name) DO NOTHING;

-- name: participants
INSERT INTO participants (process, principal, created) VALUES (
  (SELECT row FROM processes WHERE id = ?1), (SELECT row FROM principals WHERE name = ?2), ?3
);

-- name: tasks
INSERT INTO tasks (process, principal, since, due) VALUES (
  (SELECT row FROM processes WHERE id = ?1), (SELECT row FROM principals WHERE name = ?2), ?3, ?4
);

-- name: jobs
INSERT INTO jobs (
  process, id, kind, due, event, payload, service, fence, attempts, failed, refused, awaits
) VALUES (
  (SELECT row FROM processes WHERE id = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,
  (SELECT row FROM processes WHERE id = ?12)
);

-- name: attempts
INSERT INTO attempts (process, job, number, service, at, milliseconds, outcome, detail)
VALUES ((SELECT row FROM processes WHERE id = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: links
INSERT INTO links (job, kind, process, asker, service, root, depth, event, at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- name: changes
INSERT INTO changes (seq, process, version, kind, tasks) VALUES (
  ?1,
  coalesce((SELECT row FROM processes WHERE id = ?2), (SELECT row FROM tombstones WHERE id = ?2)),
  ?3, ?4, ?5
);

-- name: checkpoints
INSERT INTO checkpoints (process, events, head, at, kid, signature) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: api_keys
INSERT INTO api_keys (
  id, digest, hint, name, description, issued, expiration, expiration_days, privileges, processes,
  service, issuer, last_used, revoked
) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14);

-- name: idempotency
INSERT INTO idempotency (credential, key, fingerprint, status, headers, body, created)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: counts
-- Counters are no part of an export: they follow from the processes.
INSERT INTO counts (scenario, state, running, count)
SELECT scenario, document ->> '$.current.key', coalesce(document ->> '$.isRunning', 1), count(*)
FROM processes GROUP BY 1, 2, 3;
