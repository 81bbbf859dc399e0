-- What request logs say about keys, summed up. Times are milliseconds since 1970.

-- Who asks for the usage of one organization reads its counts alone.
CREATE INDEX usage_counts_of_organization ON usage_counts (organization_id, hour);

-- Whether a key was replaced is asked for many keys at once.
CREATE INDEX keys_replacing ON keys (replaces_key_id) WHERE replaces_key_id IS NOT NULL;

-- No foreign keys, as with last uses: deleting a key deletes them, and writing them locks no key.
CREATE TABLE key_permission_uses (
  key_id TEXT NOT NULL,
  permission TEXT NOT NULL,
  last_used_at INTEGER NOT NULL,
  PRIMARY KEY (key_id, permission)
) STRICT, WITHOUT ROWID;

CREATE INDEX key_permission_uses_by_age ON key_permission_uses (last_used_at);

CREATE TABLE key_networks (
  key_id TEXT NOT NULL,
  secret_id TEXT NOT NULL,
  network TEXT NOT NULL,
  first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  count INTEGER NOT NULL,
  user_agent TEXT,
  PRIMARY KEY (key_id, secret_id, network)
) STRICT, WITHOUT ROWID;

CREATE INDEX key_networks_by_age ON key_networks (last_seen_at);

CREATE TABLE key_browser_origins (
  key_id TEXT NOT NULL,
  origin TEXT NOT NULL,
  first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (key_id, origin)
) STRICT, WITHOUT ROWID;

CREATE INDEX key_browser_origins_by_age ON key_browser_origins (last_seen_at);

-- Tokens that nobody issued, by the address that presented them.
CREATE TABLE probes (
  api_id TEXT NOT NULL,
  address TEXT NOT NULL,
  hour INTEGER NOT NULL,
  count INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  hint TEXT,
  PRIMARY KEY (api_id, address, hour)
) STRICT, WITHOUT ROWID;

CREATE INDEX probes_by_hour ON probes (hour, count);

-- Since when every entry of the log was looked at; no row: not now.
CREATE TABLE insight_watch (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  since INTEGER NOT NULL
) STRICT;
