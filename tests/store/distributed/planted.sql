-- Statements that a rule refuses, each below the name of the rule; `good` ones are let through.

-- lock
SELECT id FROM jobs WHERE due < $1 LIMIT 9 FOR UPDATE SKIP LOCKED;

-- lock
SELECT running FROM processes WHERE id = $1 OR id = $2 FOR SHARE;

-- lock
UPDATE jobs SET held = NULL FROM (SELECT process AS p, id AS i FROM jobs LIMIT 9 FOR UPDATE) AS
f WHERE process = f.p AND id = f.i;

-- many-shards-write
UPDATE jobs SET due = $1 WHERE id = $2;

-- many-shards-write
DELETE FROM tasks WHERE principal = $1;

-- many-shards-write
DELETE FROM events WHERE process = ANY ($1::uuid[]);

-- many-shards-write
DELETE FROM events WHERE process = $1 OR seq = $2;

-- many-shards-write
DELETE FROM events WHERE NOT process = $1;

-- many-shards-write
UPDATE jobs AS j SET due = e.due FROM jobs AS e WHERE e.id = $1 AND j.process = e.process;

-- many-shards-write
DELETE FROM jobs WHERE EXISTS (SELECT 1 FROM tasks AS t WHERE t.process = jobs.process AND
jobs.process = $1);

-- writing-cte
WITH gone AS (DELETE FROM tasks WHERE process = $1 RETURNING process) SELECT count(*) FROM gone;

-- insert-select
INSERT INTO events (process, seq, event) SELECT w.p, 1, $2 FROM unnest($1::uuid[]) AS w (p);

-- many-shards-write
INSERT INTO events (process, seq, event) SELECT p.id, 1, $1 FROM processes AS p;

-- insert-subquery
INSERT INTO events (process, seq, event) VALUES ($1, (SELECT max(seq) FROM events), $2);

-- many-shards-write
INSERT INTO events (seq, event) VALUES ($1, $2);

-- volatile
UPDATE jobs SET held = clock_timestamp() WHERE process = $1;

-- volatile
DELETE FROM jobs WHERE process = $1 AND held < clock_timestamp();

-- volatile
UPDATE jobs SET due = $2 WHERE process = $1 AND payload::json ->> 'a' = 'b';

-- volatile
UPDATE jobs SET due = my_function() WHERE process = $1;

-- volatile
INSERT INTO jobs (process, id) VALUES ($1, $2) ON CONFLICT (process, id) DO UPDATE SET held =
now();

-- moves
UPDATE jobs SET process = $2 WHERE process = $1;

-- join
SELECT 1 FROM jobs AS j JOIN tasks AS t ON t.principal = j.service;

-- join
SELECT 1 FROM links AS l JOIN processes AS p ON p.id = l.process;

-- join
SELECT 1 FROM changes AS c LEFT JOIN processes AS p ON p.id = c.process;

-- join
SELECT 1 FROM jobs AS j WHERE EXISTS (SELECT 1 FROM tasks AS t WHERE t.principal = j.service);

-- join
SELECT 1 FROM jobs AS j WHERE EXISTS (SELECT 1 FROM tasks WHERE principal = service);

-- join
SELECT 1 FROM jobs AS j LEFT JOIN attempts AS a ON a.job = j.id;

-- recursive
WITH RECURSIVE w (s) AS (SELECT min(service) FROM jobs UNION ALL SELECT (SELECT min(j.service)
FROM jobs AS j WHERE j.service > w.s) FROM w) SELECT s FROM w;

-- lateral-limit
SELECT l.process FROM unnest($1::text[]) AS w (p), LATERAL (SELECT t.process FROM tasks AS t
WHERE t.principal = w.p ORDER BY t.since LIMIT $2) AS l;

-- many-shards-read
SELECT document FROM processes WHERE scenario = $1;

-- many-shards-read
SELECT 1 FROM jobs AS j WHERE j.process = $1 UNION SELECT 1 FROM jobs AS j WHERE j.process = $2;

-- function
SELECT pg_current_xact_id() FROM processes WHERE id = $1;

-- function
SELECT 1 FROM processes WHERE id = $1 AND txid_current() > 1;

-- function
SELECT pg_advisory_xact_lock(1);

-- function
SELECT xmin FROM processes WHERE id = $1;

-- function
SELECT nextval('numbers');

-- function
LISTEN callboard;

-- function
NOTIFY callboard;

-- function
LOCK TABLE processes;

-- kind
MERGE INTO jobs USING tasks ON jobs.process = tasks.process WHEN MATCHED THEN DELETE;

-- unknown-table
SELECT 1 FROM nowhere;

-- good
SELECT running FROM processes WHERE id = $1 FOR SHARE;

-- good
SELECT p.id FROM processes AS p JOIN tasks AS t ON t.process = p.id WHERE p.id = $1::uuid;

-- good
SELECT p.id FROM processes AS p JOIN tasks AS t ON t.process = p.id WHERE t.process = $1;

-- good
SELECT 1 FROM events WHERE process = $1 UNION ALL SELECT 2 FROM old_events WHERE process = $1;

-- good
INSERT INTO tombstones SELECT id, scenario, version, head, created, updated, $2, $3, $4, $5
FROM processes WHERE id = $1;

-- good
INSERT INTO old_events (process, chain, seq, event) SELECT process, 1, seq, event FROM events
WHERE process = $1;

-- good
UPDATE jobs SET held = now() + make_interval(secs => $3) WHERE process = $1 AND id = $2;

-- good
DELETE FROM idempotency WHERE credential = $1 AND key IN (SELECT key FROM idempotency WHERE
credential = $1 AND created < $2 LIMIT 2 FOR UPDATE SKIP LOCKED);

-- good
SELECT last FROM numbering WHERE name = 'changes' FOR UPDATE;

-- good
UPDATE api_keys SET revoked = $1 WHERE id = $2;
