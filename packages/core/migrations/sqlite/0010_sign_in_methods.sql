-- Passkeys and second factors. The tables belong to the sign-in library as those before: times are ISO 8601 in UTC.
ALTER TABLE account_users ADD COLUMN two_factor_enabled INTEGER NOT NULL DEFAULT 0 CHECK (two_factor_enabled IN (0, 1));

-- Secret and backup codes are encrypted with a key that is derived from the pepper.
CREATE TABLE account_second_factors (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL UNIQUE REFERENCES account_users (id) ON DELETE CASCADE,
  secret TEXT NOT NULL,
  backup_codes TEXT NOT NULL,
  verified INTEGER NOT NULL CHECK (verified IN (0, 1)),
  failed_verification_count INTEGER NOT NULL DEFAULT 0,
  locked_until TEXT
) STRICT;

CREATE TABLE account_passkeys (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES account_users (id) ON DELETE CASCADE,
  name TEXT,
  credential_id TEXT NOT NULL UNIQUE,
  public_key TEXT NOT NULL,
  counter INTEGER NOT NULL,
  device_type TEXT NOT NULL,
  backed_up INTEGER NOT NULL CHECK (backed_up IN (0, 1)),
  transports TEXT,
  aaguid TEXT,
  created_at TEXT
) STRICT;
CREATE INDEX account_passkeys_user_id ON account_passkeys (user_id);
