-- API keys: see schema.sql.

-- name: put
INSERT INTO api_keys (
  id, digest, hint, name, issued, expiration, privileges, processes, description, expiration_days,
  service, last_used, revoked, issuer
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: find
SELECT
  id, digest, hint, name, issued, expiration, privileges, processes, description, expiration_days,
  service, last_used, revoked, issuer
FROM api_keys WHERE digest = ?;

-- name: get
SELECT
  id, digest, hint, name, issued, expiration, privileges, processes, description, expiration_days,
  service, last_used, revoked, issuer
FROM api_keys WHERE id = ?;

-- name: list
-- Newest first.
SELECT
  id, digest, hint, name, issued, expiration, privileges, processes, description, expiration_days,
  service, last_used, revoked, issuer
FROM api_keys ORDER BY issued DESC, row DESC;

-- name: revoke
-- The first time stays.
UPDATE api_keys SET revoked = coalesce(revoked, ?) WHERE id = ?;

-- name: touch
UPDATE api_keys SET last_used = ? WHERE id = ?;
