-- Times are milliseconds since 1970. JSON is text. Text sorts by bytes, as in SQLite, whatever the database's locale.
-- Frozen once released: later changes are new files.

CREATE TABLE apis (
  id TEXT COLLATE "C" PRIMARY KEY,
  definition TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE TABLE organizations (
  id TEXT COLLATE "C" PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL,
  suspended BIGINT NOT NULL CHECK (suspended IN (0, 1)),
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE INDEX organizations_by_age ON organizations (created_at, id);

CREATE TABLE keys (
  id TEXT COLLATE "C" PRIMARY KEY,
  api_id TEXT COLLATE "C" NOT NULL REFERENCES apis (id),
  organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id),
  environment TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('secret', 'publishable', 'pair')),
  name TEXT COLLATE "C" NOT NULL,
  description TEXT COLLATE "C",
  hint TEXT COLLATE "C" NOT NULL,
  public_key TEXT COLLATE "C" UNIQUE,
  permissions TEXT COLLATE "C" NOT NULL,
  preset TEXT COLLATE "C",
  allowed_origins TEXT COLLATE "C" NOT NULL DEFAULT '[]',
  allowed_ips TEXT COLLATE "C" NOT NULL DEFAULT '[]',
  resources TEXT COLLATE "C" NOT NULL,
  rate_limits TEXT COLLATE "C" NOT NULL DEFAULT '[]',
  owner_id TEXT COLLATE "C",
  replaces_key_id TEXT COLLATE "C",
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('enabled', 'disabled', 'revoked')),
  not_before BIGINT,
  expires_at BIGINT,
  revoked_at BIGINT,
  revoked_reason TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  created_by_type TEXT COLLATE "C" NOT NULL,
  created_by_id TEXT COLLATE "C" NOT NULL,
  updated_at BIGINT NOT NULL,
  metadata TEXT COLLATE "C" NOT NULL
);

CREATE INDEX keys_by_age ON keys (created_at, id);
CREATE INDEX keys_of_api ON keys (api_id, created_at, id);
CREATE INDEX keys_of_organization ON keys (organization_id, created_at, id);
CREATE INDEX keys_of_owner ON keys (owner_id, created_at, id) WHERE owner_id IS NOT NULL;
CREATE INDEX keys_by_expiry ON keys (expires_at) WHERE expires_at IS NOT NULL;

-- A public half of a pair is looked up like a secret and proves nothing.
CREATE TABLE secrets (
  id TEXT COLLATE "C" PRIMARY KEY,
  key_id TEXT COLLATE "C" NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
  type TEXT COLLATE "C" NOT NULL CHECK (type IN ('secret', 'public')),
  digest BYTEA NOT NULL UNIQUE,
  pepper_version BIGINT NOT NULL,
  hint TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  ended_at BIGINT
);

CREATE INDEX secrets_of_key ON secrets (key_id);

-- Apart from keys and secrets, so that a verification never writes their rows.
CREATE TABLE key_last_uses (
  id TEXT COLLATE "C" PRIMARY KEY,
  used_at BIGINT NOT NULL
);

CREATE TABLE secret_last_uses (
  id TEXT COLLATE "C" PRIMARY KEY,
  used_at BIGINT NOT NULL
);

-- No foreign keys: counts outlive the key.
CREATE TABLE usage_counts (
  hour BIGINT NOT NULL,
  key_id TEXT COLLATE "C" NOT NULL,
  api_id TEXT COLLATE "C" NOT NULL,
  organization_id TEXT COLLATE "C" NOT NULL,
  environment TEXT COLLATE "C" NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (hour, key_id, api_id, organization_id, environment, code)
);

CREATE INDEX usage_counts_of_key ON usage_counts (key_id, hour);

CREATE TABLE changes (
  seq BIGINT PRIMARY KEY,
  change_id TEXT COLLATE "C" NOT NULL,
  scope TEXT COLLATE "C" NOT NULL CHECK (scope IN ('key', 'organization', 'api', 'pepper')),
  id TEXT COLLATE "C" NOT NULL,
  digests TEXT COLLATE "C" NOT NULL
);

CREATE TABLE audit_events (
  sequence BIGINT PRIMARY KEY,
  id TEXT COLLATE "C" NOT NULL UNIQUE,
  at BIGINT NOT NULL,
  actor TEXT COLLATE "C" NOT NULL,
  action TEXT COLLATE "C" NOT NULL,
  target_type TEXT COLLATE "C" NOT NULL,
  target_id TEXT COLLATE "C" NOT NULL,
  before TEXT COLLATE "C",
  after TEXT COLLATE "C",
  ip TEXT COLLATE "C",
  request_id TEXT COLLATE "C",
  previous_hash TEXT COLLATE "C" NOT NULL,
  hash TEXT COLLATE "C" NOT NULL
);

CREATE INDEX audit_events_of_target ON audit_events (target_type, target_id, sequence);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit events cannot be changed or deleted';
END;
$$;

CREATE TRIGGER audit_events_are_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- Which peppers this database was written under, so that a wrong one is noticed at start and not by every caller.
CREATE TABLE peppers (
  version BIGINT PRIMARY KEY,
  fingerprint TEXT COLLATE "C" NOT NULL
);

-- The ends of the feed and of the audit chain, updated last in every commit.
CREATE TABLE heads (
  one BIGINT PRIMARY KEY CHECK (one = 1),
  seq BIGINT NOT NULL,
  change_id TEXT COLLATE "C" NOT NULL,
  audit_sequence BIGINT NOT NULL,
  audit_hash TEXT COLLATE "C" NOT NULL,
  -- 1 while a server holds the database: the next one knows whether it said goodbye.
  held BIGINT NOT NULL CHECK (held IN (0, 1))
);

INSERT INTO heads (one, seq, change_id, audit_sequence, audit_hash, held)
VALUES (1, 0, '', 0, '0000000000000000000000000000000000000000000000000000000000000000', 0);
