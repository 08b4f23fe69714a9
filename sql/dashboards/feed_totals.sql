-- What ingest took in over a period, by its own clock, and in the last whole five minutes of it.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open).
-- Columns: batches, accepted, duplicates, dead_letters, unknown_fields (BIGINT): of the period; accepted_recently (BIGINT): new events of
--   the five minutes before the period's last, unfinished minute.
-- Grain: one row.
SELECT
    coalesce(sum(batches), 0)::BIGINT AS batches,
    coalesce(sum(accepted), 0)::BIGINT AS accepted,
    coalesce(sum(duplicates), 0)::BIGINT AS duplicates,
    coalesce(sum(dead_letters), 0)::BIGINT AS dead_letters,
    coalesce(sum(unknown_fields), 0)::BIGINT AS unknown_fields,
    coalesce(
        sum(accepted) FILTER (
            "minute" >= $until::TIMESTAMP - INTERVAL 6 MINUTE AND "minute" < $until::TIMESTAMP - INTERVAL 1 MINUTE
        ),
        0
    )::BIGINT AS accepted_recently
FROM feed
WHERE
    "minute" >= $since::TIMESTAMP
    AND "minute" < $until::TIMESTAMP
ORDER BY batches
