-- Question: How many accounts are repeat requesters?
-- Method: Repeat requester: an account with at least 2 fulfilled requests of the class against at least 2 targets in 30 days, that is,
--   with two of them on different targets at most 30 days apart. Rate over active accounts (with a request of the class in the period),
--   with its 95 % Wilson score interval (Wilson 1927). rate_max counts every unknown answer (nobody has judged it) as fulfilled.
-- Caveats: A period under 30 days finds fewer. A request is fulfilled by its final answer; one whose target is unknown counts for
--   activity only. An account is not a person.
-- Catalogues: analyst.
-- Parameters: $since, $until (TIMESTAMP, UTC): of the mention; $request_class (VARCHAR) = sexualising; $span_days (BIGINT, from 1) = 30.
-- Columns: active_accounts, repeat_requesters (BIGINT); rate, low, high, rate_max (DOUBLE, 0 to 1): null without accounts; requests_share (DOUBLE,
--   0 to 1): share of all requests of the period that repeat requesters made.
-- Grain: one row.
WITH asked AS (
    SELECT event_id, account_id, target_id, occurred_at, outcome
    FROM exchanges_between($since::TIMESTAMP, $until::TIMESTAMP)
    WHERE request_class = $request_class::VARCHAR AND NOT is_self
),

-- Of two fulfilments on different targets, some two neighbours in time between them differ, and are no further apart.
steps AS (
    SELECT
        counting.unknown_too AS unknown_too,
        asked.account_id AS account_id,
        asked.target_id AS target_id,
        asked.occurred_at AS occurred_at,
        lag(asked.target_id) OVER counting_in_time AS target_before,
        lag(asked.occurred_at) OVER counting_in_time AS before_at
    FROM asked
    CROSS JOIN (SELECT unnest([false, true]) AS unknown_too) AS counting
    WHERE
        (asked.outcome = 'fulfilled' OR (counting.unknown_too AND asked.outcome = 'unknown'))
        AND asked.target_id IS NOT NULL
    WINDOW counting_in_time AS (PARTITION BY counting.unknown_too, asked.account_id ORDER BY asked.occurred_at, asked.event_id)
),

repeaters AS (
    SELECT account_id, bool_or(NOT unknown_too) AS is_repeater
    FROM steps
    WHERE target_before <> target_id AND occurred_at - before_at <= to_days($span_days::INTEGER)
    GROUP BY account_id
),

by_account AS (
    SELECT
        asked.account_id AS account_id,
        count(*) AS requests,
        coalesce(bool_or(repeaters.is_repeater), false) AS is_repeater,
        count(repeaters.account_id) > 0 AS may_be_repeater
    FROM asked
    LEFT JOIN repeaters ON asked.account_id = repeaters.account_id
    GROUP BY asked.account_id
),

rated AS (
    SELECT
        count(*) AS active_accounts,
        count(*) FILTER (is_repeater) AS repeat_requesters,
        count(*) FILTER (is_repeater) / nullif(count(*), 0) AS rate,
        count(*) FILTER (may_be_repeater) / nullif(count(*), 0) AS rate_max,
        sum(requests) FILTER (is_repeater) / nullif(sum(requests), 0) AS requests_share,
        1.959963984540054 AS z
    FROM by_account
),

bounded AS (
    SELECT
        *,
        (rate + z * z / (2 * active_accounts)) / (1 + z * z / active_accounts) AS centre,
        z * sqrt(rate * (1 - rate) / active_accounts + z * z / (4 * active_accounts * active_accounts))
        / (1 + z * z / active_accounts) AS half_width
    FROM rated
)

SELECT
    active_accounts,
    repeat_requesters,
    round(rate, 6) AS rate,
    CASE WHEN active_accounts > 0 THEN round(greatest(0, centre - half_width), 6) END AS low,
    CASE WHEN active_accounts > 0 THEN round(least(1, centre + half_width), 6) END AS high,
    round(rate_max, 6) AS rate_max,
    CASE WHEN active_accounts > 0 THEN round(coalesce(requests_share, 0), 6) END AS requests_share
FROM bounded
ORDER BY active_accounts
