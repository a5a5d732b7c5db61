-- Jobs: see schema.sql.

-- name: clear
-- Nothing is to be done later in some processes (rows).
DELETE FROM jobs WHERE process IN (?);

-- name: of_process
SELECT j.id, j.kind, p.id, j.due, j.event, j.payload
FROM jobs AS j JOIN processes AS p ON p.row = j.process
WHERE p.id = ? ORDER BY j.due, j.row;

-- name: add
INSERT INTO jobs (process, id, kind, due, event, payload) VALUES (?, ?, ?, ?, ?, ?);

-- name: claim
-- Take those of a kind that are due and that nobody holds, for so many days. `held` is the database's
-- own time: clocks of workers may differ.
UPDATE jobs SET fence = fence + 1, held = julianday('now') + ?
WHERE row IN (
  SELECT row FROM jobs
  WHERE kind = ? AND due <= ? AND (held IS NULL OR held < julianday('now'))
  ORDER BY due LIMIT ?
)
RETURNING
  id, fence, kind, (SELECT p.id FROM processes AS p WHERE p.row = jobs.process), due, event, payload;

-- name: next
SELECT due FROM jobs WHERE kind = ? AND held IS NULL ORDER BY due LIMIT 1;

-- name: put_off
UPDATE jobs SET due = ?, payload = ?, held = NULL WHERE id = ? AND fence = ?;

-- name: finish
DELETE FROM jobs WHERE id = ? AND fence = ?;

-- name: free
UPDATE jobs SET held = NULL WHERE held IS NOT NULL;

-- name: figures
-- How many wait, counted up to 100,000, and when the first is due.
SELECT (SELECT count(*) FROM (SELECT 1 FROM jobs LIMIT 100000)), (SELECT min(due) FROM jobs);
