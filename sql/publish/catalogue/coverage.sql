-- Coverage by hour. Grain: hour, type, platform, collection, probability.
-- Segments are deltas: those of `files.coverage_settled` overlap no other segment in time, so their rows are final as they stand;
-- the others are summed. Rows that cancel out are left out.
CREATE VIEW coverage AS
SELECT
    "hour",
    event_type,
    platform,
    collection_id,
    sampling_probability,
    events,
    first_at,
    last_at
FROM files.coverage_settled
UNION ALL
SELECT
    "hour",
    event_type,
    platform,
    collection_id,
    sampling_probability,
    sum(events)::BIGINT AS events,
    min(first_at) AS first_at,
    max(last_at) AS last_at
FROM files.coverage_open
GROUP BY ALL
HAVING sum(events)::BIGINT <> 0;

COMMENT ON VIEW coverage IS 'Which collection ran when, derived from the events: a change here is a change of the collector, not of the world.';
COMMENT ON COLUMN coverage."hour" IS 'Start of the hour of event time (UTC).';
COMMENT ON COLUMN coverage.event_type IS 'mention, generation or moderation.';
COMMENT ON COLUMN coverage.platform IS 'Where it happened.';
COMMENT ON COLUMN coverage.collection_id IS 'Which collector and query.';
COMMENT ON COLUMN coverage.sampling_probability IS 'Chance with which an event was kept, above 0 up to 1; null where not said.';
COMMENT ON COLUMN coverage.events IS 'Events, at least 1.';
COMMENT ON COLUMN coverage.first_at IS 'First event of the hour (UTC).';
COMMENT ON COLUMN coverage.last_at IS 'Last event of the hour (UTC).';
