-- When a secret was last reported to have been found in public: a second report soon after does nothing. For
-- each reporter, so that nobody's words keep those of another from being heard.
CREATE TABLE leak_reports (
  secret_id TEXT NOT NULL REFERENCES secrets (id) ON DELETE CASCADE,
  reporter TEXT NOT NULL CHECK (reporter IN ('github', 'anyone')),
  reported_at INTEGER NOT NULL,
  PRIMARY KEY (secret_id, reporter)
) STRICT, WITHOUT ROWID;

-- Definitions from before have no word about leaks: they are told of, and nothing else happens.
UPDATE apis SET definition = json_set(definition, '$.onLeak', json('{"action":"notify"}'));
