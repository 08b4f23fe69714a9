-- Question: What changed when a policy changed, and did the collector change at the same time?
-- Method: Three periods of $days days: placebo (the one before the one before), before, and after the date. Requests, answered rate =
--   fulfilled / (fulfilled + partial + refused), and their change against the period before; beside them what was collected in each. The
--   change from placebo to before says how much changes without a policy.
-- Caveats: Before and after is no proof of cause. comparable is false where collections, their sampling probability or the hours covered
--   differ from the period before: then the change may be the collector's. Answers that come late are missing at the end of the data. On
--   research: what is too rare for its day, or at the ends of a period for its hour, is left out.
-- Catalogues: analyst, research.
-- Parameters: $policy_at (TIMESTAMP, UTC): its hour begins the period after; $days (BIGINT, from 1) = 7: length of a period; $request_class
--   (VARCHAR) = sexualising.
-- Columns: period (VARCHAR): placebo, before or after; begins_at (TIMESTAMP, UTC); requests, fulfilled, partial, refused (BIGINT);
--   answered_rate (DOUBLE, 0 to 1); requests_change (DOUBLE): requests of a covered hour, times those of the period before; rate_change
--   (DOUBLE): difference of answered_rate to the period before; hours, hours_covered (BIGINT): of the period, and with any mention
--   collected; collections (VARCHAR): collection and sampling probability of each, by name; comparable (BOOLEAN): the same as the period
--   before, null for the first.
-- Grain: one period, always three.
WITH bounds AS (
    SELECT
        number,
        ['placebo', 'before', 'after'][number] AS period,
        date_trunc('hour', $policy_at::TIMESTAMP) + to_days(($days::BIGINT * (number - 3))::INTEGER) AS begins_at,
        date_trunc('hour', $policy_at::TIMESTAMP) + to_days(($days::BIGINT * (number - 2))::INTEGER) AS ends_at
    FROM (SELECT unnest([1, 2, 3]) AS number) AS numbers
),

asked AS (
    SELECT bounds.number, requests_day.outcome, requests_day.requests
    FROM bounds
    INNER JOIN requests_day
        ON
            bounds.begins_at <= requests_day."day"
            AND bounds.ends_at >= requests_day."day" + INTERVAL 1 DAY
            AND requests_day.request_class = $request_class::VARCHAR
            AND NOT requests_day.is_self
    UNION ALL
    SELECT bounds.number, requests_hour.outcome, requests_hour.requests
    FROM bounds
    INNER JOIN requests_hour
        ON
            bounds.begins_at <= requests_hour."hour"
            AND bounds.ends_at > requests_hour."hour"
            AND requests_hour.request_class = $request_class::VARCHAR
            AND NOT requests_hour.is_self
            AND NOT (
                bounds.begins_at <= date_trunc('day', requests_hour."hour")
                AND bounds.ends_at >= date_trunc('day', requests_hour."hour") + INTERVAL 1 DAY
            )
),

counted AS (
    SELECT
        bounds.number AS number,
        coalesce(sum(asked.requests), 0)::BIGINT AS requests,
        coalesce(sum(asked.requests) FILTER (asked.outcome = 'fulfilled'), 0)::BIGINT AS fulfilled,
        coalesce(sum(asked.requests) FILTER (asked.outcome = 'partial'), 0)::BIGINT AS partial,
        coalesce(sum(asked.requests) FILTER (asked.outcome = 'refused'), 0)::BIGINT AS refused
    FROM bounds
    LEFT JOIN asked ON bounds.number = asked.number
    GROUP BY bounds.number
),

collectors AS (
    SELECT
        "hour",
        concat_ws(
            ' ', coalesce(platform, '-'), coalesce(collection_id, '-'), coalesce(sampling_probability::VARCHAR, '-')
        ) AS collector
    FROM coverage
    WHERE event_type = 'mention'
),

collected AS (
    SELECT
        bounds.number AS number,
        count(DISTINCT collectors."hour") AS hours_covered,
        coalesce(string_agg(DISTINCT collectors.collector, '; ' ORDER BY collectors.collector), '') AS collections
    FROM bounds
    LEFT JOIN collectors ON bounds.begins_at <= collectors."hour" AND bounds.ends_at > collectors."hour"
    GROUP BY bounds.number
),

joined AS (
    SELECT
        bounds.number AS number,
        bounds.period AS period,
        bounds.begins_at AS begins_at,
        counted.requests AS requests,
        counted.fulfilled AS fulfilled,
        counted.partial AS partial,
        counted.refused AS refused,
        counted.fulfilled / nullif(counted.fulfilled + counted.partial + counted.refused, 0) AS answered_rate,
        $days::BIGINT * 24 AS hours,
        collected.hours_covered AS hours_covered,
        counted.requests / nullif(collected.hours_covered, 0) AS hourly,
        collected.collections AS collections
    FROM bounds
    INNER JOIN counted ON bounds.number = counted.number
    INNER JOIN collected ON bounds.number = collected.number
)

SELECT
    period,
    begins_at,
    requests,
    fulfilled,
    partial,
    refused,
    round(answered_rate, 6) AS answered_rate,
    round(hourly / nullif(lag(hourly) OVER (ORDER BY number), 0), 6) AS requests_change,
    round(answered_rate - lag(answered_rate) OVER (ORDER BY number), 6) AS rate_change,
    hours,
    hours_covered,
    collections,
    hours_covered > 0
    AND collections = lag(collections) OVER (ORDER BY number)
    AND hours_covered = lag(hours_covered) OVER (ORDER BY number) AS comparable
FROM joined
ORDER BY begins_at
