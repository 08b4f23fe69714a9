-- Targets with so many sexualising requests by so many accounts within so many minutes, and when that was first so on a day,
-- among targets that got one between two times or two batches.
-- Parameters: $since, $until (TIMESTAMP), $after_batch, $to_batch (BIGINT), $requests, $accounts (BIGINT), $minutes (INTEGER).
-- Columns: target_id (VARCHAR), met_on (DATE), met_at, began_at (TIMESTAMP), requests, accounts (BIGINT).
-- Grain: one target and day.
WITH new AS (
    SELECT target_id, min(occurred_at) AS first_at, max(occurred_at) AS last_at
    FROM mentions
    WHERE
        occurred_at >= $since AND occurred_at < $until AND batch > $after_batch AND batch <= $to_batch
        AND request_class = 'sexualising' AND target_id IS NOT NULL AND NOT is_self
    GROUP BY target_id
),

asked AS (
    SELECT m.target_id, m.account_id, m.occurred_at, n.first_at
    FROM mentions AS m
    INNER JOIN new AS n ON n.target_id = m.target_id
    WHERE
        m.occurred_at >= $since - to_minutes($minutes)
        AND m.occurred_at >= n.first_at - to_minutes($minutes) AND m.occurred_at <= n.last_at + to_minutes($minutes)
        AND m.occurred_at < $until AND m.batch <= $to_batch
        AND m.request_class = 'sexualising' AND NOT m.is_self
),

busy AS (
    SELECT *
    FROM asked
    QUALIFY count(*) OVER (PARTITION BY target_id) >= $requests
),

hourly AS (
    SELECT
        target_id,
        occurred_at,
        first_at,
        count(*) OVER w AS requests,
        count(DISTINCT account_id) OVER w AS accounts,
        min(occurred_at) OVER w AS began_at
    FROM busy
    WINDOW w AS (PARTITION BY target_id ORDER BY occurred_at RANGE BETWEEN to_minutes($minutes) PRECEDING AND CURRENT ROW)
)

SELECT
    CAST(target_id AS VARCHAR) AS target_id,
    CAST(occurred_at AS DATE) AS met_on,
    min(occurred_at) AS met_at,
    arg_min(began_at, occurred_at) AS began_at,
    arg_min(requests, occurred_at) AS requests,
    arg_min(accounts, occurred_at) AS accounts
FROM hourly
WHERE requests >= $requests AND accounts >= $accounts AND occurred_at >= first_at
GROUP BY target_id, met_on
ORDER BY met_at, target_id
