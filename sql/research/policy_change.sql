-- Question: What changed when a policy changed, and did the collector change at the same time?
-- Method: Three periods of $days days: placebo (the one before the one before), before, and after the date. Requests, answered rate =
--   fulfilled / (fulfilled + partial + refused), and their change against the period before; beside them what was collected in each. The
--   change from placebo to before says how much changes without a policy.
-- Caveats: Before and after is no proof of cause. comparable is false where collections or their sampling probability differ from the
--   period before, where the data do not reach over both periods, or where one holds a much longer silence: then the change may be the
--   collector's. Answers that come late are missing at the end of the data. On research: rows placed to a day or month are shared out by
--   time; requests_low and requests_high bound the count. rate_low and rate_high count
--   every unknown answer (nobody has judged it) as not fulfilled, and as fulfilled.
-- Catalogues: analyst, research.
-- Parameters: $policy_at (TIMESTAMP, UTC): begins the period after; $days (BIGINT, from 1) = 7: length of a period; $request_class
--   (VARCHAR) = sexualising.
-- Columns: period (VARCHAR): placebo, before or after; begins_at (TIMESTAMP, UTC); requests (BIGINT): exact on analyst, else estimated;
--   requests_low (BIGINT): surely in the period and class; requests_high (BIGINT): surely, possibly or
--   not published; fulfilled, partial, refused, unknown
--   (BIGINT): as requests; answered_rate (DOUBLE, 0 to 1): null without a decision, and where its bounds are more than 10 points
--   apart; rate_low, rate_high (DOUBLE, 0 to 1): its bounds; requests_change (DOUBLE): requests, times those of the period before;
--   change_low, change_high (DOUBLE): its bounds; rate_change (DOUBLE): difference of answered_rate to the period before; hours (BIGINT):
--   of the period, within the data; longest_silence_hours (BIGINT): most whole hours in a row without any event; collections (VARCHAR):
--   collection and sampling probability of each, by name; comparable (BOOLEAN): see caveats, null for the first.
-- Grain: one period, always three.
WITH bounds AS (
    SELECT
        number,
        ['placebo', 'before', 'after'][number] AS period,
        $policy_at::TIMESTAMP + to_days(($days::BIGINT * (number - 3))::INTEGER) AS begins_at,
        $policy_at::TIMESTAMP + to_days(($days::BIGINT * (number - 2))::INTEGER) AS ends_at
    FROM (SELECT unnest([1, 2, 3]) AS number) AS numbers
),

unpublished AS (
    SELECT 1 AS number, at_most
    FROM held_back_within(
        $policy_at::TIMESTAMP - to_days((2 * $days::BIGINT)::INTEGER), $policy_at::TIMESTAMP - to_days($days::INTEGER)
    )
    UNION ALL
    SELECT 2 AS number, at_most FROM held_back_within($policy_at::TIMESTAMP - to_days($days::INTEGER), $policy_at::TIMESTAMP)
    UNION ALL
    SELECT 3 AS number, at_most FROM held_back_within($policy_at::TIMESTAMP, $policy_at::TIMESTAMP + to_days($days::INTEGER))
),

asked AS (
    SELECT 1 AS number, request_class, is_self, outcome, share
    FROM requests_within(
        $policy_at::TIMESTAMP - to_days((2 * $days::BIGINT)::INTEGER), $policy_at::TIMESTAMP - to_days($days::INTEGER)
    )
    UNION ALL
    SELECT 2 AS number, request_class, is_self, outcome, share
    FROM requests_within($policy_at::TIMESTAMP - to_days($days::INTEGER), $policy_at::TIMESTAMP)
    UNION ALL
    SELECT 3 AS number, request_class, is_self, outcome, share
    FROM requests_within($policy_at::TIMESTAMP, $policy_at::TIMESTAMP + to_days($days::INTEGER))
),

-- Requests that are, or may be, of the class. `is_class`: they surely are.
kept AS (
    SELECT number, outcome, share, request_class = $request_class::VARCHAR AS is_class
    FROM asked
    WHERE NOT is_self AND request_class IN ($request_class::VARCHAR, 'merged')
),

counted AS (
    SELECT
        bounds.number AS number,
        coalesce(sum(kept.share) FILTER (kept.is_class), 0) AS requests,
        coalesce(sum(kept.share) FILTER (kept.is_class AND kept.outcome = 'fulfilled'), 0) AS fulfilled,
        coalesce(sum(kept.share) FILTER (kept.is_class AND kept.outcome = 'partial'), 0) AS partial,
        coalesce(sum(kept.share) FILTER (kept.is_class AND kept.outcome = 'refused'), 0) AS refused,
        coalesce(sum(kept.share) FILTER (kept.is_class AND kept.outcome = 'unknown'), 0) AS unknown,
        count(kept.share) FILTER (kept.is_class AND kept.share = 1) AS requests_low,
        count(kept.share) FILTER (kept.is_class AND kept.share = 1 AND kept.outcome = 'fulfilled') AS fulfilled_low,
        count(kept.share) FILTER (kept.is_class AND kept.share = 1 AND kept.outcome IN ('partial', 'refused')) AS others_low,
        count(kept.share) + any_value(unpublished.at_most) AS requests_high,
        count(kept.share) FILTER (kept.outcome IN ('fulfilled', 'unknown', 'merged'))
        + any_value(unpublished.at_most) AS fulfilled_high,
        count(kept.share) FILTER (kept.outcome IN ('partial', 'refused', 'unknown', 'merged'))
        + any_value(unpublished.at_most) AS others_high
    FROM bounds
    INNER JOIN unpublished ON bounds.number = unpublished.number
    LEFT JOIN kept ON bounds.number = kept.number
    GROUP BY bounds.number
),

rated AS (
    SELECT
        *,
        fulfilled / nullif(fulfilled + partial + refused, 0) AS estimated_rate,
        fulfilled_low / nullif(fulfilled_low + others_high, 0) AS rate_low,
        fulfilled_high / nullif(fulfilled_high + others_low, 0) AS rate_high
    FROM counted
),

data AS (
    SELECT min("hour") AS starts_at, max("hour") + INTERVAL 1 HOUR AS ends_at FROM coverage
),

spans AS (
    SELECT
        bounds.number AS number,
        greatest(bounds.begins_at, data.starts_at) AS begins_at,
        least(bounds.ends_at, data.ends_at) AS ends_at,
        bounds.begins_at >= data.starts_at AND bounds.ends_at <= data.ends_at AS is_whole
    FROM bounds
    CROSS JOIN data
),

-- One row an hour with an event, and one for the end of the period: from each the silence before it.
marks AS (
    SELECT DISTINCT spans.number AS number, coverage."hour" AS heard_at, coverage."hour" + INTERVAL 1 HOUR AS heard_until
    FROM spans
    INNER JOIN coverage ON spans.begins_at <= coverage."hour" AND spans.ends_at > coverage."hour"
    UNION ALL
    SELECT number, ends_at AS heard_at, ends_at AS heard_until FROM spans
),

silences AS (
    SELECT
        marks.number AS number,
        date_diff(
            'hour',
            lag(marks.heard_until, 1, spans.begins_at) OVER (PARTITION BY marks.number ORDER BY marks.heard_at),
            marks.heard_at
        ) AS silent_hours
    FROM marks
    INNER JOIN spans ON marks.number = spans.number
),

quiet AS (
    SELECT number, greatest(0, max(silent_hours)) AS longest FROM silences GROUP BY number
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
        coalesce(string_agg(DISTINCT collectors.collector, '; ' ORDER BY collectors.collector), '') AS collections
    FROM bounds
    LEFT JOIN collectors ON bounds.begins_at <= collectors."hour" AND bounds.ends_at > collectors."hour"
    GROUP BY bounds.number
),

joined AS (
    SELECT
        rated.*,
        bounds.period AS period,
        bounds.begins_at AS begins_at,
        CASE WHEN rated.rate_high - rated.rate_low <= 0.1 THEN rated.estimated_rate END AS answered_rate,
        greatest(0, date_diff('hour', spans.begins_at, spans.ends_at)) AS hours,
        coalesce(spans.is_whole, false) AS is_whole,
        quiet.longest AS longest,
        collected.collections AS collections
    FROM rated
    INNER JOIN bounds ON rated.number = bounds.number
    INNER JOIN collected ON rated.number = collected.number
    INNER JOIN spans ON rated.number = spans.number
    LEFT JOIN quiet ON rated.number = quiet.number
)

SELECT
    period,
    begins_at,
    round(requests)::BIGINT AS requests,
    requests_low,
    requests_high,
    round(fulfilled)::BIGINT AS fulfilled,
    round(partial)::BIGINT AS partial,
    round(refused)::BIGINT AS refused,
    round(unknown)::BIGINT AS unknown,
    round(answered_rate, 6) AS answered_rate,
    round(rate_low, 6) AS rate_low,
    round(rate_high, 6) AS rate_high,
    round(requests / nullif(lag(requests) OVER (ORDER BY number), 0), 6) AS requests_change,
    round(requests_low / nullif(lag(requests_high) OVER (ORDER BY number), 0), 6) AS change_low,
    round(requests_high / nullif(lag(requests_low) OVER (ORDER BY number), 0), 6) AS change_high,
    round(answered_rate - lag(answered_rate) OVER (ORDER BY number), 6) AS rate_change,
    hours,
    longest AS longest_silence_hours,
    collections,
    CASE
        WHEN number > 1
            THEN
                is_whole
                AND lag(is_whole) OVER (ORDER BY number)
                AND collections = lag(collections) OVER (ORDER BY number)
                AND coalesce(longest, 0) <= greatest(6, 2 * lag(longest) OVER (ORDER BY number))
                AND lag(longest) OVER (ORDER BY number) <= greatest(6, 2 * longest)
    END AS comparable
FROM joined
ORDER BY begins_at
