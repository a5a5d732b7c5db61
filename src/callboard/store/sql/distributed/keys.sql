-- What else is by a key.

-- name: put_answer
-- In the place of one that has ended ($8), if any; nothing is returned where one is in use.
INSERT INTO idempotency (credential, key, fingerprint, status, headers, body, created)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (credential, key) DO UPDATE SET
  fingerprint = excluded.fingerprint, status = excluded.status, headers = excluded.headers,
  body = excluded.body, created = excluded.created
WHERE idempotency.created <= $8
RETURNING key;

-- name: purge
-- Old answers to the same credential go, those to others with their own requests.
DELETE FROM idempotency WHERE credential = $1 AND key IN (
  SELECT key FROM idempotency WHERE credential = $1 AND created <= $2 AND key <> $3
  ORDER BY created LIMIT 2 FOR UPDATE SKIP LOCKED
);

-- name: unsigned
-- Those of some processes whose head has no checkpoint.
SELECT p.id::text FROM processes AS p
WHERE p.id = ANY ($1::uuid[]) AND NOT EXISTS (
  SELECT 1 FROM checkpoints AS k
  WHERE k.process = p.id AND k.events = p.version AND k.head = p.head
);
