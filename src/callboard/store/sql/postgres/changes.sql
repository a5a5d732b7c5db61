-- Changes. A number is read only when none below it can come any more: when every transaction up to it
-- has ended. `$1` is what is added to the numbers of transactions, in a database that was copied.

-- name: last
SELECT coalesce(max(seq), 0) FROM changes
WHERE seq < pg_snapshot_xmin(pg_current_snapshot())::text::bigint + $1::bigint;

-- name: after
-- Changes after a number, in order; of each the event that was its last, and when it was erased or the
-- event that says when it was migrated. Of a process that was erased only that it was.
SELECT
  c.seq, coalesce(p.id, t.id)::text, coalesce(p.scenario, t.scenario)::text, c.version, c.kind, c.tasks,
  e.event, t.erased, CASE WHEN c.kind = 'migrated' THEN (
    SELECT f.event FROM events AS f WHERE f.process = c.process AND f.seq = 0
  ) END
FROM changes AS c
LEFT JOIN processes AS p ON p.id = c.process
LEFT JOIN tombstones AS t ON c.kind = 'erased' AND t.id = c.process
LEFT JOIN events AS e ON e.process = c.process AND e.seq = c.version - 1
WHERE c.seq > $2 AND c.seq < pg_snapshot_xmin(pg_current_snapshot())::text::bigint + $1::bigint
  AND (p.id IS NOT NULL OR t.id IS NOT NULL)
ORDER BY c.seq LIMIT $3;

-- name: erased
-- That a process was erased.
INSERT INTO changes (seq, process, version, kind)
SELECT pg_current_xact_id()::text::bigint + $1::bigint, $2::uuid, $3::integer, 'erased';

-- name: last_down
-- Changes before one, the last first: number, process, and whether it is the process's last.
SELECT c.seq, c.process::text, p.version = c.version
FROM changes AS c JOIN processes AS p ON p.id = c.process
WHERE c.seq < $1
ORDER BY c.seq DESC LIMIT $2;

-- name: last_up
-- The same after one, the first first.
SELECT c.seq, c.process::text, p.version = c.version
FROM changes AS c JOIN processes AS p ON p.id = c.process
WHERE c.seq > $1
ORDER BY c.seq LIMIT $2;

-- name: offset_kept
INSERT INTO numbering (name, last) VALUES ('transactions', 0) ON CONFLICT (name) DO NOTHING;

-- name: offset_held
SELECT last FROM numbering WHERE name = 'transactions' FOR UPDATE;

-- name: offset
-- What numbers of transactions lack to be above every change, the same for all nodes: 0 until the
-- database is copied. No change that can be seen is of a transaction that could still begin, so where
-- one seems to be, it is of the database that this is a copy of. (Of one that is still open there can
-- be: others end before it.)
UPDATE numbering SET last = last + greatest(
  0,
  coalesce((SELECT max(seq) FROM changes), 0) - last
    - pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 1
) WHERE name = 'transactions' RETURNING last;
