-- Question: How large a share comes from new accounts?
-- Method: An account is new where it was made at most $new_days days before its request. Published is the month of creation only, so the
--   share has bounds: at least those whose whole month lies within that time, at most those of whose month any part does, and those of
--   unknown age.
-- Caveats: With 30 days the bounds are wide: read the lower one as "surely new". An account counts by its first request in the period.
-- Catalogues: analyst.
-- Parameters: $since, $until (TIMESTAMP, UTC): of the mention; $request_class (VARCHAR) = sexualising; $new_days (BIGINT, from 1) = 30.
-- Columns: unit (VARCHAR): accounts or requests; total (BIGINT); surely_new (BIGINT); possibly_new (BIGINT): surely or perhaps;
--   unknown_age (BIGINT); share_min (DOUBLE, 0 to 1): surely new of total; share_max (DOUBLE, 0 to 1): possibly new or of unknown age,
--   of total.
-- Grain: one unit.
WITH asked AS (
    SELECT
        account_id,
        occurred_at,
        account_created_at IS NULL AS is_unknown,
        coalesce(account_created_at::TIMESTAMP >= occurred_at - to_days($new_days::INTEGER), false) AS is_surely_new,
        coalesce(
            account_created_at::TIMESTAMP + INTERVAL 1 MONTH > occurred_at - to_days($new_days::INTEGER), false
        ) AS is_possibly_new,
        row_number() OVER (PARTITION BY account_id ORDER BY occurred_at, event_id) = 1 AS is_first
    FROM mentions
    WHERE
        occurred_at >= $since::TIMESTAMP
        AND occurred_at < $until::TIMESTAMP
        AND request_class = $request_class::VARCHAR
        AND NOT is_self
),

long AS (
    SELECT 'accounts' AS unit, is_unknown, is_surely_new, is_possibly_new FROM asked WHERE is_first
    UNION ALL
    SELECT 'requests' AS unit, is_unknown, is_surely_new, is_possibly_new FROM asked
),

counted AS (
    SELECT
        unit,
        count(*) AS total,
        count(*) FILTER (is_surely_new) AS surely_new,
        count(*) FILTER (is_possibly_new) AS possibly_new,
        count(*) FILTER (is_unknown) AS unknown_age
    FROM long
    GROUP BY unit
)

SELECT
    unit,
    total,
    surely_new,
    possibly_new,
    unknown_age,
    round(surely_new / total, 6) AS share_min,
    round((possibly_new + unknown_age) / total, 6) AS share_max
FROM counted
ORDER BY unit
