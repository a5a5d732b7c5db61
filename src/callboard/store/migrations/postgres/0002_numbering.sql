-- For databases that spread over several machines, where transactions have no numbers that all share:
-- changes wait in `unnumbered` beside their process, in its order by `ordinal`, until somebody who reads
-- gives them the numbers that follow `last`. `id` sees to it that each gets one.
CREATE TABLE unnumbered (
  process uuid NOT NULL,
  ordinal bigint NOT NULL,
  id uuid NOT NULL,
  at text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  kind text NOT NULL,
  tasks text,
  PRIMARY KEY (process, ordinal)
);

CREATE TABLE numbering (
  name text PRIMARY KEY,
  last bigint NOT NULL
);

INSERT INTO numbering (name, last) VALUES ('changes', 0);

ALTER TABLE changes ADD COLUMN id uuid;

CREATE UNIQUE INDEX changes_once ON changes (id) WHERE id IS NOT NULL;
