-- The first schema. What each table is for stands in sql/sqlite/schema.sql.

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
  disabled TEXT
) STRICT;

CREATE INDEX scenarios_by_name ON scenarios (name, created);

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

CREATE TABLE principals (
  row INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE participants (
  principal INTEGER NOT NULL REFERENCES principals (row),
  created TEXT NOT NULL,
  process INTEGER NOT NULL REFERENCES processes (row),
  PRIMARY KEY (principal, created, process)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX participants_of_process ON participants (process, principal);

CREATE TABLE tasks (
  process INTEGER NOT NULL REFERENCES processes (row),
  principal INTEGER NOT NULL REFERENCES principals (row),
  since TEXT NOT NULL,
  due TEXT,
  PRIMARY KEY (process, principal)
) STRICT, WITHOUT ROWID;

CREATE INDEX tasks_of_principal ON tasks (principal, since);

CREATE TABLE jobs (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  process INTEGER NOT NULL REFERENCES processes (row),
  kind TEXT NOT NULL,
  due TEXT NOT NULL,
  event TEXT NOT NULL,
  payload TEXT NOT NULL
) STRICT;

CREATE INDEX jobs_of_process ON jobs (process);
CREATE INDEX jobs_by_due ON jobs (due);

CREATE TABLE changes (
  seq INTEGER PRIMARY KEY,
  process INTEGER NOT NULL REFERENCES processes (row),
  version INTEGER NOT NULL,
  kind TEXT NOT NULL
) STRICT;

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
