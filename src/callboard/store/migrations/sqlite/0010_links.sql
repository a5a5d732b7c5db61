-- What one process had done in another, and notifications that wait for another process to end.
ALTER TABLE jobs ADD COLUMN awaits INTEGER;
CREATE INDEX jobs_awaiting ON jobs (awaits) WHERE awaits IS NOT NULL;

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
