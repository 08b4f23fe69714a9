-- How many different targets were asked about in a period and in an earlier one, from the mentions themselves: different targets cannot be
-- summed from rollups. Requests about oneself and those whose target is unknown are left out.
-- With $one_in = 16 one in 16 targets is looked at, as people_sample holds them, and their number scaled up: each target is in it with the
-- same chance whatever was asked about her, so the count is binomial; low and high are its 95 % interval.
-- Parameters: $before_since, $before_until, $since, $until (TIMESTAMP, UTC): the periods are [before_since, before_until), at or
--   before the other, and [since, until); $request_class (VARCHAR): null counts every class; $one_in (BIGINT): 1 counts
--   exactly; 16.
-- Columns: period (VARCHAR: before, now); targets, low, high (BIGINT).
-- Grain: one period, always both.
WITH held AS (
    SELECT
        occurred_at,
        target_id,
        request_class
    FROM mentions
    WHERE $one_in::BIGINT = 1 AND NOT is_self AND target_id IS NOT NULL
    UNION ALL
    SELECT
        occurred_at,
        target_id,
        request_class
    FROM people_sample
    WHERE $one_in::BIGINT = 16 AND target_drawn
),

asked AS (
    SELECT
        target_id,
        bool_or(occurred_at < $before_until::TIMESTAMP) AS earlier,
        bool_or(occurred_at >= $since::TIMESTAMP) AS later
    FROM held
    WHERE
        occurred_at >= $before_since::TIMESTAMP
        AND occurred_at < $until::TIMESTAMP
        AND (occurred_at < $before_until::TIMESTAMP OR occurred_at >= $since::TIMESTAMP)
        AND ($request_class::VARCHAR IS NULL OR request_class = $request_class::VARCHAR)
    GROUP BY target_id
),

counted AS MATERIALIZED (
    SELECT
        count(*) FILTER (earlier) AS earlier,
        count(*) FILTER (later) AS later
    FROM asked
),

periods AS (
    SELECT 'before' AS period, counted.earlier AS met FROM counted
    UNION ALL
    SELECT 'now' AS period, counted.later AS met FROM counted
)

SELECT
    period,
    (met * $one_in::BIGINT)::BIGINT AS targets,
    greatest(met, $one_in::BIGINT * (met - 1.96 * sqrt(met * (1 - 1 / $one_in::BIGINT))))::BIGINT AS low,
    ($one_in::BIGINT * (met + 1.96 * sqrt(met * (1 - 1 / $one_in::BIGINT))))::BIGINT AS high
FROM periods
ORDER BY period
