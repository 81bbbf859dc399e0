-- Passkeys and second factors. The tables belong to the sign-in library as those before: times are ISO 8601 in UTC.
ALTER TABLE account_users ADD COLUMN two_factor_enabled INTEGER NOT NULL DEFAULT 0 CHECK (two_factor_enabled IN (0, 1));

-- Secret and backup codes are encrypted with a key that is derived from the pepper.
CREATE TABLE account_second_factors (
  id TEXT COLLATE "C" PRIMARY KEY,
  user_id TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES account_users (id) ON DELETE CASCADE,
  secret TEXT COLLATE "C" NOT NULL,
  backup_codes TEXT COLLATE "C" NOT NULL,
  verified INTEGER NOT NULL CHECK (verified IN (0, 1)),
  failed_verification_count INTEGER NOT NULL DEFAULT 0,
  locked_until TEXT COLLATE "C"
);

CREATE TABLE account_passkeys (
  id TEXT COLLATE "C" PRIMARY KEY,
  user_id TEXT COLLATE "C" NOT NULL REFERENCES account_users (id) ON DELETE CASCADE,
  name TEXT COLLATE "C",
  credential_id TEXT COLLATE "C" NOT NULL UNIQUE,
  public_key TEXT COLLATE "C" NOT NULL,
  counter BIGINT NOT NULL,
  device_type TEXT COLLATE "C" NOT NULL,
  backed_up INTEGER NOT NULL CHECK (backed_up IN (0, 1)),
  transports TEXT COLLATE "C",
  aaguid TEXT COLLATE "C",
  created_at TEXT COLLATE "C"
);
CREATE INDEX account_passkeys_user_id ON account_passkeys (user_id);
