-- How the tables lie on YugabyteDB 2024.1 or newer. Run it once, after `callboard db upgrade` and before
-- the first engine starts:
--
--   callboard db layout yugabyte | ysqlsh --set ON_ERROR_STOP=1 "$DATABASE_URL"
--
-- YugabyteDB splits the first column of a key by its hash, and keeps the order of those that follow. So
-- the rows of a process, or of a principal, are together in their order as the tables are made. Only what
-- is read in order over all of them has to be split by ranges, which ASC says. The tables need no other
-- change: keys may be unique and refer to each other over all nodes.

DROP INDEX processes_by_age;
CREATE INDEX processes_by_age ON processes (created ASC, id ASC);

DROP INDEX jobs_failed;
CREATE INDEX jobs_failed ON jobs (failed ASC) WHERE failed IS NOT NULL;

-- Changes in their order, with all that a stream reads of them.
CREATE UNIQUE INDEX changes_in_order ON changes (seq ASC, process ASC) INCLUDE (version, kind, tasks);

-- Old answers are removed by the one who writes under the same credential.
DROP INDEX idempotency_by_age;
CREATE INDEX idempotency_by_age ON idempotency (credential, created);
