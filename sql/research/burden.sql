-- Question: How heavy is the burden on one target?
-- Method: For each target with a request of the class: requests, distinct accounts, fulfilled requests and those with an unknown answer
--   (final answers), and hours under attack (hours of the clock with at least $hour_requests requests). Quantiles over targets, by
--   discrete ranks.
-- Caveats: Quantiles only, never a maximum: a quantile is published where at least 8 targets lie at or above it, none of a measure with
--   fewer than 8 targets or with one target above half of its sum. Targets that nobody asked about are not in the distribution. Burden
--   is what was collected.
-- Catalogues: analyst.
-- Parameters: $since, $until (TIMESTAMP, UTC): of the mention; $request_class (VARCHAR) = sexualising; $hour_requests (BIGINT, from 1) = 1:
--   requests that make an hour one under attack.
-- Columns: measure (VARCHAR): requests, accounts, fulfilled, unknown or hours; targets (BIGINT): with a request; p50, p75, p90, p99
--   (BIGINT): null where suppressed; suppressed (BOOLEAN): one target stands out, or there are too few.
-- Grain: one measure.
WITH asked AS (
    SELECT target_id, account_id, occurred_at, outcome
    FROM exchanges_between($since::TIMESTAMP, $until::TIMESTAMP)
    WHERE request_class = $request_class::VARCHAR AND target_id IS NOT NULL AND NOT is_self
),

attacked AS (
    SELECT target_id, count(*) AS hours
    FROM (
        SELECT target_id, date_trunc('hour', occurred_at) AS attacked_hour
        FROM asked
        GROUP BY target_id, attacked_hour
        HAVING count(*) >= $hour_requests::BIGINT
    ) AS target_hours
    GROUP BY target_id
),

by_target AS (
    SELECT
        asked.target_id AS target_id,
        count(*) AS requests,
        count(DISTINCT asked.account_id) AS accounts,
        count(*) FILTER (asked.outcome = 'fulfilled') AS fulfilled,
        count(*) FILTER (asked.outcome = 'unknown') AS unknown,
        coalesce(any_value(attacked.hours), 0) AS hours
    FROM asked
    LEFT JOIN attacked ON asked.target_id = attacked.target_id
    GROUP BY asked.target_id
),

long AS (
    SELECT 'requests' AS measure, requests AS amount FROM by_target
    UNION ALL
    SELECT 'accounts' AS measure, accounts AS amount FROM by_target
    UNION ALL
    SELECT 'fulfilled' AS measure, fulfilled AS amount FROM by_target
    UNION ALL
    SELECT 'unknown' AS measure, unknown AS amount FROM by_target
    UNION ALL
    SELECT 'hours' AS measure, hours AS amount FROM by_target
),

spread AS (
    SELECT
        measure,
        count(*) AS targets,
        quantile_disc(amount, 0.5) AS p50,
        quantile_disc(amount, 0.75) AS p75,
        quantile_disc(amount, 0.9) AS p90,
        quantile_disc(amount, 0.99) AS p99,
        count(*) < 8 OR 2 * max(amount) > sum(amount) AS suppressed
    FROM long
    GROUP BY measure
),

above AS (
    SELECT
        long.measure AS measure,
        count(*) FILTER (long.amount >= spread.p75) AS p75_targets,
        count(*) FILTER (long.amount >= spread.p90) AS p90_targets,
        count(*) FILTER (long.amount >= spread.p99) AS p99_targets
    FROM long
    INNER JOIN spread ON long.measure = spread.measure
    GROUP BY long.measure
)

SELECT
    spread.measure AS measure,
    spread.targets AS targets,
    CASE WHEN NOT spread.suppressed THEN spread.p50 END AS p50,
    CASE WHEN NOT spread.suppressed AND above.p75_targets >= 8 THEN spread.p75 END AS p75,
    CASE WHEN NOT spread.suppressed AND above.p90_targets >= 8 THEN spread.p90 END AS p90,
    CASE WHEN NOT spread.suppressed AND above.p99_targets >= 8 THEN spread.p99 END AS p99,
    spread.suppressed AS suppressed
FROM spread
INNER JOIN above ON spread.measure = above.measure
ORDER BY list_position(['requests', 'accounts', 'fulfilled', 'unknown', 'hours'], spread.measure)
