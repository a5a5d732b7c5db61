-- The schema on PostgreSQL.
--
-- Ids are UUIDs. Times are ISO texts of one length, compared as bytes; documents are JSON text. Every
-- table that grows has the process in its key, so that a database which shards can lay it out by that;
-- scenarios, keys and settings are few, and may be everywhere. What changes at each step, the row of
-- the process, carries no index over a changing column.

-- Scenarios. `title`, `description` and `tags` are taken from the document, for lists. `schemas` are
-- those that were fetched for it, by address: it means the same whatever becomes of them.
CREATE TABLE scenarios (
  id uuid PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY,
  name text,
  version text,
  title text COLLATE "C" NOT NULL,
  description text NOT NULL,
  tags text NOT NULL,
  document text NOT NULL,
  source text NOT NULL,
  media_type text NOT NULL,
  created text COLLATE "C" NOT NULL,
  disabled text,
  schemas text NOT NULL DEFAULT '{}'
);

CREATE INDEX scenarios_by_name ON scenarios (name, created);

-- Processes as they are now. `version` counts the events, `head` is the hash of the last one. `state`
-- and `running` are taken from the document, for lists.
CREATE TABLE processes (
  id uuid PRIMARY KEY,
  scenario uuid NOT NULL REFERENCES scenarios (id),
  created text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  head text NOT NULL,
  updated text COLLATE "C" NOT NULL,
  state text NOT NULL,
  running boolean NOT NULL,
  document text NOT NULL
) WITH (fillfactor = 75);

CREATE INDEX processes_by_age ON processes (created, id);
CREATE INDEX processes_of_scenario ON processes (scenario, created, id);

-- Events as they were written (canonical JSON). `previous` is 64 bits of a hash of the event's own
-- `previous`: two events that follow the same one cannot both be stored, so no chain forks.
CREATE TABLE events (
  process uuid NOT NULL,
  seq integer NOT NULL,
  previous bigint,
  event text NOT NULL,
  log text,
  PRIMARY KEY (process, seq)
);

CREATE UNIQUE INDEX events_in_one_line ON events (process, previous);

-- The chains that a process had before it was migrated, numbered from 0, as they were.
CREATE TABLE old_events (
  process uuid NOT NULL,
  chain integer NOT NULL,
  seq integer NOT NULL,
  previous bigint,
  event text NOT NULL,
  PRIMARY KEY (process, chain, seq)
);

CREATE UNIQUE INDEX old_events_in_one_line ON old_events (process, chain, previous);

-- How many processes are in which state of which scenario, running or not; the sum over `slot`.
-- Writers use different slots, so that they need not wait for each other.
CREATE TABLE counts (
  scenario uuid NOT NULL,
  state text NOT NULL,
  running boolean NOT NULL,
  slot smallint NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (scenario, state, running, slot)
) WITH (fillfactor = 50);

-- What is left of processes that were erased. `chains` are the links of its chains:
-- `[[{previous, hash, erased}, …], …]`.
CREATE TABLE tombstones (
  id uuid PRIMARY KEY,
  scenario uuid NOT NULL,
  version integer NOT NULL,
  head text NOT NULL,
  created text NOT NULL,
  updated text NOT NULL,
  erased text NOT NULL,
  erased_by text NOT NULL,
  reason text NOT NULL,
  chains text NOT NULL
);

-- Who is an actor of which process: `user:ID`, `role:NAME`, `service:NAME`. The key is the order of
-- lists, `created` that of the process: a page is read off it from wherever the page before ended.
CREATE TABLE participants (
  principal text COLLATE "C" NOT NULL,
  created text COLLATE "C" NOT NULL,
  process uuid NOT NULL,
  PRIMARY KEY (principal, created, process)
);

CREATE UNIQUE INDEX participants_of_process ON participants (process, principal);

-- Who may act now, for inboxes.
CREATE TABLE tasks (
  process uuid NOT NULL,
  principal text COLLATE "C" NOT NULL,
  since text COLLATE "C" NOT NULL,
  due text COLLATE "C",
  PRIMARY KEY (process, principal)
);

CREATE INDEX tasks_of_principal ON tasks (principal, since, process);
CREATE INDEX tasks_by_due ON tasks (principal, due, process) WHERE due IS NOT NULL;

-- Work to do later, written with the event that caused it: timers and notifications. Whoever works on
-- one holds it until `held`, by the database's clock; `fence` grows each time it is taken. `service`
-- is whom to notify, empty for timers; `failed` is when that was given up (`refused`: because of what
-- was answered), `awaits` a process whose end makes it due.
CREATE TABLE jobs (
  process uuid NOT NULL,
  id text COLLATE "C" NOT NULL,
  kind text NOT NULL,
  due text COLLATE "C" NOT NULL,
  event text NOT NULL,
  payload text NOT NULL,
  service text COLLATE "C" NOT NULL DEFAULT '',
  fence bigint NOT NULL DEFAULT 0,
  held timestamptz,
  attempts integer NOT NULL DEFAULT 0,
  failed text COLLATE "C",
  refused boolean NOT NULL DEFAULT false,
  awaits uuid,
  PRIMARY KEY (process, id)
);

CREATE INDEX jobs_by_id ON jobs (id);
CREATE INDEX jobs_by_due ON jobs (kind, service, due) WHERE failed IS NULL;
CREATE INDEX jobs_failed ON jobs (failed) WHERE failed IS NOT NULL;
CREATE INDEX jobs_awaiting ON jobs (awaits) WHERE awaits IS NOT NULL;

-- What one process had done in another, for a notification.
CREATE TABLE links (
  job text COLLATE "C" NOT NULL PRIMARY KEY,
  kind text NOT NULL,
  process uuid NOT NULL,
  asker uuid NOT NULL,
  service text NOT NULL,
  root uuid NOT NULL,
  depth integer NOT NULL,
  event text COLLATE "C" NOT NULL,
  at text COLLATE "C" NOT NULL
);

CREATE UNIQUE INDEX links_started ON links (process) WHERE kind = 'start';
CREATE INDEX links_by_event ON links (event);
CREATE INDEX links_of_family ON links (root, at);

-- Tries to notify a service, and what came of each.
CREATE TABLE attempts (
  process uuid NOT NULL,
  job text COLLATE "C" NOT NULL,
  number integer NOT NULL,
  service text NOT NULL,
  at text COLLATE "C" NOT NULL,
  milliseconds integer NOT NULL,
  outcome text NOT NULL,
  detail text NOT NULL,
  PRIMARY KEY (process, job, number)
);

CREATE INDEX attempts_of_job ON attempts (job);

-- What happened, for streams. `seq` is the number of the transaction that wrote it, so that it can be
-- told which numbers can still come: none below the oldest transaction that is open. `tasks`: whose
-- tasks came and went with it, `[[kept], [gained], [lost]]`, names of principals. `process` may be one
-- that was erased.
CREATE TABLE changes (
  seq bigint NOT NULL,
  process uuid NOT NULL,
  version integer NOT NULL,
  kind text NOT NULL,
  tasks text,
  PRIMARY KEY (seq, process)
);

-- API keys; `digest` is the SHA-256 of the token, which itself is nowhere.
CREATE TABLE api_keys (
  id uuid PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY,
  digest text NOT NULL UNIQUE,
  hint text NOT NULL,
  name text NOT NULL,
  description text,
  issued text COLLATE "C" NOT NULL,
  expiration text NOT NULL,
  expiration_days integer,
  privileges text NOT NULL,
  processes text NOT NULL,
  service text,
  issuer text,
  last_used text,
  revoked text
);

-- First answers to requests that carried an Idempotency-Key.
CREATE TABLE idempotency (
  credential text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  fingerprint text NOT NULL,
  status integer NOT NULL,
  headers text NOT NULL,
  body text NOT NULL,
  created text COLLATE "C" NOT NULL,
  PRIMARY KEY (credential, key)
);

CREATE INDEX idempotency_by_age ON idempotency (created);

-- What the engine keeps for itself, by name; what is there is never changed.
CREATE TABLE settings (
  name text COLLATE "C" PRIMARY KEY,
  value text NOT NULL
);

-- What was signed of chains, by the id of the process.
CREATE TABLE checkpoints (
  process uuid NOT NULL,
  events integer NOT NULL,
  head text NOT NULL,
  at text COLLATE "C" NOT NULL,
  kid text NOT NULL,
  signature text NOT NULL,
  PRIMARY KEY (process, events, head)
);
