-- When a secret was last reported to have been found in public: a second report soon after does nothing. For
-- each reporter, so that nobody's words keep those of another from being heard.
CREATE TABLE leak_reports (
  secret_id TEXT COLLATE "C" NOT NULL REFERENCES secrets (id) ON DELETE CASCADE,
  reporter TEXT COLLATE "C" NOT NULL CHECK (reporter IN ('github', 'anyone')),
  reported_at BIGINT NOT NULL,
  PRIMARY KEY (secret_id, reporter)
);

-- Definitions from before have no word about leaks: they are told of, and nothing else happens.
UPDATE apis SET definition =
  (definition::jsonb || '{"onLeak": {"action": "notify"}}'::jsonb)::text;
