-- Whoever works on a job holds it for a while, and knows by the fence whether it still does.
ALTER TABLE jobs ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN held REAL;
DROP INDEX jobs_by_due;
CREATE INDEX jobs_by_due ON jobs (kind, due);
