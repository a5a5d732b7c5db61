-- What one process had done in another: see schema.sql.

-- name: add
INSERT INTO links (job, kind, process, asker, service, root, depth, event, at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: get
SELECT job, kind, process, asker, service, root, depth, event, at FROM links WHERE job = ?;

-- name: started
-- How a process was started.
SELECT job, kind, process, asker, service, root, depth, event, at FROM links
WHERE process = ? AND kind = 'start';

-- name: of_event
SELECT job, kind, process, asker, service, root, depth, event, at FROM links WHERE event = ?;

-- name: count
-- How many there are in a family since some time; past a number nobody counts.
SELECT count(*) FROM (SELECT 1 FROM links WHERE root = ? AND at > ? LIMIT ?);
