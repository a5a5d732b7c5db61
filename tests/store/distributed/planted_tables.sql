-- Tables that a rule refuses; `t` and `u` are distributed by `process`.

-- unique
CREATE TABLE t (process uuid, id text PRIMARY KEY);

-- unique
CREATE TABLE t (process uuid, id text UNIQUE);

-- unique
CREATE TABLE t (process uuid, id text, UNIQUE (id));

-- unique
CREATE TABLE t (process uuid, id text); CREATE UNIQUE INDEX u ON t (id);

-- unique
CREATE TABLE t (process uuid, id text); ALTER TABLE t ADD COLUMN n text UNIQUE;

-- foreign-key
CREATE TABLE t (process uuid, job uuid REFERENCES u (id)); CREATE TABLE u (process uuid);

-- sequence
CREATE TABLE t (process uuid, number bigint GENERATED ALWAYS AS IDENTITY);

-- no-such-column
CREATE TABLE t (id uuid);

-- not-laid-out
CREATE TABLE other (process uuid);

-- refused
CREATE TRIGGER t BEFORE UPDATE ON jobs FOR EACH ROW EXECUTE FUNCTION f();

-- refused
CREATE SEQUENCE numbers;

-- refused
CREATE TABLE a (b int) INHERITS (c);

-- refused
CREATE TABLE a (b int REFERENCES c (b) DEFERRABLE);

-- refused
CREATE TABLE a (b int, c int GENERATED ALWAYS AS (b + 1) STORED);

-- refused
CREATE TABLE a (b int, EXCLUDE (b WITH =));
