-- The schema as it is now, for people to read. The migrations make it; a test holds the two equal.
--
-- Rows are numbered inside the database; ids (UUIDs) are met only where a request comes in. Times
-- are ISO texts of one length, so they sort. Documents are JSON text. What changes at each step,
-- the row of the process, carries no index over a changing column: a step writes the pages of that
-- row, of one event with its two short index entries, and of one change.

-- Scenarios. `title`, `description` and `tags` are taken from the document, for lists. `schemas` are
-- those that were fetched for it, by address: it means the same whatever becomes of them.
CREATE TABLE scenarios (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT,
  version TEXT,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  tags TEXT NOT NULL,
  document TEXT NOT NULL,
  source TEXT NOT NULL,
  media_type TEXT NOT NULL,
  created TEXT NOT NULL,
  disabled TEXT,
  schemas TEXT NOT NULL DEFAULT '{}'
) STRICT;

CREATE INDEX scenarios_by_name ON scenarios (name, created);

-- Processes as they are now. `version` counts the events, `head` is the hash of the last one. Title,
-- state and tags are in the document alone: copies in columns would cost every step a tenth.
CREATE TABLE processes (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  scenario INTEGER NOT NULL REFERENCES scenarios (row),
  created TEXT NOT NULL,
  version INTEGER NOT NULL,
  head TEXT NOT NULL,
  updated TEXT NOT NULL,
  document TEXT NOT NULL
) STRICT;

CREATE INDEX processes_by_age ON processes (created);
CREATE INDEX processes_of_scenario ON processes (scenario, created);

-- Events as they were written (canonical JSON). Rows are appended, never moved: a step dirties the
-- last page only. `previous` is the first 64 bits of a hash of the event's own `previous`: two
-- events that follow the same one have the same number, so a chain that forks cannot be stored,
-- and the index stays a quarter of the size that it would have with whole hashes.
CREATE TABLE events (
  row INTEGER PRIMARY KEY,
  process INTEGER NOT NULL REFERENCES processes (row),
  seq INTEGER NOT NULL,
  previous INTEGER,
  event TEXT NOT NULL,
  log TEXT
) STRICT;

CREATE UNIQUE INDEX events_in_order ON events (process, seq);
CREATE UNIQUE INDEX events_in_one_line ON events (process, previous);

-- The chains that a process had before it was migrated, numbered from 0, as they were.
CREATE TABLE old_events (
  process INTEGER NOT NULL REFERENCES processes (row),
  chain INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  previous INTEGER,
  event TEXT NOT NULL,
  PRIMARY KEY (process, chain, seq)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX old_events_in_one_line ON old_events (process, chain, previous);

-- How many processes are in which state of which scenario, running or not. Each group of writes
-- changes the few rows that its processes left and came to.
CREATE TABLE counts (
  scenario INTEGER NOT NULL REFERENCES scenarios (row),
  state TEXT NOT NULL,
  running INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (scenario, state, running)
) STRICT, WITHOUT ROWID;

-- What is left of processes that were erased. `row` is that of the process, which no other gets;
-- `chains` are the links of its chains: `[[{previous, hash, erased}, …], …]`.
CREATE TABLE tombstones (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  scenario INTEGER NOT NULL REFERENCES scenarios (row),
  version INTEGER NOT NULL,
  head TEXT NOT NULL,
  created TEXT NOT NULL,
  updated TEXT NOT NULL,
  erased TEXT NOT NULL,
  erased_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  chains TEXT NOT NULL
) STRICT;

-- Whoever a list or an inbox can belong to: `user:ID`, `role:NAME`, `service:NAME`.
CREATE TABLE principals (
  row INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- Who is an actor of which process. The key is the order of lists, `created` that of the process:
-- a page is read off it from wherever the page before ended.
CREATE TABLE participants (
  principal INTEGER NOT NULL REFERENCES principals (row),
  created TEXT NOT NULL,
  process INTEGER NOT NULL REFERENCES processes (row),
  PRIMARY KEY (principal, created, process)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX participants_of_process ON participants (process, principal);

-- Who may act now, for inboxes.
CREATE TABLE tasks (
  process INTEGER NOT NULL REFERENCES processes (row),
  principal INTEGER NOT NULL REFERENCES principals (row),
  since TEXT NOT NULL,
  due TEXT,
  PRIMARY KEY (process, principal)
) STRICT, WITHOUT ROWID;

CREATE INDEX tasks_of_principal ON tasks (principal, since);
CREATE INDEX tasks_by_due ON tasks (principal, due) WHERE due IS NOT NULL;

-- Work to do later, written with the event that caused it: timers and notifications. Whoever works on
-- one holds it until `held` (days, the database's clock); `fence` grows each time it is taken.
-- `service` is whom to notify, `failed` when that was given up (`refused`: because of what was answered),
-- `awaits` the row of a process whose end makes it due.
CREATE TABLE jobs (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  process INTEGER NOT NULL REFERENCES processes (row),
  kind TEXT NOT NULL,
  due TEXT NOT NULL,
  event TEXT NOT NULL,
  payload TEXT NOT NULL,
  fence INTEGER NOT NULL DEFAULT 0,
  held REAL,
  service TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  failed TEXT,
  awaits INTEGER,
  refused INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX jobs_of_process ON jobs (process);
CREATE INDEX jobs_by_due ON jobs (kind, service, due) WHERE failed IS NULL;
CREATE INDEX jobs_failed ON jobs (failed) WHERE failed IS NOT NULL;
CREATE INDEX jobs_awaiting ON jobs (awaits) WHERE awaits IS NOT NULL;

-- What one process had done in another by a service that is the engine itself: `process` was started or
-- stepped, once, for the notification `job` of `asker`; `event` (hash) came of it. `root` is the process from
-- which all of them come, `depth` how many led to this one. Ids, for some may be erased.
CREATE TABLE links (
  job TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  process TEXT NOT NULL,
  asker TEXT NOT NULL,
  service TEXT NOT NULL,
  root TEXT NOT NULL,
  depth INTEGER NOT NULL,
  event TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX links_started ON links (process) WHERE kind = 'start';
CREATE INDEX links_by_event ON links (event);
CREATE INDEX links_of_family ON links (root, at);

-- Tries to notify a service, and what came of each.
CREATE TABLE attempts (
  process INTEGER NOT NULL REFERENCES processes (row),
  job TEXT NOT NULL,
  number INTEGER NOT NULL,
  service TEXT NOT NULL,
  at TEXT NOT NULL,
  milliseconds INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (process, job, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX attempts_of_job ON attempts (job);

-- What happened, in the order in which it was committed, for streams. `seq` only grows. `tasks`:
-- whose tasks came and went with it, `[[kept], [gained], [lost]]`, names of principals.
-- `process` may be the row of one that was erased.
CREATE TABLE changes (
  seq INTEGER PRIMARY KEY,
  process INTEGER NOT NULL,
  version INTEGER NOT NULL,
  kind TEXT NOT NULL,
  tasks TEXT
) STRICT;

-- API keys; `digest` is the SHA-256 of the token, which itself is nowhere.
CREATE TABLE api_keys (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  digest TEXT NOT NULL UNIQUE,
  hint TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  issued TEXT NOT NULL,
  expiration TEXT NOT NULL,
  expiration_days INTEGER,
  privileges TEXT NOT NULL,
  processes TEXT NOT NULL,
  service TEXT,
  issuer TEXT,
  last_used TEXT,
  revoked TEXT
) STRICT;

-- First answers to requests that carried an Idempotency-Key. Rows are in the order of their age,
-- so that old ones are found at the start and removed without an index.
CREATE TABLE idempotency (
  row INTEGER PRIMARY KEY,
  credential TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  status INTEGER NOT NULL,
  headers TEXT NOT NULL,
  body TEXT NOT NULL,
  created TEXT NOT NULL,
  UNIQUE (credential, key)
) STRICT;

-- What the engine keeps for itself, by name; what is there is never changed: `signing-key`, and
-- `public-key:KID` for each key that ever signed here.
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What was signed of chains, by the id of the process. No reference: what is signed does not follow
-- what was changed by hand. The head is in the key because a chain that replaces another when a
-- process is migrated has the same number of events.
CREATE TABLE checkpoints (
  process TEXT NOT NULL,
  events INTEGER NOT NULL,
  head TEXT NOT NULL,
  at TEXT NOT NULL,
  kid TEXT NOT NULL,
  signature TEXT NOT NULL,
  PRIMARY KEY (process, events, head)
) STRICT, WITHOUT ROWID;
