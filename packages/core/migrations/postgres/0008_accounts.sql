-- People who sign in. The tables account_… but account_setup belong to the sign-in library, which reads and writes
-- them by its own names for the columns; in them, times are ISO 8601 in UTC with milliseconds, as it writes them.
CREATE TABLE account_users (
  id TEXT COLLATE "C" PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL,
  email TEXT COLLATE "C" NOT NULL UNIQUE,
  email_verified INTEGER NOT NULL CHECK (email_verified IN (0, 1)),
  image TEXT COLLATE "C",
  -- Ours: not known to the library, so that nothing it does can make anyone an operator.
  operator INTEGER NOT NULL DEFAULT 0 CHECK (operator IN (0, 1)),
  created_at TEXT COLLATE "C" NOT NULL,
  updated_at TEXT COLLATE "C" NOT NULL
);

CREATE TABLE account_sessions (
  id TEXT COLLATE "C" PRIMARY KEY,
  user_id TEXT COLLATE "C" NOT NULL REFERENCES account_users (id) ON DELETE CASCADE,
  token TEXT COLLATE "C" NOT NULL UNIQUE,
  ip_address TEXT COLLATE "C",
  user_agent TEXT COLLATE "C",
  expires_at TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C" NOT NULL,
  updated_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX account_sessions_user_id ON account_sessions (user_id);

-- How somebody proves who they are: a password, or an account elsewhere.
CREATE TABLE account_credentials (
  id TEXT COLLATE "C" PRIMARY KEY,
  user_id TEXT COLLATE "C" NOT NULL REFERENCES account_users (id) ON DELETE CASCADE,
  account_id TEXT COLLATE "C" NOT NULL,
  provider_id TEXT COLLATE "C" NOT NULL,
  access_token TEXT COLLATE "C",
  refresh_token TEXT COLLATE "C",
  id_token TEXT COLLATE "C",
  access_token_expires_at TEXT COLLATE "C",
  refresh_token_expires_at TEXT COLLATE "C",
  scope TEXT COLLATE "C",
  password TEXT COLLATE "C",
  created_at TEXT COLLATE "C" NOT NULL,
  updated_at TEXT COLLATE "C" NOT NULL,
  UNIQUE (provider_id, account_id)
);
CREATE INDEX account_credentials_user_id ON account_credentials (user_id);

CREATE TABLE account_verifications (
  id TEXT COLLATE "C" PRIMARY KEY,
  identifier TEXT COLLATE "C" NOT NULL,
  value TEXT COLLATE "C" NOT NULL,
  expires_at TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C" NOT NULL,
  updated_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX account_verifications_identifier ON account_verifications (identifier);

CREATE TABLE account_rate_limits (
  id TEXT COLLATE "C" PRIMARY KEY,
  key TEXT COLLATE "C" NOT NULL UNIQUE,
  count INTEGER NOT NULL,
  last_request BIGINT NOT NULL
);

-- The link that makes the first user: one row, or none.
CREATE TABLE account_setup (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  token_hash TEXT COLLATE "C" NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE TABLE members (
  organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  user_id TEXT COLLATE "C" NOT NULL REFERENCES account_users (id) ON DELETE CASCADE,
  role TEXT COLLATE "C" NOT NULL CHECK (role IN ('owner', 'admin', 'developer', 'viewer')),
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX members_user_id ON members (user_id);
