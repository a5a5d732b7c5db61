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
