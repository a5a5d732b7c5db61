-- What is counted over all nodes: `full_at` is when somebody may ask as much as a minute allows again,
-- in seconds since 1970 by this database's clock. `who` is a hash. A row that is past says nothing.
CREATE TABLE rates (
  who text COLLATE "C" PRIMARY KEY,
  full_at double precision NOT NULL
);
