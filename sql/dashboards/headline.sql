-- Requests of a period and of an earlier one, with their final answers and the answered rate.
-- Answered rate = fulfilled / (fulfilled + partial + refused), with its 95 % Wilson score interval (Wilson 1927); errors and
-- requests without an answer are no part of it. Bounds of the rate count every answer that nobody has judged as not fulfilled, and as
-- fulfilled. Requests about oneself are counted apart and in nothing else.
-- Parameters: $before_since, $before_until, $since, $until (TIMESTAMP, UTC): the periods are [before_since, before_until), at or
--   before the other, and [since, until);
--   $request_class (VARCHAR): null counts every class.
-- Columns: period (VARCHAR: before, now); requests, fulfilled, partial, refused, errors, unknown, unanswered, self_requests (BIGINT);
--   answered_rate, low, high, rate_min, rate_max (DOUBLE, 0 to 1): null where nothing was answered (the bounds: not even by
--   unknown answers).
-- Grain: one period, always both.
WITH periods AS (
    SELECT unnest(['before', 'now']) AS period
),

counted AS (
    SELECT
        CASE WHEN "minute" < $since::TIMESTAMP THEN 'before' ELSE 'now' END AS period,
        coalesce(sum(requests) FILTER (NOT is_self), 0)::BIGINT AS requests,
        coalesce(sum(requests) FILTER (NOT is_self AND outcome = 'fulfilled'), 0)::BIGINT AS fulfilled,
        coalesce(sum(requests) FILTER (NOT is_self AND outcome = 'partial'), 0)::BIGINT AS partial,
        coalesce(sum(requests) FILTER (NOT is_self AND outcome = 'refused'), 0)::BIGINT AS refused,
        coalesce(sum(requests) FILTER (NOT is_self AND outcome = 'error'), 0)::BIGINT AS errors,
        coalesce(sum(requests) FILTER (NOT is_self AND outcome = 'unknown'), 0)::BIGINT AS unknown,
        coalesce(sum(requests) FILTER (NOT is_self AND outcome = 'unanswered'), 0)::BIGINT AS unanswered,
        coalesce(sum(requests) FILTER (is_self), 0)::BIGINT AS self_requests
    FROM requests_minute
    WHERE
        (
            ("minute" >= $since::TIMESTAMP AND "minute" < $until::TIMESTAMP)
            OR ("minute" >= $before_since::TIMESTAMP AND "minute" < $before_until::TIMESTAMP)
        )
        AND ($request_class::VARCHAR IS NULL OR request_class = $request_class::VARCHAR)
    GROUP BY ALL
),

rated AS (
    SELECT
        *,
        fulfilled + partial + refused AS n,
        fulfilled / nullif(fulfilled + partial + refused, 0) AS rate,
        1.959963984540054 AS z
    FROM counted
),

bounded AS (
    SELECT
        *,
        (rate + z * z / (2 * n)) / (1 + z * z / n) AS centre,
        z * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n)) / (1 + z * z / n) AS half_width
    FROM rated
)

SELECT
    periods.period AS period,
    coalesce(bounded.requests, 0) AS requests,
    coalesce(bounded.fulfilled, 0) AS fulfilled,
    coalesce(bounded.partial, 0) AS partial,
    coalesce(bounded.refused, 0) AS refused,
    coalesce(bounded.errors, 0) AS errors,
    coalesce(bounded.unknown, 0) AS unknown,
    coalesce(bounded.unanswered, 0) AS unanswered,
    coalesce(bounded.self_requests, 0) AS self_requests,
    bounded.rate AS answered_rate,
    CASE WHEN bounded.n > 0 THEN greatest(0, bounded.centre - bounded.half_width) END AS low,
    CASE WHEN bounded.n > 0 THEN least(1, bounded.centre + bounded.half_width) END AS high,
    bounded.fulfilled / nullif(bounded.n + bounded.unknown, 0) AS rate_min,
    (bounded.fulfilled + bounded.unknown) / nullif(bounded.n + bounded.unknown, 0) AS rate_max
FROM periods
LEFT JOIN bounded ON periods.period = bounded.period
ORDER BY periods.period
