-- A random sample of requests from a choice: an order by seeded hash, so the same seed draws the same. Requests about oneself and those without
-- text are left out.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open); $request_class, $platform, $jurisdiction, $gender_source (VARCHAR): null takes all;
--   $seed (VARCHAR); $size (BIGINT): most items.
-- Columns: event_id (VARCHAR); drawn_from (BIGINT): requests in the choice.
-- Grain: one request.
WITH chosen AS (
    SELECT
        event_id,
        hash($seed::VARCHAR, event_id) AS place
    FROM mentions
    WHERE
        occurred_at >= $since::TIMESTAMP
        AND occurred_at < $until::TIMESTAMP
        AND NOT is_self
        AND prompt IS NOT NULL
        AND ($request_class::VARCHAR IS NULL OR request_class = $request_class::VARCHAR)
        AND ($platform::VARCHAR IS NULL OR platform = $platform::VARCHAR)
        AND ($jurisdiction::VARCHAR IS NULL OR jurisdiction = $jurisdiction::VARCHAR)
        AND ($gender_source::VARCHAR IS NULL OR target_gender_source = $gender_source::VARCHAR)
)

SELECT
    event_id::VARCHAR AS event_id,
    (SELECT count(*) FROM chosen) AS drawn_from
FROM chosen
ORDER BY place, event_id
LIMIT $size::BIGINT
