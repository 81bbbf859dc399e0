-- People who were asked to join and have not yet. Whoever holds the token joins; what is stored is its hash.
CREATE TABLE invitations (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  email TEXT NOT NULL,
  -- operator: in the built-in organization alone.
  role TEXT NOT NULL CHECK (role IN ('operator', 'owner', 'admin', 'developer', 'viewer')),
  token_hash TEXT NOT NULL UNIQUE,
  -- Who made the link that works now.
  created_by_type TEXT NOT NULL,
  created_by_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  UNIQUE (organization_id, email)
) STRICT;
CREATE INDEX invitations_organization_id ON invitations (organization_id, created_at, id);
CREATE INDEX invitations_expires_at ON invitations (expires_at);

-- Ours, as operator is: not known to the sign-in library.
ALTER TABLE account_users ADD COLUMN last_sign_in_at INTEGER;
CREATE INDEX account_users_operators ON account_users (id) WHERE operator = 1;
