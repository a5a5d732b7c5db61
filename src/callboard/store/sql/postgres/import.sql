-- What is done besides copying rows into tables.

-- name: lock
-- Of several that import or upgrade one goes on; an engine that starts waits, too.
SELECT number FROM migrations WHERE number = 0 FOR UPDATE;

-- name: counts
-- Counters are no part of an export: they follow from the processes.
INSERT INTO counts (scenario, state, running, slot, count)
SELECT scenario, state, running, 0, count(*) FROM processes GROUP BY scenario, state, running;
