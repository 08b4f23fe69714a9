-- How many incidents, once resolved, were found useful, by rule. Precision = useful / (useful + noise), with its 95 % Wilson score interval
-- (Wilson 1927); duplicates, and what was expected, count on neither side.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open): when they were opened.
-- Columns: rule (VARCHAR); useful, noise, duplicate, expected (BIGINT); value, low, high (DOUBLE, 0 to 1, null where nothing was judged).
-- Grain: one rule with at least one resolved incident.
WITH judged AS (
    SELECT
        "rule",
        count(*) FILTER (disposition = 'useful') AS useful,
        count(*) FILTER (disposition = 'noise') AS noise,
        count(*) FILTER (disposition = 'duplicate') AS duplicate,
        count(*) FILTER (disposition = 'expected') AS expected
    FROM incidents
    WHERE
        opened_at >= $since::TIMESTAMP
        AND opened_at < $until::TIMESTAMP
        AND merged_into IS NULL
        AND disposition IS NOT NULL
    GROUP BY "rule"
),

rated AS (
    SELECT
        *,
        useful + noise AS n,
        useful / nullif(useful + noise, 0) AS share,
        1.959963984540054 AS z
    FROM judged
),

bounded AS (
    SELECT
        *,
        (share + z * z / (2 * n)) / (1 + z * z / n) AS centre,
        z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n) AS half_width
    FROM rated
)

SELECT
    "rule",
    useful,
    noise,
    duplicate,
    expected,
    share AS value,
    CASE WHEN n > 0 THEN greatest(0, centre - half_width) END AS low,
    CASE WHEN n > 0 THEN least(1, centre + half_width) END AS high
FROM bounded
ORDER BY useful DESC, noise DESC, "rule"
