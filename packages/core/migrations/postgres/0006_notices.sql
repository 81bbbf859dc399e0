-- Notices: what happened to keys, and to whom it was sent. Times are milliseconds since 1970. JSON is text.

CREATE TABLE webhooks (
  id TEXT COLLATE "C" PRIMARY KEY,
  url TEXT COLLATE "C" NOT NULL,
  events TEXT COLLATE "C" NOT NULL,
  -- Only about keys of these; NULL: of any.
  api_id TEXT COLLATE "C" REFERENCES apis (id) ON DELETE CASCADE,
  organization_id TEXT COLLATE "C" REFERENCES organizations (id) ON DELETE CASCADE,
  environment TEXT COLLATE "C",
  description TEXT COLLATE "C",
  enabled BIGINT NOT NULL CHECK (enabled IN (0, 1)),
  disabled_reason TEXT COLLATE "C",
  -- Signing secrets, encrypted under a key made from the pepper of that version. NULL: e-mail is not signed.
  secret TEXT COLLATE "C",
  secret_pepper_version BIGINT,
  old_secret TEXT COLLATE "C",
  old_secret_pepper_version BIGINT,
  old_secret_expires_at BIGINT,
  failing_since BIGINT,
  -- What the audit log held when it was made or switched on was before its time.
  audit_sequence BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE INDEX webhooks_by_age ON webhooks (created_at, id);
CREATE INDEX webhooks_of_organization ON webhooks (organization_id, created_at, id);

CREATE TABLE notices (
  id TEXT COLLATE "C" PRIMARY KEY,
  type TEXT COLLATE "C" NOT NULL,
  -- What is sent, byte for byte.
  body TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE INDEX notices_by_age ON notices (created_at);

CREATE TABLE deliveries (
  id TEXT COLLATE "C" PRIMARY KEY,
  notice_id TEXT COLLATE "C" NOT NULL REFERENCES notices (id) ON DELETE CASCADE,
  webhook_id TEXT COLLATE "C" NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  type TEXT COLLATE "C" NOT NULL,
  status TEXT COLLATE "C" NOT NULL CHECK (status IN ('pending', 'delivered', 'failed')),
  -- Since it was last sent anew.
  tries BIGINT NOT NULL,
  attempts TEXT COLLATE "C" NOT NULL,
  -- NULL unless it is pending.
  next_attempt_at BIGINT,
  -- Somebody sends it until then.
  claimed_until BIGINT,
  created_at BIGINT NOT NULL,
  UNIQUE (notice_id, webhook_id)
);

CREATE INDEX deliveries_of_webhook ON deliveries (webhook_id, created_at, id);
CREATE INDEX deliveries_due ON deliveries (next_attempt_at, webhook_id) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX deliveries_waiting ON deliveries (webhook_id, next_attempt_at, id) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX deliveries_claimed ON deliveries (claimed_until) WHERE claimed_until IS NOT NULL;

-- Reminders that were given: of each, the insert that succeeds is the one that sends it.
CREATE TABLE reminders (
  id TEXT COLLATE "C" PRIMARY KEY,
  expires_at BIGINT NOT NULL
);

CREATE INDEX reminders_by_expiry ON reminders (expires_at);

-- How far the audit log was followed, and up to when expiries were looked at.
CREATE TABLE notice_positions (
  one BIGINT PRIMARY KEY CHECK (one = 1),
  audit_sequence BIGINT NOT NULL,
  looked_until BIGINT
);

-- What happened before is no news.
INSERT INTO notice_positions (one, audit_sequence, looked_until)
SELECT 1, audit_sequence, NULL FROM heads;

CREATE INDEX secrets_by_expiry ON secrets (expires_at) WHERE expires_at IS NOT NULL;
