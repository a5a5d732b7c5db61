-- Replies that come later: what was tried is found by the message, and a refused answer is known.
ALTER TABLE jobs ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
CREATE INDEX attempts_of_job ON attempts (job);
