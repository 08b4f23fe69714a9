-- Question: When a generator decides, how often does it do what it was asked?
-- Method: Answered rate = fulfilled / (fulfilled + partial + refused), by the final answer; partial, errors, unknown answers (nobody
--   has judged them) and requests without an answer stand beside it. rate_min and rate_max count every unknown answer as not fulfilled,
--   and as fulfilled. The 95 % interval is a bootstrap over targets (Poisson weights, percentiles), since requests on one target
--   are not independent; its weights are a hash of the target and $seed that is pairwise independent (Carter and Wegman 1979), so the
--   same data and seed give the same interval. At none or all it
--   is Wilson's, with targets as the sample (a bootstrap has no width there). No interval under 8 targets.
-- Caveats: Not the share of requests that were met: those without an answer, and errors, are no part of it (see request_rate). Answers
--   that came late or were not collected look like none.
-- Catalogues: analyst.
-- Parameters: $since, $until (TIMESTAMP, UTC): of the mention; $request_class (VARCHAR) = sexualising; $replicates (BIGINT, from 0) = 400:
--   bootstrap draws, 0 for no interval; $seed (VARCHAR) = 1: names the draws.
-- Columns: generator (VARCHAR): unknown where not said; requests, fulfilled, partial, refused, errors, unknown, unanswered
--   (BIGINT); targets (BIGINT): distinct ones, a request without a known target counts as one; answered_rate, low, high, rate_min,
--   rate_max (DOUBLE, 0 to 1): null where nothing was answered (the bounds: not even by unknown answers).
-- Grain: one generator.
WITH asked AS (
    SELECT
        coalesce(generator, 'unknown') AS generator,
        coalesce(target_id::VARCHAR, event_id::VARCHAR) AS unit,
        outcome
    FROM exchanges_between($since::TIMESTAMP, $until::TIMESTAMP)
    WHERE request_class = $request_class::VARCHAR AND NOT is_self
),

units AS (
    SELECT
        generator,
        (md5_number_lower(unit) % 2147483647)::BIGINT AS place,
        count(*) AS requests,
        count(*) FILTER (outcome = 'fulfilled') AS fulfilled,
        count(*) FILTER (outcome = 'partial') AS partial,
        count(*) FILTER (outcome = 'refused') AS refused,
        count(*) FILTER (outcome = 'error') AS errors,
        count(*) FILTER (outcome = 'unknown') AS unknown,
        count(*) FILTER (outcome = 'unanswered') AS unanswered
    FROM asked
    GROUP BY generator, unit
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
        units.generator AS generator,
        replicates.number AS number,
        units.fulfilled AS positive,
        units.fulfilled + units.partial + units.refused AS total,
        (replicates.a * units.place + replicates.c) % 2147483647 AS place
    FROM units
    CROSS JOIN replicates
    WHERE units.fulfilled + units.partial + units.refused > 0
),

weighted AS (
    SELECT
        generator,
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
    SELECT generator, number, sum(weight * positive) / nullif(sum(weight * total), 0) AS rate
    FROM weighted
    GROUP BY generator, number
),

intervals AS (
    SELECT generator, quantile_cont(rate, 0.025) AS low, quantile_cont(rate, 0.975) AS high
    FROM resampled
    GROUP BY generator
),

totals AS (
    SELECT
        generator,
        sum(requests)::BIGINT AS requests,
        sum(fulfilled)::BIGINT AS fulfilled,
        sum(partial)::BIGINT AS partial,
        sum(refused)::BIGINT AS refused,
        sum(errors)::BIGINT AS errors,
        sum(unknown)::BIGINT AS unknown,
        sum(unanswered)::BIGINT AS unanswered,
        count(*) AS targets
    FROM units
    GROUP BY generator
)

SELECT
    totals.generator AS generator,
    totals.requests AS requests,
    totals.fulfilled AS fulfilled,
    totals.partial AS partial,
    totals.refused AS refused,
    totals.errors AS errors,
    totals.unknown AS unknown,
    totals.unanswered AS unanswered,
    totals.targets AS targets,
    round(totals.fulfilled / nullif(totals.fulfilled + totals.partial + totals.refused, 0), 6) AS answered_rate,
    CASE
        WHEN totals.targets >= 8 AND totals.fulfilled = (totals.fulfilled + totals.partial + totals.refused) AND (totals.fulfilled + totals.partial + totals.refused) > 0
            THEN round(least(totals.targets, totals.fulfilled + totals.partial + totals.refused) / (least(totals.targets, totals.fulfilled + totals.partial + totals.refused) + 3.841458820694124), 6)
        WHEN totals.targets >= 8 THEN round(intervals.low, 6)
    END AS low,
    CASE
        WHEN totals.targets >= 8 AND totals.fulfilled = 0 AND (totals.fulfilled + totals.partial + totals.refused) > 0
            THEN round(3.841458820694124 / (least(totals.targets, totals.fulfilled + totals.partial + totals.refused) + 3.841458820694124), 6)
        WHEN totals.targets >= 8 THEN round(intervals.high, 6)
    END AS high,
    round(totals.fulfilled / nullif(totals.fulfilled + totals.partial + totals.refused + totals.unknown, 0), 6) AS rate_min,
    round(
        (totals.fulfilled + totals.unknown) / nullif(totals.fulfilled + totals.partial + totals.refused + totals.unknown, 0), 6
    ) AS rate_max
FROM totals
LEFT JOIN intervals ON totals.generator = intervals.generator
ORDER BY totals.generator
