-- How the tables lie on Citus 12 or newer. Run it once on the coordinator, after `callboard db upgrade`
-- and before the first engine starts:
--
--   callboard db layout citus | psql --single-transaction --set ON_ERROR_STOP=1 "$DATABASE_URL"
--
-- The rows of one process are in one shard, so that a step is written there alone. Tables are created
-- with one copy of each shard (`citus.shard_replication_factor = 1`, as it is by default): rows of
-- others cannot be locked. Standbys of the nodes keep what must not be lost.

-- A unique key must hold the distribution column. A process is started by the one who finds its id free,
-- so nothing is lost by this one.
DROP INDEX links_started;
CREATE INDEX links_started ON links (process) WHERE kind = 'start';

-- Old answers are removed by the one who writes under the same credential.
DROP INDEX idempotency_by_age;
CREATE INDEX idempotency_by_age ON idempotency (credential, created);

-- Few, read by all: on every node.
SELECT create_reference_table('scenarios');
SELECT create_reference_table('api_keys');
SELECT create_reference_table('settings');

-- What belongs to a process, together.
SELECT create_distributed_table('processes', 'id', colocate_with => 'none');
SELECT create_distributed_table('events', 'process', colocate_with => 'processes');
SELECT create_distributed_table('old_events', 'process', colocate_with => 'processes');
SELECT create_distributed_table('tombstones', 'id', colocate_with => 'processes');
SELECT create_distributed_table('participants', 'process', colocate_with => 'processes');
SELECT create_distributed_table('tasks', 'process', colocate_with => 'processes');
SELECT create_distributed_table('jobs', 'process', colocate_with => 'processes');
SELECT create_distributed_table('attempts', 'process', colocate_with => 'processes');
SELECT create_distributed_table('checkpoints', 'process', colocate_with => 'processes');
SELECT create_distributed_table('unnumbered', 'process', colocate_with => 'processes');

-- What must be unique by something else.
SELECT create_distributed_table('counts', 'scenario', colocate_with => 'none');
SELECT create_distributed_table('idempotency', 'credential', colocate_with => 'none');
SELECT create_distributed_table('links', 'job', colocate_with => 'none');
SELECT create_distributed_table('rates', 'who', colocate_with => 'none');

-- What has one order: in one shard, with the row that says how far it has come.
SELECT create_distributed_table('changes', NULL, colocate_with => 'none');
SELECT create_distributed_table('numbering', NULL, colocate_with => 'changes');
