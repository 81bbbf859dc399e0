-- Where the target of an audit event is, and the indexes to look events up by. Events from before have no place.
ALTER TABLE audit_events ADD COLUMN target_api_id TEXT COLLATE "C";
ALTER TABLE audit_events ADD COLUMN target_organization_id TEXT COLLATE "C";
ALTER TABLE audit_events ADD COLUMN target_environment TEXT COLLATE "C";

CREATE INDEX audit_events_of_api ON audit_events (target_api_id, sequence) WHERE target_api_id IS NOT NULL;
CREATE INDEX audit_events_of_organization ON audit_events (target_organization_id, sequence)
  WHERE target_organization_id IS NOT NULL;
CREATE INDEX audit_events_by_action ON audit_events (action, sequence);
CREATE INDEX audit_events_by_actor ON audit_events ((actor::jsonb ->> 'id'), sequence);
CREATE INDEX audit_events_by_address ON audit_events (ip, sequence) WHERE ip IS NOT NULL;
CREATE INDEX audit_events_by_request ON audit_events (request_id, sequence) WHERE request_id IS NOT NULL;

-- Holds all that events are searched by, so that what no other index finds is found without reading whole events.
CREATE INDEX audit_events_to_search ON audit_events (
  sequence, at, action, target_type, target_environment, (actor::jsonb ->> 'type'), (actor::jsonb ->> 'id'), target_id,
  target_api_id, target_organization_id, id, ip, request_id
);

-- Says which database a statement about its audit log is about.
ALTER TABLE heads ADD COLUMN instance TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE heads SET instance = replace(gen_random_uuid()::text, '-', '');
