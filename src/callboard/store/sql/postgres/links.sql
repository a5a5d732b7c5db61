-- What one process had done in another.

-- name: get
SELECT job, kind, process::text, asker::text, service, root::text, depth, event, at
FROM links WHERE job = $1;

-- name: started
-- How a process was started.
SELECT job, kind, process::text, asker::text, service, root::text, depth, event, at
FROM links WHERE process = $1 AND kind = 'start';

-- name: of_event
SELECT job, kind, process::text, asker::text, service, root::text, depth, event, at
FROM links WHERE event = $1;

-- name: count
-- How many there are in a family since some time; past a number nobody counts.
SELECT count(*) FROM (SELECT 1 FROM links WHERE root = $1 AND at > $2 LIMIT $3) AS l;
