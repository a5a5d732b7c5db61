-- Idempotency keys: see schema.sql.

-- name: add
INSERT INTO idempotency (credential, key, fingerprint, status, headers, body, created)
VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: get
SELECT credential, key, fingerprint, status, headers, body, created
FROM idempotency WHERE credential = ? AND key = ?;

-- name: taken
-- Those of some keys (a JSON array of `[credential, key]`) that are there: `[[credential, key,
-- created], …]`.
SELECT json_group_array(json_array(i.credential, i.key, i.created))
FROM json_each(?) AS wanted
JOIN idempotency AS i
  ON i.credential = json_extract(wanted.value, '$[0]')
  AND i.key = json_extract(wanted.value, '$[1]');

-- name: remove
DELETE FROM idempotency WHERE credential = ? AND key = ?;

-- name: purge
-- Some of those that have ended: the oldest rows are the first, so this looks at no more of them.
DELETE FROM idempotency WHERE row IN (
  SELECT row FROM (SELECT row, created FROM idempotency ORDER BY row LIMIT ?) WHERE created <= ?
);
