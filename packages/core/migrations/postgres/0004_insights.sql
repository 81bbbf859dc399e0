-- Who asks for the usage of one organization reads its counts alone.
CREATE INDEX usage_counts_of_organization ON usage_counts (organization_id, hour);
