-- Cells of the release table requests_by_jurisdiction: requests by class and declared jurisdiction, for every level of its tree.
--   Requests about oneself are left out.
-- Parameters: $since, $until (TIMESTAMP, UTC): of the mention.
-- Columns: depth (INTEGER): keys that tell the cell apart, less one; request_class, jurisdiction (VARCHAR): null below the depth; amount
--   (BIGINT): requests; accounts, targets (BIGINT): distinct ones; top_target (BIGINT): most requests about one target.
-- Grain: one cell of one level.
WITH leaves AS (
    SELECT
        request_class AS request_class,
        coalesce(jurisdiction, 'undeclared') AS jurisdiction,
        account_id,
        target_id,
        count(*) AS amount
    FROM exchanges_between($since::TIMESTAMP, $until::TIMESTAMP)
    WHERE NOT is_self
    GROUP BY ALL
),

cells AS MATERIALIZED (
    SELECT
        levels.depth AS depth,
        leaves.request_class AS request_class,
        CASE WHEN levels.depth >= 1 THEN leaves.jurisdiction END AS jurisdiction,
        leaves.account_id AS account_id,
        leaves.target_id AS target_id,
        leaves.amount AS amount
    FROM leaves
    CROSS JOIN (SELECT unnest(range(2))::INTEGER AS depth) AS levels
),

summed AS (
    SELECT
        depth,
        request_class,
        jurisdiction,
        sum(amount)::BIGINT AS amount,
        count(DISTINCT account_id) AS accounts,
        count(DISTINCT target_id) AS targets
    FROM cells
    GROUP BY depth, request_class, jurisdiction
),

tops AS (
    SELECT
        depth,
        request_class,
        jurisdiction,
        max(amount) AS top_target
    FROM (
        SELECT depth, request_class, jurisdiction, target_id, sum(amount)::BIGINT AS amount
        FROM cells
        WHERE target_id IS NOT NULL
        GROUP BY depth, request_class, jurisdiction, target_id
    ) AS by_target
    GROUP BY depth, request_class, jurisdiction
)

SELECT
    summed.depth AS depth,
    summed.request_class AS request_class,
    summed.jurisdiction AS jurisdiction,
    summed.amount AS amount,
    summed.accounts AS accounts,
    summed.targets AS targets,
    coalesce(tops.top_target, 0) AS top_target
FROM summed
LEFT JOIN tops
    ON
        summed.depth = tops.depth
        AND summed.request_class IS NOT DISTINCT FROM tops.request_class
        AND summed.jurisdiction IS NOT DISTINCT FROM tops.jurisdiction
ORDER BY summed.depth, summed.request_class, summed.jurisdiction
