-- Places in lists, of one owner at a time: `LATERAL (… LIMIT …)` over many shards is refused.

-- name: of_scenarios_down
SELECT created, id::text FROM processes
WHERE scenario = $1::uuid AND (created, id) < ($2::text, $3::uuid)
ORDER BY created DESC, id DESC LIMIT $4;

-- name: of_scenarios_up
SELECT created, id::text FROM processes
WHERE scenario = $1::uuid AND (created, id) > ($2::text, $3::uuid)
ORDER BY created, id LIMIT $4;

-- name: of_principals_down
SELECT created, process::text FROM participants
WHERE principal = $1 AND (created, process) < ($2::text, $3::uuid)
ORDER BY created DESC, process DESC LIMIT $4;

-- name: of_principals_up
SELECT created, process::text FROM participants
WHERE principal = $1 AND (created, process) > ($2::text, $3::uuid)
ORDER BY created, process LIMIT $4;

-- name: since_down
SELECT since, process::text FROM tasks
WHERE principal = $1 AND (since, process) < ($2::text, $3::uuid)
ORDER BY since DESC, process DESC LIMIT $4;

-- name: since_up
SELECT since, process::text FROM tasks
WHERE principal = $1 AND (since, process) > ($2::text, $3::uuid)
ORDER BY since, process LIMIT $4;

-- name: due_down
SELECT due, process::text FROM tasks
WHERE principal = $1 AND due IS NOT NULL AND (due, process) < ($2::text, $3::uuid)
ORDER BY due DESC, process DESC LIMIT $4;

-- name: due_up
SELECT due, process::text FROM tasks
WHERE principal = $1 AND due IS NOT NULL AND (due, process) > ($2::text, $3::uuid)
ORDER BY due, process LIMIT $4;
