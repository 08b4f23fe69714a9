-- Question: How often does a refusal not hold: the same account gets it for the same target after all?
-- Method: Pairs of account and target that were refused in the period, by their first refusal. Bypass rate = pairs that get a fulfilment
--   within 1 hour, and within 24 hours, of it. Refusals in the last 24 hours of the data are censored: counted, and in no rate. Where
--   not the account itself but another one gets it for the target in that time, the pair is relayed, and counted apart. bypass_max
--   counts an own request in that time whose answers nobody has judged as fulfilled. The 95 %
--   interval is a bootstrap over targets (Poisson weights, percentiles), since requests on one target are not independent; its weights
--   are a hash of the target and $seed that is pairwise independent (Carter and Wegman 1979), so the same data and seed give the same
--   interval. At none or all it
--   is Wilson's, with targets as the sample (a bootstrap has no width there). No interval under 8 targets.
-- Caveats: Whether the account reworded or only asked again is not told apart. Many accounts ask about some targets anyway, so not every
--   relay is one: compare with the fulfilments before the refusal. Made in an app, without a public mention, it has no class and is not
--   seen here.
-- Catalogues: analyst.
-- Parameters: $since, $until (TIMESTAMP, UTC): of the first refusal; $request_class (VARCHAR) = sexualising; $observed_until (TIMESTAMP,
--   UTC) = null: to when the data are complete, by default the watermark; $replicates (BIGINT, from 0) = 400: bootstrap draws, 0 for no
--   interval; $seed (VARCHAR) = 1: names the draws.
-- Columns: within_hours (BIGINT): 1 or 24; pairs (BIGINT): refused, not censored; censored (BIGINT): refused in the last 24 hours;
--   bypassed (BIGINT); relayed (BIGINT): not bypassed, but relayed; targets (BIGINT): of the pairs; bypass_rate, low, high, relay_rate,
--   bypass_max (DOUBLE, 0 to 1): of pairs, null without any.
-- Grain: one time.
WITH seen AS (
    SELECT coalesce($observed_until::TIMESTAMP, watermark, newest_occurred_at) AS seen_until FROM status
),

answers AS (
    SELECT asked.account_id AS account_id, asked.target_id AS target_id, made.outcome AS outcome, made.occurred_at AS answered_at
    FROM generations AS made
    INNER JOIN mentions AS asked ON made.mention_id = asked.event_id
    WHERE
        made.occurred_at >= $since::TIMESTAMP
        AND made.occurred_at < $until::TIMESTAMP + INTERVAL 1 DAY
        AND asked.occurred_at >= $since::TIMESTAMP - INTERVAL 7 DAY
        AND asked.occurred_at < $until::TIMESTAMP + INTERVAL 2 DAY
        AND asked.request_class = $request_class::VARCHAR
        AND asked.target_id IS NOT NULL
        AND NOT asked.is_self
    QUALIFY made.outcome <> 'unknown' OR bool_and(made.outcome = 'unknown') OVER (PARTITION BY made.mention_id)
),

refused AS (
    SELECT account_id, target_id, min(answered_at) AS refused_at
    FROM answers
    WHERE outcome = 'refused' AND answered_at < $until::TIMESTAMP
    GROUP BY account_id, target_id
),

outcomes AS (
    SELECT
        refused.account_id AS account_id,
        refused.target_id AS target_id,
        refused.refused_at AS refused_at,
        min(answers.answered_at) FILTER (answers.outcome = 'fulfilled' AND answers.account_id = refused.account_id) AS own_at,
        min(answers.answered_at) FILTER (answers.account_id = refused.account_id) AS own_possible_at,
        min(answers.answered_at) FILTER (answers.outcome = 'fulfilled' AND answers.account_id <> refused.account_id) AS other_at
    FROM refused
    LEFT JOIN answers
        ON
            refused.target_id = answers.target_id
            AND answers.outcome IN ('fulfilled', 'unknown')
            AND refused.refused_at < answers.answered_at
            AND answers.answered_at <= refused.refused_at + INTERVAL 1 DAY
    GROUP BY refused.account_id, refused.target_id, refused.refused_at
),

timed AS (
    SELECT
        spans.within_hours AS within_hours,
        outcomes.target_id AS target_id,
        outcomes.refused_at + INTERVAL 1 DAY > seen.seen_until AS is_censored,
        coalesce(outcomes.own_at <= outcomes.refused_at + to_hours(spans.within_hours), false) AS is_bypassed,
        coalesce(outcomes.own_possible_at <= outcomes.refused_at + to_hours(spans.within_hours), false) AS may_be_bypassed,
        coalesce(outcomes.other_at <= outcomes.refused_at + to_hours(spans.within_hours), false) AS is_relayed
    FROM outcomes
    CROSS JOIN seen
    CROSS JOIN (SELECT unnest([1::BIGINT, 24::BIGINT]) AS within_hours) AS spans
),

units AS (
    SELECT
        within_hours,
        (md5_number_lower(target_id::VARCHAR) % 2147483647)::BIGINT AS place,
        count(*) FILTER (NOT is_censored) AS total,
        count(*) FILTER (is_censored) AS censored,
        count(*) FILTER (NOT is_censored AND is_bypassed) AS positive,
        count(*) FILTER (NOT is_censored AND NOT is_bypassed AND is_relayed) AS relayed,
        count(*) FILTER (NOT is_censored AND may_be_bypassed) AS possible
    FROM timed
    GROUP BY within_hours, target_id
),

replicates AS (
    SELECT
        number,
        1 + (md5_number_lower(concat('a', $seed::VARCHAR, ':', number)) % 2147483646)::BIGINT AS a,
        (md5_number_lower(concat('c', $seed::VARCHAR, ':', number)) % 2147483647)::BIGINT AS c
    FROM (SELECT unnest(range($replicates::BIGINT)) AS number) AS numbers
),

drawn AS (
    SELECT
        units.within_hours AS within_hours,
        replicates.number AS number,
        units.positive AS positive,
        units.total AS total,
        (replicates.a * units.place + replicates.c) % 2147483647 AS place
    FROM units
    CROSS JOIN replicates
    WHERE units.total > 0
),

weighted AS (
    SELECT
        within_hours,
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
    SELECT within_hours, number, sum(weight * positive) / nullif(sum(weight * total), 0) AS rate
    FROM weighted
    GROUP BY within_hours, number
),

intervals AS (
    SELECT within_hours, quantile_cont(rate, 0.025) AS low, quantile_cont(rate, 0.975) AS high
    FROM resampled
    GROUP BY within_hours
),

totals AS (
    SELECT
        within_hours,
        sum(total)::BIGINT AS total,
        sum(censored)::BIGINT AS censored,
        sum(positive)::BIGINT AS positive,
        sum(relayed)::BIGINT AS relayed,
        sum(possible)::BIGINT AS possible,
        count(*) FILTER (total > 0) AS targets
    FROM units
    GROUP BY within_hours
)

SELECT
    totals.within_hours AS within_hours,
    totals.total AS pairs,
    totals.censored AS censored,
    totals.positive AS bypassed,
    totals.relayed AS relayed,
    totals.targets AS targets,
    round(totals.positive / nullif(totals.total, 0), 6) AS bypass_rate,
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
    round(totals.relayed / nullif(totals.total, 0), 6) AS relay_rate,
    round(totals.possible / nullif(totals.total, 0), 6) AS bypass_max
FROM totals
LEFT JOIN intervals ON totals.within_hours = intervals.within_hours
ORDER BY totals.within_hours
