-- What each collection brought, by platform and type of event.
-- Parameters: $since, $until (TIMESTAMP, UTC): hours of event time that begin in [hour of since, until).
-- Columns: collection_id (VARCHAR, null where not said); platform, event_type (VARCHAR); sampling_probability (DOUBLE, 0 to 1, null where not
--   said); first_at, last_at (TIMESTAMP, UTC): event time; hours, events (BIGINT): hours with events, and events.
-- Grain: collection, platform, type and probability.
SELECT
    collection_id,
    platform,
    event_type,
    sampling_probability,
    min(first_at) AS first_at,
    max(last_at) AS last_at,
    count(*) AS hours,
    sum(events)::BIGINT AS events
FROM coverage
WHERE
    "hour" >= date_trunc('hour', $since::TIMESTAMP)
    AND "hour" < $until::TIMESTAMP
GROUP BY collection_id, platform, event_type, sampling_probability
ORDER BY events DESC, collection_id NULLS LAST, platform, event_type, sampling_probability NULLS LAST
