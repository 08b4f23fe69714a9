-- Which collection ran when, derived from the events: a change here is a change of the collector, not of the world. Grain: as the first words say.
CREATE VIEW coverage AS
SELECT
    "hour",
    event_type,
    platform,
    collection_id,
    sampling_probability,
    events
FROM files.coverage;

COMMENT ON VIEW coverage IS 'Which collection ran when, derived from the events: a change here is a change of the collector, not of the world.';
COMMENT ON COLUMN coverage."hour" IS 'Start of the hour of event time (UTC).';
COMMENT ON COLUMN coverage.event_type IS 'mention, generation or moderation.';
COMMENT ON COLUMN coverage.platform IS 'Where it happened.';
COMMENT ON COLUMN coverage.collection_id IS 'Which collector and query.';
COMMENT ON COLUMN coverage.sampling_probability IS 'Chance with which an event was kept, above 0 up to 1; null where not said.';
COMMENT ON COLUMN coverage.events IS 'Events, at least 1.';
