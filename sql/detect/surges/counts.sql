-- Events per five-minute bin and series: mentions (not about oneself) in all and per class, generator, language and jurisdiction;
-- generations per outcome, surface and plan. Unknown values make no series.
-- Parameters: $first, $last (BIGINT): batches, both included; $since, $until (TIMESTAMP, UTC): event time, half-open.
-- Columns: bin (TIMESTAMP, UTC): its begin; kind, key (VARCHAR): the series; events (BIGINT). Grain: bin and series.
WITH asked AS (
    SELECT
        time_bucket(INTERVAL 5 MINUTE, occurred_at) AS bin,
        request_class,
        generator,
        "language",
        jurisdiction
    FROM mentions
    WHERE batch BETWEEN $first AND $last AND occurred_at >= $since AND occurred_at < $until AND NOT is_self
),

made AS (
    SELECT
        time_bucket(INTERVAL 5 MINUTE, occurred_at) AS bin,
        outcome,
        surface,
        plan
    FROM generations
    WHERE
        batch BETWEEN $first AND $last
        AND occurred_at >= $since
        AND occurred_at < $until
        AND account_id IS DISTINCT FROM target_id
),

counted AS (
    SELECT bin, 'all' AS kind, 'all' AS key, count(*) AS events FROM asked GROUP BY bin
    UNION ALL
    SELECT bin, 'request_class' AS kind, request_class AS key, count(*) AS events FROM asked GROUP BY bin, request_class
    UNION ALL
    SELECT bin, 'generator' AS kind, generator AS key, count(*) AS events FROM asked GROUP BY bin, generator
    UNION ALL
    SELECT bin, 'language' AS kind, "language" AS key, count(*) AS events FROM asked GROUP BY bin, "language"
    UNION ALL
    SELECT bin, 'jurisdiction' AS kind, jurisdiction AS key, count(*) AS events FROM asked GROUP BY bin, jurisdiction
    UNION ALL
    SELECT bin, 'outcome' AS kind, outcome AS key, count(*) AS events FROM made GROUP BY bin, outcome
    UNION ALL
    SELECT bin, 'surface' AS kind, surface AS key, count(*) AS events FROM made GROUP BY bin, surface
    UNION ALL
    SELECT bin, 'plan' AS kind, plan AS key, count(*) AS events FROM made GROUP BY bin, plan
)

SELECT
    bin,
    kind,
    key,
    events
FROM counted
WHERE key IS NOT NULL AND (kind = 'all' OR key <> 'unknown' OR kind = 'request_class')
ORDER BY bin, kind, key
