-- What the engine keeps for itself, by name; what is there is never changed.
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What was signed of chains. No reference: what is signed does not follow what was changed by hand.
CREATE TABLE checkpoints (
  process TEXT NOT NULL,
  events INTEGER NOT NULL,
  head TEXT NOT NULL,
  at TEXT NOT NULL,
  kid TEXT NOT NULL,
  signature TEXT NOT NULL,
  PRIMARY KEY (process, events, head)
) STRICT, WITHOUT ROWID;
