-- When each collection ran: runs of hours that hold at least one of its events. A gap may be a collector that stood still or a quiet hour.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open); $event_type (VARCHAR: mention, generation or moderation): null takes all.
-- Columns: collection_id (VARCHAR, null where not said); sampling_probability (DOUBLE, 0 to 1, null where not said); first_at, last_at
--   (TIMESTAMP, UTC, both included): event time of the run's first and last event; events (BIGINT, at least 1).
-- Grain: one run of hours of one collection at one probability.
WITH hours AS (
    SELECT
        collection_id,
        sampling_probability,
        "hour",
        min(first_at) AS first_at,
        max(last_at) AS last_at,
        sum(events) AS events
    FROM coverage
    WHERE
        "hour" >= date_trunc('hour', $since::TIMESTAMP)
        AND "hour" < $until::TIMESTAMP
        AND ($event_type::VARCHAR IS NULL OR event_type = $event_type::VARCHAR)
    GROUP BY ALL
),

numbered AS (
    SELECT
        *,
        "hour" - to_hours(row_number() OVER (PARTITION BY collection_id, sampling_probability ORDER BY "hour")) AS run
    FROM hours
)

SELECT
    collection_id,
    sampling_probability,
    min(first_at) AS first_at,
    max(last_at) AS last_at,
    sum(events)::BIGINT AS events
FROM numbered
GROUP BY collection_id, sampling_probability, run
ORDER BY collection_id NULLS LAST, sampling_probability NULLS LAST, first_at
