-- People who sign in. The tables account_… but account_setup belong to the sign-in library, which reads and writes
-- them by its own names for the columns; in them, times are ISO 8601 in UTC with milliseconds, as it writes them.
CREATE TABLE account_users (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL UNIQUE,
  email_verified INTEGER NOT NULL CHECK (email_verified IN (0, 1)),
  image TEXT,
  -- Ours: not known to the library, so that nothing it does can make anyone an operator.
  operator INTEGER NOT NULL DEFAULT 0 CHECK (operator IN (0, 1)),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE account_sessions (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES account_users (id) ON DELETE CASCADE,
  token TEXT NOT NULL UNIQUE,
  ip_address TEXT,
  user_agent TEXT,
  expires_at TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX account_sessions_user_id ON account_sessions (user_id);

-- How somebody proves who they are: a password, or an account elsewhere.
CREATE TABLE account_credentials (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES account_users (id) ON DELETE CASCADE,
  account_id TEXT NOT NULL,
  provider_id TEXT NOT NULL,
  access_token TEXT,
  refresh_token TEXT,
  id_token TEXT,
  access_token_expires_at TEXT,
  refresh_token_expires_at TEXT,
  scope TEXT,
  password TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  UNIQUE (provider_id, account_id)
) STRICT;
CREATE INDEX account_credentials_user_id ON account_credentials (user_id);

CREATE TABLE account_verifications (
  id TEXT PRIMARY KEY,
  identifier TEXT NOT NULL,
  value TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX account_verifications_identifier ON account_verifications (identifier);

CREATE TABLE account_rate_limits (
  id TEXT PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  count INTEGER NOT NULL,
  last_request INTEGER NOT NULL
) STRICT;

-- The link that makes the first user: one row, or none.
CREATE TABLE account_setup (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  token_hash TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE members (
  organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES account_users (id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'developer', 'viewer')),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (organization_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_user_id ON members (user_id);
