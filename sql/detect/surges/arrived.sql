-- What each collection brought, all types together, to tell silence from a dead feed and from a change of collection.
-- Parameters: $first, $last (BIGINT): batches, both included; $since, $until (TIMESTAMP, UTC): event time, half-open.
-- Columns: bin (TIMESTAMP, UTC): its begin; collection (VARCHAR): unnamed where a collector did not say; events (BIGINT);
-- probability (DOUBLE): mean sampling probability, null where unknown. Grain: bin and collection.
SELECT
    time_bucket(INTERVAL 5 MINUTE, occurred_at) AS bin,
    coalesce(collection_id, 'unnamed') AS collection,
    count(*) AS events,
    avg(sampling_probability) AS probability
FROM (
    SELECT
        occurred_at,
        collection_id,
        sampling_probability,
        batch
    FROM mentions
    UNION ALL
    SELECT
        occurred_at,
        collection_id,
        sampling_probability,
        batch
    FROM generations
) AS events
WHERE batch BETWEEN $first AND $last AND occurred_at >= $since AND occurred_at < $until
GROUP BY ALL
ORDER BY bin, collection
