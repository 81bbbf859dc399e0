-- Every verification, in compressed chunks. Times are milliseconds since 1970. JSON is text.

CREATE TABLE log_chunks (
  id TEXT PRIMARY KEY,
  from_at INTEGER NOT NULL,
  to_at INTEGER NOT NULL,
  entry_count INTEGER NOT NULL,
  filter BLOB NOT NULL,
  -- Last: who looks through the chunks does not read over their entries.
  entries BLOB NOT NULL
) STRICT;

CREATE INDEX log_chunks_by_end ON log_chunks (to_at, id);

-- What protected APIs answered in the end, for the entries of a chunk: [place, status, milliseconds or null] each.
CREATE TABLE log_completions (
  chunk_id TEXT PRIMARY KEY,
  entries TEXT NOT NULL
) STRICT;
