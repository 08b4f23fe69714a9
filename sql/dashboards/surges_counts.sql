-- How many surges and drops opened in a period and in the one before it, and how many are open now.
-- Parameters: $before, $since, $until (TIMESTAMP, UTC): the periods are [before, since) and [since, until).
-- Columns: finding (VARCHAR: surge, drop); opened, earlier (BIGINT): opened in the period and in the one before; open_now (BIGINT): not closed
--   at present, whenever opened; targets (BIGINT): different targets among the opened; accounts (BIGINT): the most behind one of them.
-- Grain: one finding, always both.
WITH kinds AS (
    SELECT unnest(['surge', 'drop']) AS finding
),

every AS (
    SELECT 'surge' AS finding, opened_at, closed_at, target_id, accounts FROM surges
    UNION ALL
    SELECT 'drop' AS finding, opened_at, closed_at, target_id, accounts FROM drops
),

counted AS (
    SELECT
        finding,
        count(*) FILTER (opened_at >= $since::TIMESTAMP AND opened_at < $until::TIMESTAMP) AS opened,
        count(*) FILTER (opened_at >= $before::TIMESTAMP AND opened_at < $since::TIMESTAMP) AS earlier,
        count(*) FILTER (closed_at IS NULL) AS open_now,
        count(DISTINCT target_id) FILTER (opened_at >= $since::TIMESTAMP AND opened_at < $until::TIMESTAMP) AS targets,
        max(accounts) FILTER (opened_at >= $since::TIMESTAMP AND opened_at < $until::TIMESTAMP) AS accounts
    FROM every
    GROUP BY finding
)

SELECT
    kinds.finding AS finding,
    coalesce(counted.opened, 0) AS opened,
    coalesce(counted.earlier, 0) AS earlier,
    coalesce(counted.open_now, 0) AS open_now,
    coalesce(counted.targets, 0) AS targets,
    coalesce(counted.accounts, 0) AS accounts
FROM kinds
LEFT JOIN counted ON kinds.finding = counted.finding
ORDER BY finding DESC
