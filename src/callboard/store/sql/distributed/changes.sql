-- Changes where no transaction has a number that all nodes share: written beside their process, and
-- numbered afterwards by whoever reads, one at a time (see store/postgres/distributed/changes.py).

-- name: ordinal
-- The place of the next change of a process among those that wait for a number.
SELECT coalesce(max(ordinal), 0) + 1 FROM unnumbered WHERE process = $1;

-- name: note
INSERT INTO unnumbered (process, ordinal, id, at, version, kind, tasks)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: some
-- Whether any waits.
SELECT 1 FROM unnumbered LIMIT 1;

-- name: hold
-- The last number, which nobody else goes on from until this transaction ends.
SELECT last FROM numbering WHERE name = 'changes' FOR UPDATE;

-- name: waiting
-- Those that wait; of each process the first first.
SELECT process::text, ordinal, id::text, at, version, kind, tasks
FROM unnumbered ORDER BY ordinal, process LIMIT $1;

-- name: waiting_of
SELECT process::text, ordinal, id::text, at, version, kind, NULL
FROM unnumbered WHERE process = $1 ORDER BY ordinal;

-- name: number
-- Once, however often it is tried.
INSERT INTO changes (seq, process, version, kind, tasks, id) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (id) WHERE id IS NOT NULL DO NOTHING;

-- name: go_on
UPDATE numbering SET last = $1 WHERE name = 'changes';

-- name: catch_up
-- Above all that were numbered otherwise.
UPDATE numbering SET last = greatest(last, $1) WHERE name = 'changes';

-- name: numbered
DELETE FROM unnumbered WHERE process = $1 AND ordinal = $2 AND id = $3;

-- name: all_numbered
DELETE FROM unnumbered WHERE process = $1;

-- name: last
SELECT coalesce(max(seq), 0) FROM changes;

-- name: after
SELECT seq, process::text, version, kind, tasks FROM changes WHERE seq > $1 ORDER BY seq LIMIT $2;

-- name: last_down
SELECT seq, process::text, version FROM changes WHERE seq < $1 ORDER BY seq DESC LIMIT $2;

-- name: last_up
SELECT seq, process::text, version FROM changes WHERE seq > $1 ORDER BY seq LIMIT $2;

-- name: now_of
-- What is known of some processes.
SELECT id::text, scenario::text, version FROM processes WHERE id = ANY ($1::uuid[]);

-- name: left_of
-- What is left of some that were erased.
SELECT id::text, scenario::text, erased FROM tombstones WHERE id = ANY ($1::uuid[]);

-- name: events_of
-- One event of each of some processes.
SELECT e.process::text, e.seq, e.event
FROM unnest($1::uuid[], $2::integer[]) AS w (process, seq)
JOIN events AS e ON e.process = w.process AND e.seq = w.seq;
