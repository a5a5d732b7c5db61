-- How a database is, for operators who ask on a command line: all is counted.

-- name: state
SELECT
  (SELECT coalesce(sum(count), 0) FROM counts WHERE running),
  (SELECT coalesce(sum(count), 0) FROM counts WHERE NOT running),
  (SELECT count(*) FROM tombstones),
  (SELECT count(*) FROM scenarios),
  (SELECT count(*) FROM api_keys),
  (SELECT count(*) FROM jobs WHERE kind = 'timer'),
  (SELECT count(*) FROM jobs WHERE kind <> 'timer' AND failed IS NULL),
  (SELECT count(*) FROM jobs WHERE failed IS NOT NULL);
