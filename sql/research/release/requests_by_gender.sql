-- Cells of the release table requests_by_gender: requests by class, declared gender of the target and its source, for every level of its
--   tree. Requests about oneself are left out.
-- Parameters: $since, $until (TIMESTAMP, UTC): of the mention.
-- Columns: depth (INTEGER): keys that tell the cell apart, less one; request_class, target_gender, target_gender_source (VARCHAR): null
--   below the depth; amount (BIGINT): requests; accounts, targets (BIGINT): distinct ones; top_target (BIGINT): most requests about one
--   target.
-- Grain: one cell of one level.
WITH leaves AS (
    SELECT
        request_class AS request_class,
        target_gender AS target_gender,
        coalesce(target_gender_source, 'undeclared') AS target_gender_source,
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
        CASE WHEN levels.depth >= 1 THEN leaves.target_gender END AS target_gender,
        CASE WHEN levels.depth >= 2 THEN leaves.target_gender_source END AS target_gender_source,
        leaves.account_id AS account_id,
        leaves.target_id AS target_id,
        leaves.amount AS amount
    FROM leaves
    CROSS JOIN (SELECT unnest(range(3))::INTEGER AS depth) AS levels
),

summed AS (
    SELECT
        depth,
        request_class,
        target_gender,
        target_gender_source,
        sum(amount)::BIGINT AS amount,
        count(DISTINCT account_id) AS accounts,
        count(DISTINCT target_id) AS targets
    FROM cells
    GROUP BY depth, request_class, target_gender, target_gender_source
),

tops AS (
    SELECT
        depth,
        request_class,
        target_gender,
        target_gender_source,
        max(amount) AS top_target
    FROM (
        SELECT depth, request_class, target_gender, target_gender_source, target_id, sum(amount)::BIGINT AS amount
        FROM cells
        WHERE target_id IS NOT NULL
        GROUP BY depth, request_class, target_gender, target_gender_source, target_id
    ) AS by_target
    GROUP BY depth, request_class, target_gender, target_gender_source
)

SELECT
    summed.depth AS depth,
    summed.request_class AS request_class,
    summed.target_gender AS target_gender,
    summed.target_gender_source AS target_gender_source,
    summed.amount AS amount,
    summed.accounts AS accounts,
    summed.targets AS targets,
    coalesce(tops.top_target, 0) AS top_target
FROM summed
LEFT JOIN tops
    ON
        summed.depth = tops.depth
        AND summed.request_class IS NOT DISTINCT FROM tops.request_class
        AND summed.target_gender IS NOT DISTINCT FROM tops.target_gender
        AND summed.target_gender_source IS NOT DISTINCT FROM tops.target_gender_source
ORDER BY summed.depth, summed.request_class, summed.target_gender, summed.target_gender_source
