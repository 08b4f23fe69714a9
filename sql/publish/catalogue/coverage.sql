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
HAVING sum(events)::BIGINT <> 0
