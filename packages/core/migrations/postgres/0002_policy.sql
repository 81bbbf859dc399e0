-- Everything that a key's policy needs beyond its own row. Times are milliseconds since 1970. JSON is text.

-- Whether the key has credits: read with the key, so that the others cost nothing.
ALTER TABLE keys ADD COLUMN metered BIGINT NOT NULL DEFAULT 0 CHECK (metered IN (0, 1));

-- Apart from keys: a verification takes from here and never writes the key's row.
CREATE TABLE key_credits (
  key_id TEXT COLLATE "C" PRIMARY KEY REFERENCES keys (id) ON DELETE CASCADE,
  remaining BIGINT NOT NULL CHECK (remaining >= 0),
  refill_amount BIGINT,
  refill_interval TEXT COLLATE "C" CHECK (refill_interval IN ('day', 'month')),
  refilled_at BIGINT NOT NULL
);

-- Names for the resources that keys are scoped to.
CREATE TABLE resources (
  organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  type TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, type, id)
);

CREATE INDEX resources_by_age ON resources (organization_id, type, created_at, id);

-- First answers of requests with an Idempotency-Key. The header itself is not here: `id` is its keyed hash,
-- and the secret in an answer is encrypted under a key that only the header and the pepper give.
CREATE TABLE idempotent_answers (
  id TEXT COLLATE "C" PRIMARY KEY,
  fingerprint TEXT COLLATE "C" NOT NULL,
  answer TEXT COLLATE "C" NOT NULL,
  secret TEXT COLLATE "C",
  created_at BIGINT NOT NULL
);

CREATE INDEX idempotent_answers_by_age ON idempotent_answers (created_at);
-- Secrets go long before their answers.
CREATE INDEX idempotent_secrets_by_age ON idempotent_answers (created_at) WHERE secret IS NOT NULL;

-- What was admitted under rate limits, so that a restart does not admit it again.
CREATE TABLE saved_rate_limits (
  one BIGINT PRIMARY KEY CHECK (one = 1),
  state TEXT COLLATE "C" NOT NULL
);

-- Definitions from before know no limits and no resource types.
UPDATE apis SET definition =
  (definition::jsonb || '{"rateLimits": [], "rateLimitMax": null, "resourceTypes": []}'::jsonb)::text;
