-- Links that let somebody choose a new password. Whoever holds the token does; what is stored is its hash.
CREATE TABLE account_recoveries (
  token_hash TEXT COLLATE "C" PRIMARY KEY,
  user_id TEXT COLLATE "C" NOT NULL REFERENCES account_users (id) ON DELETE CASCADE,
  via TEXT COLLATE "C" NOT NULL CHECK (via IN ('mail', 'operator')),
  removes_second_factor INTEGER NOT NULL CHECK (removes_second_factor IN (0, 1)),
  -- Who made it: it is worth what they may still do.
  created_by_type TEXT COLLATE "C" NOT NULL,
  created_by_id TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX account_recoveries_user_id ON account_recoveries (user_id);
CREATE INDEX account_recoveries_expires_at ON account_recoveries (expires_at);
