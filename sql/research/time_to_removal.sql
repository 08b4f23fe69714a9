-- Question: How fast is content taken down after a valid report, and how much is still up after 48 hours?
-- Method: Time to removal = removed - first valid report, for each reported post or media item, as cumulative incidence (Aalen and
--   Johansen 1978): deletion by the author competes, open cases are censored at the end of the data. Share still up with a log-log 95 %
--   interval of the Kaplan-Meier estimate of either end (Greenwood; Kalbfleisch and Prentice). P90: time by which 90 % were removed;
--   none where that is never reached.
-- Caveats: The 48-hour duty in the United States dates from 19 May 2026: cases whose first valid report is earlier are described, not
--   scored against it; whether the duty applies to a case (jurisdiction, reporter, content) is not decided here. Items that were down
--   before the report are left out. What came back later (restored) stays counted as removed. Cases of one target are not independent.
-- Catalogues: analyst.
-- Parameters: $since, $until (TIMESTAMP, UTC): of the first valid report; $duty_from (TIMESTAMP, UTC) = 2026-05-19; $observed_until
--   (TIMESTAMP, UTC) = null: to when the data are complete, by default the watermark.
-- Columns: period (VARCHAR): before_duty, under_duty or all; scored (BOOLEAN): whether the 48-hour duty is a yardstick; cases, removed,
--   deleted, censored (BIGINT); already_down (BIGINT): left out; removed_1h, removed_24h, removed_48h, deleted_48h (DOUBLE, 0 to 1):
--   cumulative incidence, null where nobody was watched so long; up_48h, up_low, up_high (DOUBLE, 0 to 1): still up; median_hours,
--   p90_hours (DOUBLE, hours): to removal.
-- Grain: one period.
WITH seen AS (
    SELECT coalesce($observed_until::TIMESTAMP, watermark, newest_occurred_at) AS seen_until FROM status
),

reports AS (
    SELECT subject_type, subject_id, min(occurred_at) AS valid_at
    FROM moderations
    WHERE action = 'report_validated' AND subject_type IN ('post', 'media')
    GROUP BY subject_type, subject_id
    HAVING min(occurred_at) >= $since::TIMESTAMP AND min(occurred_at) < $until::TIMESTAMP
),

ends AS (
    SELECT
        reports.subject_type AS subject_type,
        reports.subject_id AS subject_id,
        reports.valid_at AS valid_at,
        bool_or(moderations.occurred_at < reports.valid_at) AS is_down_before,
        min(moderations.occurred_at) FILTER (moderations.action = 'removed') AS removed_at,
        min(moderations.occurred_at) FILTER (moderations.action = 'deleted_by_author') AS deleted_at
    FROM reports
    LEFT JOIN moderations
        ON
            reports.subject_type = moderations.subject_type
            AND reports.subject_id = moderations.subject_id
            AND moderations.action IN ('removed', 'deleted_by_author')
    GROUP BY reports.subject_type, reports.subject_id, reports.valid_at
),

cases AS (
    SELECT
        coalesce(ends.is_down_before, false) AS is_down_before,
        CASE WHEN ends.valid_at >= $duty_from::TIMESTAMP THEN 'under_duty' ELSE 'before_duty' END AS period,
        CASE
            WHEN coalesce(least(ends.removed_at, ends.deleted_at) > seen.seen_until, true) THEN 'censored'
            WHEN ends.deleted_at IS NULL OR ends.removed_at <= ends.deleted_at THEN 'removed'
            ELSE 'deleted'
        END AS ending,
        greatest(0, epoch(least(ends.removed_at, ends.deleted_at, seen.seen_until) - ends.valid_at)) AS seconds
    FROM ends
    CROSS JOIN seen
),

grouped AS (
    SELECT period, is_down_before, ending, seconds FROM cases
    UNION ALL
    SELECT 'all' AS period, is_down_before, ending, seconds FROM cases
),

counted AS (
    SELECT
        period,
        count(*) FILTER (NOT is_down_before) AS cases,
        count(*) FILTER (NOT is_down_before AND ending = 'removed') AS removed,
        count(*) FILTER (NOT is_down_before AND ending = 'deleted') AS deleted,
        count(*) FILTER (NOT is_down_before AND ending = 'censored') AS censored,
        count(*) FILTER (is_down_before) AS already_down,
        max(seconds) FILTER (NOT is_down_before) AS longest
    FROM grouped
    GROUP BY period
),

moments AS (
    SELECT
        period,
        seconds,
        count(*) FILTER (ending = 'removed') AS removed,
        count(*) FILTER (ending = 'deleted') AS deleted,
        sum(count(*)) OVER (PARTITION BY period ORDER BY seconds DESC) AS at_risk
    FROM grouped
    WHERE NOT is_down_before
    GROUP BY period, seconds
),

survival AS (
    SELECT
        *,
        product(1 - (removed + deleted) / at_risk) OVER (PARTITION BY period ORDER BY seconds) AS up,
        sum((removed + deleted) / (at_risk * nullif(at_risk - removed - deleted, 0)))
            OVER (PARTITION BY period ORDER BY seconds) AS greenwood
    FROM moments
),

steps AS (
    SELECT *, lag(up, 1, 1) OVER (PARTITION BY period ORDER BY seconds) AS up_before FROM survival
),

incidence AS (
    SELECT
        period,
        seconds,
        up,
        greenwood,
        sum(up_before * removed / at_risk) OVER (PARTITION BY period ORDER BY seconds) AS removed_share,
        sum(up_before * deleted / at_risk) OVER (PARTITION BY period ORDER BY seconds) AS deleted_share
    FROM steps
),

marks AS (
    SELECT
        period,
        coalesce(max(removed_share) FILTER (seconds <= 3600), 0) AS removed_1h,
        coalesce(max(removed_share) FILTER (seconds <= 86400), 0) AS removed_24h,
        coalesce(max(removed_share) FILTER (seconds <= 172800), 0) AS removed_48h,
        coalesce(max(deleted_share) FILTER (seconds <= 172800), 0) AS deleted_48h,
        coalesce(min(up) FILTER (seconds <= 172800), 1) AS up_48h,
        max(greenwood) FILTER (seconds <= 172800) AS greenwood_48h,
        min(seconds) FILTER (removed_share >= 0.5) AS median_seconds,
        min(seconds) FILTER (removed_share >= 0.9) AS p90_seconds
    FROM incidence
    GROUP BY period
),

spread AS (
    SELECT
        *,
        CASE
            WHEN up_48h > 0 AND up_48h < 1 THEN 1.959963984540054 * sqrt(greenwood_48h) / abs(ln(up_48h))
        END AS log_width
    FROM marks
)

SELECT
    counted.period AS period,
    counted.period = 'under_duty' AS scored,
    counted.cases AS cases,
    counted.removed AS removed,
    counted.deleted AS deleted,
    counted.censored AS censored,
    counted.already_down AS already_down,
    CASE WHEN counted.longest >= 3600 OR counted.censored = 0 THEN round(spread.removed_1h, 6) END AS removed_1h,
    CASE WHEN counted.longest >= 86400 OR counted.censored = 0 THEN round(spread.removed_24h, 6) END AS removed_24h,
    CASE WHEN counted.longest >= 172800 OR counted.censored = 0 THEN round(spread.removed_48h, 6) END AS removed_48h,
    CASE WHEN counted.longest >= 172800 OR counted.censored = 0 THEN round(spread.deleted_48h, 6) END AS deleted_48h,
    CASE WHEN counted.longest >= 172800 OR counted.censored = 0 THEN round(spread.up_48h, 6) END AS up_48h,
    CASE WHEN counted.longest >= 172800 OR counted.censored = 0 THEN round(pow(spread.up_48h, exp(spread.log_width)), 6) END AS up_low,
    CASE WHEN counted.longest >= 172800 OR counted.censored = 0 THEN round(pow(spread.up_48h, exp(-spread.log_width)), 6) END AS up_high,
    round(spread.median_seconds / 3600, 3) AS median_hours,
    round(spread.p90_seconds / 3600, 3) AS p90_hours
FROM counted
LEFT JOIN spread ON counted.period = spread.period
ORDER BY counted.period = 'all', counted.period
