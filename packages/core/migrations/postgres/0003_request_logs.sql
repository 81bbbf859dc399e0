-- Every verification, in compressed chunks. Times are milliseconds since 1970. JSON is text.

-- By day: an id begins with the time of the chunk's first entry, and no chunk goes over midnight, UTC. The
-- partitions of the days ahead are made by the server, and whole old days are dropped by it.
CREATE TABLE log_chunks (
  id TEXT COLLATE "C" PRIMARY KEY,
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL,
  entry_count BIGINT NOT NULL,
  filter BYTEA NOT NULL,
  entries BYTEA NOT NULL
) PARTITION BY RANGE (id);

-- They are compressed already.
ALTER TABLE log_chunks ALTER COLUMN entries SET STORAGE EXTERNAL;

CREATE INDEX log_chunks_by_end ON log_chunks (to_at, id);

-- What protected APIs answered in the end, for the entries of a chunk: [place, status, milliseconds or null] each.
CREATE TABLE log_completions (
  chunk_id TEXT COLLATE "C" PRIMARY KEY,
  entries TEXT COLLATE "C" NOT NULL
) PARTITION BY RANGE (chunk_id);

-- For days without a partition of their own, as after a clock that was set wrong.
CREATE TABLE log_chunks_default PARTITION OF log_chunks DEFAULT;
CREATE TABLE log_completions_default PARTITION OF log_completions DEFAULT;
