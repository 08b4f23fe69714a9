-- Requests of a period and of an earlier one of the same length, cut into the same number of steps: pairs for the interval of a change.
-- Requests about oneself are left out. Pairs without a request have no row.
-- Parameters: $before_since, $since, $until (TIMESTAMP, UTC): the periods begin at before_since and since; $pairs (BIGINT): how many;
--   $request_class (VARCHAR): null counts every class.
-- Columns: pair (BIGINT): number of the step, from 0; before, now (BIGINT): requests.
-- Grain: one pair.
WITH length AS (
    SELECT greatest(60, epoch($until::TIMESTAMP - $since::TIMESTAMP)::BIGINT // $pairs::BIGINT) AS step
),

counted AS (
    SELECT
        "minute" >= $since::TIMESTAMP AS later,
        epoch("minute" - CASE WHEN "minute" >= $since::TIMESTAMP THEN $since::TIMESTAMP ELSE $before_since::TIMESTAMP END)::BIGINT
        // (SELECT step FROM length) AS pair,
        requests
    FROM requests_minute
    WHERE
        (
            ("minute" >= $since::TIMESTAMP AND "minute" < $until::TIMESTAMP)
            OR (
                "minute" >= $before_since::TIMESTAMP
                AND "minute" < $before_since::TIMESTAMP + ($until::TIMESTAMP - $since::TIMESTAMP)
            )
        )
        AND NOT is_self
        AND ($request_class::VARCHAR IS NULL OR request_class = $request_class::VARCHAR)
)

SELECT
    pair,
    coalesce(sum(requests) FILTER (NOT later), 0)::BIGINT AS before,
    coalesce(sum(requests) FILTER (later), 0)::BIGINT AS now
FROM counted
GROUP BY pair
ORDER BY pair
