-- Notices: what happened to keys, and to whom it was sent. Times are milliseconds since 1970. JSON is text.

CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  events TEXT NOT NULL,
  -- Only about keys of these; NULL: of any.
  api_id TEXT REFERENCES apis (id) ON DELETE CASCADE,
  organization_id TEXT REFERENCES organizations (id) ON DELETE CASCADE,
  environment TEXT,
  description TEXT,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  disabled_reason TEXT,
  -- Signing secrets, encrypted under a key made from the pepper of that version. NULL: e-mail is not signed.
  secret TEXT,
  secret_pepper_version INTEGER,
  old_secret TEXT,
  old_secret_pepper_version INTEGER,
  old_secret_expires_at INTEGER,
  failing_since INTEGER,
  -- What the audit log held when it was made or switched on was before its time.
  audit_sequence INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX webhooks_by_age ON webhooks (created_at, id);
CREATE INDEX webhooks_of_organization ON webhooks (organization_id, created_at, id);

CREATE TABLE notices (
  id TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  -- What is sent, byte for byte.
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX notices_by_age ON notices (created_at);

CREATE TABLE deliveries (
  id TEXT PRIMARY KEY,
  notice_id TEXT NOT NULL REFERENCES notices (id) ON DELETE CASCADE,
  webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  type TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'delivered', 'failed')),
  -- Since it was last sent anew.
  tries INTEGER NOT NULL,
  attempts TEXT NOT NULL,
  -- NULL unless it is pending.
  next_attempt_at INTEGER,
  -- Somebody sends it until then.
  claimed_until INTEGER,
  created_at INTEGER NOT NULL,
  UNIQUE (notice_id, webhook_id)
) STRICT;

CREATE INDEX deliveries_of_webhook ON deliveries (webhook_id, created_at, id);
CREATE INDEX deliveries_due ON deliveries (next_attempt_at, webhook_id) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX deliveries_waiting ON deliveries (webhook_id, next_attempt_at, id) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX deliveries_claimed ON deliveries (claimed_until) WHERE claimed_until IS NOT NULL;

-- Reminders that were given: of each, the insert that succeeds is the one that sends it.
CREATE TABLE reminders (
  id TEXT PRIMARY KEY,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX reminders_by_expiry ON reminders (expires_at);

-- How far the audit log was followed, and up to when expiries were looked at.
CREATE TABLE notice_positions (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  audit_sequence INTEGER NOT NULL,
  looked_until INTEGER
) STRICT;

-- What happened before is no news.
INSERT INTO notice_positions (one, audit_sequence, looked_until)
SELECT 1, audit_sequence, NULL FROM heads;

CREATE INDEX secrets_by_expiry ON secrets (expires_at) WHERE expires_at IS NOT NULL;
