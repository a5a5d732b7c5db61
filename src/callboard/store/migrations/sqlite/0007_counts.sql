-- How many processes are in which state of which scenario, running or not. Each group of writes
-- changes the few rows that its processes left and came to.
CREATE TABLE counts (
  scenario INTEGER NOT NULL REFERENCES scenarios (row),
  state TEXT NOT NULL,
  running INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (scenario, state, running)
) STRICT, WITHOUT ROWID;

INSERT INTO counts (scenario, state, running, count)
SELECT scenario, document ->> '$.current.key', coalesce(document ->> '$.isRunning', 1), count(*)
FROM processes GROUP BY 1, 2, 3;
