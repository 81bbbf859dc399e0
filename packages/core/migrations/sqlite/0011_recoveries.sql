-- Links that let somebody choose a new password. Whoever holds the token does; what is stored is its hash.
CREATE TABLE account_recoveries (
  token_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES account_users (id) ON DELETE CASCADE,
  via TEXT NOT NULL CHECK (via IN ('mail', 'operator')),
  removes_second_factor INTEGER NOT NULL CHECK (removes_second_factor IN (0, 1)),
  -- Who made it: it is worth what they may still do.
  created_by_type TEXT NOT NULL,
  created_by_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX account_recoveries_user_id ON account_recoveries (user_id);
CREATE INDEX account_recoveries_expires_at ON account_recoveries (expires_at);
