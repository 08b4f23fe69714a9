-- How many people were asked about in a period, and how the burden is spread: quantiles only, never one person's.
-- Requests about oneself are left out. Quantiles are null below 8 targets, or where one target bears more than half of all.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open); $request_class (VARCHAR): null counts every class.
-- Columns: targets, requests (BIGINT); first_time (BIGINT): never asked about before; repeated (BIGINT): with at least two hours of at least
--   5 requests by at least 3 accounts; answered (BIGINT): with a fulfilled answer; median_requests, p90_requests, median_accounts,
--   p90_accounts, median_hours, p90_hours (DOUBLE).
-- Grain: one row.
WITH asked AS MATERIALIZED (
    SELECT
        event_id,
        account_id,
        target_id,
        occurred_at
    FROM mentions
    WHERE
        occurred_at >= $since::TIMESTAMP
        AND occurred_at < $until::TIMESTAMP
        AND NOT is_self
        AND target_id IS NOT NULL
        AND ($request_class::VARCHAR IS NULL OR request_class = $request_class::VARCHAR)
),

-- Most targets meet one or two requests: their accounts and hours are told by the least and the greatest, without counting different ones.
counted AS MATERIALIZED (
    SELECT
        target_id,
        count(*) AS requests,
        1 + (min(account_id) <> max(account_id))::BIGINT AS accounts,
        1 + (date_trunc('hour', min(occurred_at)) <> date_trunc('hour', max(occurred_at)))::BIGINT AS hours
    FROM asked
    GROUP BY target_id
),

hourly AS (
    SELECT
        target_id,
        count(*) AS requests,
        list(account_id) AS who
    FROM asked
    WHERE target_id IN (SELECT counted.target_id FROM counted WHERE counted.requests > 2)
    GROUP BY target_id, date_trunc('hour', occurred_at)
),

often AS (
    SELECT
        target_id,
        len(list_distinct(flatten(list(who)))) AS accounts,
        count(*) AS hours,
        count(*) FILTER (CASE WHEN requests >= 5 THEN len(list_distinct(who)) ELSE 0 END >= 3) AS attacks
    FROM hourly
    GROUP BY target_id
),

burden AS (
    SELECT
        counted.requests AS requests,
        coalesce(often.accounts, counted.accounts) AS accounts,
        coalesce(often.hours, counted.hours) AS hours,
        coalesce(often.attacks, 0) AS attacks
    FROM counted
    LEFT JOIN often ON counted.target_id = often.target_id
),

fresh AS (
    SELECT count(*) AS targets
    FROM first_asked
    WHERE
        first_at >= $since::TIMESTAMP
        AND target_id IN (SELECT counted.target_id FROM counted)
),

met AS (
    SELECT count(DISTINCT asked.target_id) AS targets
    FROM generations
    INNER JOIN asked ON generations.mention_id = asked.event_id
    WHERE
        generations.outcome = 'fulfilled'
        AND generations.occurred_at >= $since::TIMESTAMP - INTERVAL 1 DAY
),

spread AS (
    SELECT
        count(*) AS targets,
        coalesce(sum(requests), 0)::BIGINT AS requests,
        count(*) FILTER (attacks > 1) AS repeated,
        count(*) >= 8 AND max(requests) * 2 <= sum(requests) AS may_show,
        quantile_cont(requests, 0.5) AS median_requests,
        quantile_cont(requests, 0.9) AS p90_requests,
        quantile_cont(accounts, 0.5) AS median_accounts,
        quantile_cont(accounts, 0.9) AS p90_accounts,
        quantile_cont(hours, 0.5) AS median_hours,
        quantile_cont(hours, 0.9) AS p90_hours
    FROM burden
)

SELECT
    spread.targets AS targets,
    spread.requests AS requests,
    fresh.targets AS first_time,
    spread.repeated AS repeated,
    met.targets AS answered,
    CASE WHEN spread.may_show THEN spread.median_requests END AS median_requests,
    CASE WHEN spread.may_show THEN spread.p90_requests END AS p90_requests,
    CASE WHEN spread.may_show THEN spread.median_accounts END AS median_accounts,
    CASE WHEN spread.may_show THEN spread.p90_accounts END AS p90_accounts,
    CASE WHEN spread.may_show THEN spread.median_hours END AS median_hours,
    CASE WHEN spread.may_show THEN spread.p90_hours END AS p90_hours
FROM spread
CROSS JOIN fresh
CROSS JOIN met
ORDER BY targets
