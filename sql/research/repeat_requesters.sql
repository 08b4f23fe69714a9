-- Question: How many accounts are repeat requesters?
-- Method: Repeat requester: an account with at least 2 fulfilled requests of the class against at least 2 targets in 30 days, that is,
--   with two of them on different targets at most 30 days apart. Rate over active accounts (with a request of the class in the period),
--   with its 95 % Wilson score interval (Wilson 1927).
-- Caveats: A period under 30 days finds fewer. A request is fulfilled by its final answer; one whose target is unknown counts for
--   activity only. An account is not a person.
-- Catalogues: analyst.
-- Parameters: $since, $until (TIMESTAMP, UTC): of the mention; $request_class (VARCHAR) = sexualising; $span_days (BIGINT, from 1) = 30.
-- Columns: active_accounts, repeat_requesters (BIGINT); rate, low, high (DOUBLE, 0 to 1): null without accounts; requests_share (DOUBLE,
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
        account_id,
        target_id,
        occurred_at,
        lag(target_id) OVER (PARTITION BY account_id ORDER BY occurred_at, event_id) AS target_before,
        lag(occurred_at) OVER (PARTITION BY account_id ORDER BY occurred_at, event_id) AS before_at
    FROM asked
    WHERE outcome = 'fulfilled' AND target_id IS NOT NULL
),

repeaters AS (
    SELECT DISTINCT account_id
    FROM steps
    WHERE target_before <> target_id AND occurred_at - before_at <= to_days($span_days::INTEGER)
),

by_account AS (
    SELECT asked.account_id AS account_id, count(*) AS requests, count(repeaters.account_id) > 0 AS is_repeater
    FROM asked
    LEFT JOIN repeaters ON asked.account_id = repeaters.account_id
    GROUP BY asked.account_id
),

rated AS (
    SELECT
        count(*) AS active_accounts,
        count(*) FILTER (is_repeater) AS repeat_requesters,
        count(*) FILTER (is_repeater) / nullif(count(*), 0) AS rate,
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
    CASE WHEN active_accounts > 0 THEN round(coalesce(requests_share, 0), 6) END AS requests_share
FROM bounded
ORDER BY active_accounts
