-- How much each collection brought by day, where enough people are behind it. Grain: day, type, platform, collection, probability.
CREATE VIEW coverage_day AS
SELECT
    "day",
    event_type,
    platform,
    collection_id,
    sampling_probability,
    events
FROM files.coverage_day
