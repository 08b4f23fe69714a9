-- Cells of the release table outputs_by_day: images made, by day and how sexualised they are, for every level of its tree. Images of a
--   person's own request about herself are left out.
-- Parameters: $since, $until (TIMESTAMP, UTC): of the generation.
-- Columns: depth (INTEGER): keys that tell the cell apart, less one; made_on, sexualised (VARCHAR): null below the depth; amount
--   (BIGINT): images; accounts, targets (BIGINT): distinct ones; top_target (BIGINT): most images of one target.
-- Grain: one cell of one level.
WITH leaves AS (
    SELECT
        strftime(made.occurred_at, '%Y-%m-%d') AS made_on,
        made.sexualised AS sexualised,
        coalesce(made.account_id, asked.account_id) AS account_id,
        coalesce(made.target_id, asked.target_id) AS target_id,
        count(*) AS amount
    FROM generations AS made
    LEFT JOIN (
        SELECT event_id, account_id, target_id, is_self
        FROM mentions
        WHERE occurred_at >= $since::TIMESTAMP - INTERVAL 7 DAY AND occurred_at < $until::TIMESTAMP + INTERVAL 1 DAY
    ) AS asked ON made.mention_id = asked.event_id
    WHERE
        made.occurred_at >= $since::TIMESTAMP
        AND made.occurred_at < $until::TIMESTAMP
        AND made.outcome IN ('fulfilled', 'partial')
        AND coalesce(made.media_type, 'image') = 'image'
        AND NOT coalesce(asked.is_self, false)
    GROUP BY ALL
),

cells AS MATERIALIZED (
    SELECT
        levels.depth AS depth,
        leaves.made_on AS made_on,
        CASE WHEN levels.depth >= 1 THEN leaves.sexualised END AS sexualised,
        leaves.account_id AS account_id,
        leaves.target_id AS target_id,
        leaves.amount AS amount
    FROM leaves
    CROSS JOIN (SELECT unnest(range(2))::INTEGER AS depth) AS levels
),

summed AS (
    SELECT
        depth,
        made_on,
        sexualised,
        sum(amount)::BIGINT AS amount,
        count(DISTINCT account_id) AS accounts,
        count(DISTINCT target_id) AS targets
    FROM cells
    GROUP BY depth, made_on, sexualised
),

tops AS (
    SELECT
        depth,
        made_on,
        sexualised,
        max(amount) AS top_target
    FROM (
        SELECT depth, made_on, sexualised, target_id, sum(amount)::BIGINT AS amount
        FROM cells
        WHERE target_id IS NOT NULL
        GROUP BY depth, made_on, sexualised, target_id
    ) AS by_target
    GROUP BY depth, made_on, sexualised
)

SELECT
    summed.depth AS depth,
    summed.made_on AS made_on,
    summed.sexualised AS sexualised,
    summed.amount AS amount,
    summed.accounts AS accounts,
    summed.targets AS targets,
    coalesce(tops.top_target, 0) AS top_target
FROM summed
LEFT JOIN tops
    ON
        summed.depth = tops.depth
        AND summed.made_on IS NOT DISTINCT FROM tops.made_on
        AND summed.sexualised IS NOT DISTINCT FROM tops.sexualised
ORDER BY summed.depth, summed.made_on, summed.sexualised
