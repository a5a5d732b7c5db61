-- API keys, idempotency keys, settings and checkpoints.

-- name: put
INSERT INTO api_keys (
  id, digest, hint, name, issued, expiration, privileges, processes, description, expiration_days,
  service, last_used, revoked, issuer
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: find
SELECT
  id::text, digest, hint, name, issued, expiration, privileges, processes, description,
  expiration_days, service, last_used, revoked, issuer
FROM api_keys WHERE digest = $1;

-- name: get
SELECT
  id::text, digest, hint, name, issued, expiration, privileges, processes, description,
  expiration_days, service, last_used, revoked, issuer
FROM api_keys WHERE id = $1;

-- name: list
-- Newest first.
SELECT
  id::text, digest, hint, name, issued, expiration, privileges, processes, description,
  expiration_days, service, last_used, revoked, issuer
FROM api_keys ORDER BY issued DESC, number DESC;

-- name: revoke
-- The first time stays.
UPDATE api_keys SET revoked = coalesce(revoked, $1) WHERE id = $2;

-- name: touch
UPDATE api_keys SET last_used = $1 WHERE id = $2;

-- name: get_answer
-- Where there is one, locking it makes sure that the standbys which have to know it do.
SELECT credential, key, fingerprint, status, headers, body, created
FROM idempotency WHERE credential = $1 AND key = $2 FOR UPDATE;

-- name: put_answer
-- In the place of one that has ended ($8), if any; nothing is returned where one is in use.
WITH purged AS (
  DELETE FROM idempotency WHERE (credential, key) IN (
    SELECT credential, key FROM idempotency
    WHERE created <= $8 AND (credential, key) <> ($1, $2)
    ORDER BY created LIMIT 2 FOR UPDATE SKIP LOCKED
  )
)
INSERT INTO idempotency (credential, key, fingerprint, status, headers, body, created)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (credential, key) DO UPDATE SET
  fingerprint = excluded.fingerprint, status = excluded.status, headers = excluded.headers,
  body = excluded.body, created = excluded.created
WHERE idempotency.created <= $8
RETURNING key;

-- name: settings
-- Those whose name begins so.
SELECT name, value FROM settings WHERE starts_with(name, $1);

-- name: put_setting
INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING;

-- name: put_checkpoint
-- One that is there for this head already stays; a process that was erased gets none.
INSERT INTO checkpoints (process, events, head, at, kid, signature)
SELECT $1::uuid, $2::integer, $3::text, $4::text, $5::text, $6::text
WHERE EXISTS (SELECT 1 FROM processes WHERE id = $1::uuid)
ON CONFLICT (process, events, head) DO NOTHING;

-- name: checkpoints
SELECT process::text, events, head, at, kid, signature
FROM checkpoints WHERE process = $1 ORDER BY events, at;

-- name: unsigned
-- Of so many changes after a number: the last one, and the processes that ended or were migrated in
-- them and whose head has no checkpoint. $3 is what is added to the numbers of transactions.
WITH looked AS (
  SELECT seq, process, kind FROM changes
  WHERE seq > $1 AND seq < pg_snapshot_xmin(pg_current_snapshot())::text::bigint + $3::bigint
  ORDER BY seq LIMIT $2
)
SELECT (SELECT coalesce(max(seq), $1) FROM looked), array(
  SELECT p.id::text
  FROM looked AS l JOIN processes AS p ON p.id = l.process
  WHERE l.kind IN ('ended', 'migrated') AND NOT EXISTS (
    SELECT 1 FROM checkpoints AS k
    WHERE k.process = p.id AND k.events = p.version AND k.head = p.head
  )
  GROUP BY p.id
  ORDER BY min(l.seq)
);
