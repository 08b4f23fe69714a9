-- What was collected in a period, by collection: the table that stands beside every other of a release.
-- Parameters: $since, $until (TIMESTAMP, UTC).
-- Columns: event_type, platform, collection_id (VARCHAR); sampling_probability (DOUBLE, above 0 to 1): null where not said;
--   hours_covered (BIGINT): hours with any event; hours (BIGINT): of the period.
-- Grain: one type, platform, collection and probability.
SELECT
    event_type,
    platform,
    collection_id,
    sampling_probability,
    count(DISTINCT "hour") AS hours_covered,
    (epoch($until::TIMESTAMP - $since::TIMESTAMP) / 3600)::BIGINT AS hours
FROM coverage
WHERE "hour" >= $since::TIMESTAMP AND "hour" < $until::TIMESTAMP
GROUP BY event_type, platform, collection_id, sampling_probability
ORDER BY event_type, platform, collection_id, sampling_probability
