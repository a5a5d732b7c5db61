-- Notifications: whom they are for, how often they were tried, and what came of each try.
ALTER TABLE jobs ADD COLUMN service TEXT;
ALTER TABLE jobs ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN failed TEXT;
UPDATE jobs SET service = json_extract(payload, '$.service') WHERE kind = 'notify';
DROP INDEX jobs_by_due;
CREATE INDEX jobs_by_due ON jobs (kind, service, due) WHERE failed IS NULL;
CREATE INDEX jobs_failed ON jobs (failed) WHERE failed IS NOT NULL;

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
