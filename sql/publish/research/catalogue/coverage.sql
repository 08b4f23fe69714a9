-- Which collection ran in which hour, derived from the events: a change here is a change of the collector, not of the world. How much it brought: coverage_day. Grain: hour, type, platform, collection, probability.
CREATE VIEW coverage AS
SELECT
    "hour",
    event_type,
    platform,
    collection_id,
    sampling_probability
FROM files.coverage;

COMMENT ON VIEW coverage IS 'Which collection ran in which hour, derived from the events: a change here is a change of the collector, not of the world. How much it brought: coverage_day.';
COMMENT ON COLUMN coverage."hour" IS 'Start of the hour of event time (UTC).';
COMMENT ON COLUMN coverage.event_type IS 'mention, generation or moderation.';
COMMENT ON COLUMN coverage.platform IS 'Where it happened; other where few accounts and targets share the value.';
COMMENT ON COLUMN coverage.collection_id IS 'Which collector and query; other where rare.';
COMMENT ON COLUMN coverage.sampling_probability IS 'Chance with which an event was kept, above 0 up to 1; null where not said or rare.';
