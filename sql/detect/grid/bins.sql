-- Five-minute bins in which something happened. Parameters: $since (TIMESTAMP, UTC). Columns: bin (TIMESTAMP, UTC): its begin. Grain: one bin.
SELECT DISTINCT time_bucket(INTERVAL 5 MINUTE, occurred_at) AS bin
FROM (
    SELECT occurred_at FROM mentions
    UNION ALL
    SELECT occurred_at FROM generations
) AS events
WHERE occurred_at >= $since
ORDER BY bin
