-- Which collection ran in which hour, derived from the events: a change here is a change of the collector, not of the world. How much it brought: coverage_day. Grain: hour, type, platform, collection, probability.
CREATE VIEW coverage AS
SELECT
    "hour",
    event_type,
    platform,
    collection_id,
    sampling_probability
FROM files.coverage
