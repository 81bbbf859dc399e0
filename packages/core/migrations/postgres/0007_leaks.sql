-- When a secret was last reported to have been found in public: a second report soon after does nothing.
CREATE TABLE leak_reports (
  secret_id TEXT COLLATE "C" PRIMARY KEY REFERENCES secrets (id) ON DELETE CASCADE,
  reported_at BIGINT NOT NULL
);

-- Definitions from before have no word about leaks: they are told of, and nothing else happens.
UPDATE apis SET definition =
  (definition::jsonb || '{"onLeak": {"action": "notify"}}'::jsonb)::text;
