-- What is counted over all nodes.

-- name: now
-- Seconds since 1970.
SELECT extract(epoch FROM clock_timestamp())::double precision;

-- name: spend
-- So many seconds more, from a moment at the earliest.
INSERT INTO rates AS r (who, full_at) VALUES ($1, $2::double precision + $3::double precision)
ON CONFLICT (who) DO UPDATE SET
  full_at = greatest(r.full_at, $2::double precision) + $3::double precision
RETURNING full_at;

-- name: forget
DELETE FROM rates WHERE who = $1 AND full_at < $2;
