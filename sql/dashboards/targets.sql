-- How many different targets were asked about in a period and in the one before it.
-- Counts exactly, from the mentions themselves: different targets cannot be summed from rollups. Requests about oneself and those whose
-- target is unknown are left out.
-- Parameters: $before, $since, $until (TIMESTAMP, UTC): the periods are [before, since) and [since, until);
--   $request_class (VARCHAR): null counts every class.
-- Columns: period (VARCHAR: before, now); targets (BIGINT).
-- Grain: one period, always both.
WITH periods AS (
    SELECT unnest(['before', 'now']) AS period
),

asked AS (
    SELECT DISTINCT
        CASE WHEN occurred_at < $since::TIMESTAMP THEN 'before' ELSE 'now' END AS period,
        target_id
    FROM mentions
    WHERE
        occurred_at >= $before::TIMESTAMP
        AND occurred_at < $until::TIMESTAMP
        AND NOT is_self
        AND target_id IS NOT NULL
        AND ($request_class::VARCHAR IS NULL OR request_class = $request_class::VARCHAR)
)

SELECT
    periods.period AS period,
    count(asked.target_id) AS targets
FROM periods
LEFT JOIN asked ON periods.period = asked.period
GROUP BY periods.period
ORDER BY periods.period
