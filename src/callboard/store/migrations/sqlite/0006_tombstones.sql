-- What is left of processes that were erased; changes outlive their processes.
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

ALTER TABLE changes RENAME TO changes_before;
CREATE TABLE changes (
  seq INTEGER PRIMARY KEY,
  process INTEGER NOT NULL,
  version INTEGER NOT NULL,
  kind TEXT NOT NULL,
  tasks TEXT
) STRICT;
INSERT INTO changes (seq, process, version, kind, tasks)
SELECT seq, process, version, kind, tasks FROM changes_before;
DROP TABLE changes_before;
