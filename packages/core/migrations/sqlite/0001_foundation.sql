-- Times are milliseconds since 1970. JSON is text. Frozen once released: later changes are new files.

CREATE TABLE apis (
  id TEXT PRIMARY KEY,
  definition TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE organizations (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  suspended INTEGER NOT NULL CHECK (suspended IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX organizations_by_age ON organizations (created_at, id);

CREATE TABLE keys (
  id TEXT PRIMARY KEY,
  api_id TEXT NOT NULL REFERENCES apis (id),
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  environment TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('secret', 'publishable', 'pair')),
  name TEXT NOT NULL,
  description TEXT,
  hint TEXT NOT NULL,
  public_key TEXT UNIQUE,
  permissions TEXT NOT NULL,
  preset TEXT,
  allowed_origins TEXT NOT NULL DEFAULT '[]',
  allowed_ips TEXT NOT NULL DEFAULT '[]',
  resources TEXT NOT NULL,
  rate_limits TEXT NOT NULL DEFAULT '[]',
  owner_id TEXT,
  replaces_key_id TEXT,
  state TEXT NOT NULL CHECK (state IN ('enabled', 'disabled', 'revoked')),
  not_before INTEGER,
  expires_at INTEGER,
  revoked_at INTEGER,
  revoked_reason TEXT,
  created_at INTEGER NOT NULL,
  created_by_type TEXT NOT NULL,
  created_by_id TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  metadata TEXT NOT NULL
) STRICT;

CREATE INDEX keys_by_age ON keys (created_at, id);
CREATE INDEX keys_of_api ON keys (api_id, created_at, id);
CREATE INDEX keys_of_organization ON keys (organization_id, created_at, id);
CREATE INDEX keys_of_owner ON keys (owner_id, created_at, id) WHERE owner_id IS NOT NULL;
CREATE INDEX keys_by_expiry ON keys (expires_at) WHERE expires_at IS NOT NULL;

-- A public half of a pair is looked up like a secret and proves nothing.
CREATE TABLE secrets (
  id TEXT PRIMARY KEY,
  key_id TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
  type TEXT NOT NULL CHECK (type IN ('secret', 'public')),
  digest BLOB NOT NULL UNIQUE,
  pepper_version INTEGER NOT NULL,
  hint TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  ended_at INTEGER
) STRICT;

CREATE INDEX secrets_of_key ON secrets (key_id);

-- Apart from keys and secrets, so that a verification never writes their rows.
CREATE TABLE key_last_uses (
  id TEXT PRIMARY KEY,
  used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE secret_last_uses (
  id TEXT PRIMARY KEY,
  used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- No foreign keys: counts outlive the key.
CREATE TABLE usage_counts (
  hour INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  api_id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  environment TEXT NOT NULL,
  code TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (hour, key_id, api_id, organization_id, environment, code)
) STRICT, WITHOUT ROWID;

CREATE INDEX usage_counts_of_key ON usage_counts (key_id, hour);

CREATE TABLE changes (
  seq INTEGER PRIMARY KEY,
  change_id TEXT NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('key', 'organization', 'api', 'pepper')),
  id TEXT NOT NULL,
  digests TEXT NOT NULL
) STRICT;

CREATE TABLE audit_events (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  target_type TEXT NOT NULL,
  target_id TEXT NOT NULL,
  before TEXT,
  after TEXT,
  ip TEXT,
  request_id TEXT,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE INDEX audit_events_of_target ON audit_events (target_type, target_id, sequence);

CREATE TRIGGER audit_events_are_not_updated BEFORE UPDATE ON audit_events
BEGIN
  SELECT RAISE(ABORT, 'audit events cannot be changed');
END;

CREATE TRIGGER audit_events_are_not_deleted BEFORE DELETE ON audit_events
BEGIN
  SELECT RAISE(ABORT, 'audit events cannot be deleted');
END;

-- Which peppers this database was written under, so that a wrong one is noticed at start and not by every caller.
CREATE TABLE peppers (
  version INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL
) STRICT;

-- The ends of the feed and of the audit chain, updated last in every commit.
CREATE TABLE heads (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq INTEGER NOT NULL,
  change_id TEXT NOT NULL,
  audit_sequence INTEGER NOT NULL,
  audit_hash TEXT NOT NULL,
  -- 1 while a server holds the database: the next one knows whether it said goodbye.
  held INTEGER NOT NULL CHECK (held IN (0, 1))
) STRICT;

INSERT INTO heads (one, seq, change_id, audit_sequence, audit_hash, held)
VALUES (1, 0, '', 0, '0000000000000000000000000000000000000000000000000000000000000000', 0);
