-- Accounts of one cluster, those that have left included.
-- Parameters: $cluster_id (VARCHAR).
-- Columns: account_id (UUID); role (VARCHAR); since, until (TIMESTAMP, UTC; until null while it belongs); partners (BIGINT): other members it
--   shares a statistically supported pair with; co_actions (BIGINT): independent co-actions in those pairs; best_q (DOUBLE, null without a pair).
-- Grain: one account.
WITH ends AS (
    SELECT account_a AS account_id, co_actions, q_value FROM cluster_edges WHERE cluster_id = $cluster_id::VARCHAR
    UNION ALL
    SELECT account_b AS account_id, co_actions, q_value FROM cluster_edges WHERE cluster_id = $cluster_id::VARCHAR
),

counted AS (
    SELECT account_id, count(*) AS partners, sum(co_actions)::BIGINT AS co_actions, min(q_value) AS best_q
    FROM ends
    GROUP BY account_id
)

SELECT
    cluster_members.account_id AS account_id,
    cluster_members."role" AS "role",
    cluster_members.since AS since,
    cluster_members.until AS until,
    coalesce(counted.partners, 0) AS partners,
    coalesce(counted.co_actions, 0) AS co_actions,
    counted.best_q AS best_q
FROM cluster_members
LEFT JOIN counted ON cluster_members.account_id = counted.account_id
WHERE cluster_members.cluster_id = $cluster_id::VARCHAR
ORDER BY cluster_members.until IS NULL DESC, co_actions DESC, account_id
