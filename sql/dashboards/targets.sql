-- How many different targets were asked about in a period and in the one before it.
-- Counts exactly, from the mentions themselves: different targets cannot be summed from rollups. Requests about oneself and those whose
-- target is unknown are left out.
-- Parameters: $before, $since, $until (TIMESTAMP, UTC): the periods are [before, since) and [since, until);
--   $request_class (VARCHAR): null counts every class.
-- Columns: period (VARCHAR: before, now); targets (BIGINT).
-- Grain: one period, always both.
WITH asked AS (
    SELECT
        target_id,
        bool_or(occurred_at < $since::TIMESTAMP) AS earlier,
        bool_or(occurred_at >= $since::TIMESTAMP) AS later
    FROM mentions
    WHERE
        occurred_at >= $before::TIMESTAMP
        AND occurred_at < $until::TIMESTAMP
        AND NOT is_self
        AND target_id IS NOT NULL
        AND ($request_class::VARCHAR IS NULL OR request_class = $request_class::VARCHAR)
    GROUP BY target_id
),

counted AS MATERIALIZED (
    SELECT
        count(*) FILTER (earlier) AS earlier,
        count(*) FILTER (later) AS later
    FROM asked
)

SELECT 'before' AS period, counted.earlier AS targets FROM counted
UNION ALL
SELECT 'now' AS period, counted.later AS targets FROM counted
ORDER BY period
