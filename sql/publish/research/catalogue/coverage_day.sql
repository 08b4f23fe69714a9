-- How much each collection brought by day, where enough people are behind it. Grain: day, type, platform, collection, probability.
CREATE VIEW coverage_day AS
SELECT
    "day",
    event_type,
    platform,
    collection_id,
    sampling_probability,
    events
FROM files.coverage_day;

COMMENT ON VIEW coverage_day IS 'How much each collection brought by day, where enough people are behind it.';
COMMENT ON COLUMN coverage_day."day" IS 'Day of event time (UTC); finished days only.';
COMMENT ON COLUMN coverage_day.event_type IS 'mention, generation or moderation.';
COMMENT ON COLUMN coverage_day.platform IS 'Where it happened; other where few accounts and targets share the value.';
COMMENT ON COLUMN coverage_day.collection_id IS 'Which collector and query; other where rare.';
COMMENT ON COLUMN coverage_day.sampling_probability IS 'Chance with which an event was kept, above 0 up to 1; null where not said or rare.';
COMMENT ON COLUMN coverage_day.events IS 'Events.';
