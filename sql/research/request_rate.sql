-- Question: Of all requests, how many are fully met in 10 minutes, and in 24 hours?
-- Method: Request rate = fulfilled within the time / all requests of the class, unanswered ones included; per request, and per distinct
--   pair of account and target (met where any request of the pair was). Requests younger than the time at the end of the data are left
--   out, and counted as pending. rate_max counts requests whose answers in time nobody has judged
--   as fulfilled. The 95 % interval is a bootstrap over targets (Poisson weights, percentiles), since requests on one
--   target are not independent; its weights are a hash of the target and $seed that is pairwise independent (Carter and Wegman 1979), so
--   the same data and seed give the same interval. At none or all it
--   is Wilson's, with targets as the sample (a bootstrap has no width there). No interval under 8 targets.
-- Caveats: Not the answered rate. A pair needs a known target, so requests without one are in the rows of requests only. A fulfilment
--   dated before its request (clocks disagree) counts as met in time.
-- Study: 21 of 102 (Reuters, 2 January 2026) is such a rate.
-- Catalogues: analyst.
-- Parameters: $since, $until (TIMESTAMP, UTC): of the mention; $request_class (VARCHAR) = sexualising; $observed_until (TIMESTAMP, UTC)
--   = null: to when the data are complete, by default the watermark; $replicates (BIGINT, from 0) = 400: bootstrap draws, 0 for no interval;
--   $seed (VARCHAR) = 1: names the draws.
-- Columns: unit (VARCHAR): request or pair; within_minutes (BIGINT): 10 or 1440; total (BIGINT): requests or pairs; fulfilled (BIGINT):
--   in time; unknown (BIGINT): answered in time, and nothing of it is judged; pending (BIGINT): requests left out as too
--   young; targets (BIGINT): distinct ones, a request without a known target counts as one; request_rate, low, high, rate_max (DOUBLE, 0 to 1).
-- Grain: one unit and time.
WITH seen AS (
    SELECT coalesce($observed_until::TIMESTAMP, watermark, newest_occurred_at) AS seen_until FROM status
),

asked AS (
    SELECT event_id, account_id, target_id, occurred_at
    FROM mentions
    WHERE
        occurred_at >= $since::TIMESTAMP
        AND occurred_at < $until::TIMESTAMP
        AND request_class = $request_class::VARCHAR
        AND NOT is_self
),

met AS (
    SELECT
        mention_id,
        min(occurred_at) FILTER (outcome = 'fulfilled') AS fulfilled_at,
        min(occurred_at) FILTER (outcome <> 'unknown') AS judged_at,
        min(occurred_at) FILTER (outcome = 'unknown') AS unknown_at
    FROM generations
    WHERE
        mention_id IS NOT NULL
        AND occurred_at >= $since::TIMESTAMP - INTERVAL 1 DAY
        AND occurred_at < $until::TIMESTAMP + INTERVAL 2 DAY
    GROUP BY mention_id
),

timed AS (
    SELECT
        spans.within_minutes AS within_minutes,
        asked.event_id AS event_id,
        asked.account_id AS account_id,
        asked.target_id AS target_id,
        asked.occurred_at + to_minutes(spans.within_minutes) > seen.seen_until AS is_pending,
        coalesce(met.fulfilled_at <= asked.occurred_at + to_minutes(spans.within_minutes), false) AS is_met,
        coalesce(met.unknown_at <= asked.occurred_at + to_minutes(spans.within_minutes), false)
        AND NOT coalesce(met.judged_at <= asked.occurred_at + to_minutes(spans.within_minutes), false) AS is_open
    FROM asked
    CROSS JOIN seen
    CROSS JOIN (SELECT unnest([10::BIGINT, 1440::BIGINT]) AS within_minutes) AS spans
    LEFT JOIN met ON asked.event_id = met.mention_id
),

units AS (
    SELECT
        'request' AS unit,
        within_minutes,
        coalesce(target_id::VARCHAR, event_id::VARCHAR) AS cluster,
        count(*) AS total,
        count(*) FILTER (is_met) AS positive,
        count(*) FILTER (is_open AND NOT is_met) AS unknown
    FROM timed
    WHERE NOT is_pending
    GROUP BY within_minutes, cluster
    UNION ALL
    SELECT
        'pair' AS unit,
        within_minutes,
        cluster,
        count(*) AS total,
        count(*) FILTER (is_met) AS positive,
        count(*) FILTER (is_open AND NOT is_met) AS unknown
    FROM (
        SELECT within_minutes, account_id, target_id::VARCHAR AS cluster, bool_or(is_met) AS is_met, bool_or(is_open) AS is_open
        FROM timed
        WHERE NOT is_pending AND target_id IS NOT NULL
        GROUP BY within_minutes, account_id, target_id
    ) AS pairs
    GROUP BY within_minutes, cluster
),

replicates AS (
    SELECT
        number,
        1 + (md5_number_lower(concat('a', $seed::VARCHAR, ':', number)) % 2147483646)::BIGINT AS a,
        (md5_number_lower(concat('c', $seed::VARCHAR, ':', number)) % 2147483647)::BIGINT AS c
    FROM (SELECT unnest(range($replicates::BIGINT)) AS number) AS numbers
),

placed AS MATERIALIZED (
    SELECT *, (md5_number_lower(cluster) % 2147483647)::BIGINT AS place FROM units
),

drawn AS (
    SELECT
        placed.unit AS unit,
        placed.within_minutes AS within_minutes,
        replicates.number AS number,
        placed.positive AS positive,
        placed.total AS total,
        (replicates.a * placed.place + replicates.c) % 2147483647 AS place
    FROM placed
    CROSS JOIN replicates
),

weighted AS (
    SELECT
        unit,
        within_minutes,
        number,
        positive,
        total,
        CASE
            WHEN place < 790015083 THEN 0
            WHEN place < 1580030167 THEN 1
            WHEN place < 1975037709 THEN 2
            WHEN place < 2106706890 THEN 3
            WHEN place < 2139624185 THEN 4
            WHEN place < 2146207644 THEN 5
            WHEN place < 2147304887 THEN 6
            ELSE 7
        END AS weight
    FROM drawn
),

resampled AS (
    SELECT unit, within_minutes, number, sum(weight * positive) / nullif(sum(weight * total), 0) AS rate
    FROM weighted
    GROUP BY unit, within_minutes, number
),

intervals AS (
    SELECT unit, within_minutes, quantile_cont(rate, 0.025) AS low, quantile_cont(rate, 0.975) AS high
    FROM resampled
    GROUP BY unit, within_minutes
),

totals AS (
    SELECT
        unit,
        within_minutes,
        sum(total)::BIGINT AS total,
        sum(positive)::BIGINT AS positive,
        sum(unknown)::BIGINT AS unknown,
        count(*) AS targets
    FROM units
    GROUP BY unit, within_minutes
),

waiting AS (
    SELECT within_minutes, count(*) FILTER (is_pending) AS pending FROM timed GROUP BY within_minutes
)

SELECT
    totals.unit AS unit,
    totals.within_minutes AS within_minutes,
    totals.total AS total,
    totals.positive AS fulfilled,
    totals.unknown AS unknown,
    waiting.pending AS pending,
    totals.targets AS targets,
    round(totals.positive / totals.total, 6) AS request_rate,
    CASE
        WHEN totals.targets >= 8 AND totals.positive = totals.total AND totals.total > 0
            THEN round(least(totals.targets, totals.total) / (least(totals.targets, totals.total) + 3.841458820694124), 6)
        WHEN totals.targets >= 8 THEN round(intervals.low, 6)
    END AS low,
    CASE
        WHEN totals.targets >= 8 AND totals.positive = 0 AND totals.total > 0
            THEN round(3.841458820694124 / (least(totals.targets, totals.total) + 3.841458820694124), 6)
        WHEN totals.targets >= 8 THEN round(intervals.high, 6)
    END AS high,
    round((totals.positive + totals.unknown) / totals.total, 6) AS rate_max
FROM totals
INNER JOIN waiting ON totals.within_minutes = waiting.within_minutes
LEFT JOIN intervals ON totals.unit = intervals.unit AND totals.within_minutes = intervals.within_minutes
ORDER BY totals.unit DESC, totals.within_minutes
