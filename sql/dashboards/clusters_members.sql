-- Present accounts of one cluster, with the pairs among them.
-- Parameters: $cluster_id (VARCHAR).
-- Columns: account_id (UUID); role (VARCHAR); since (TIMESTAMP, UTC); partners (BIGINT): other present members it shares a statistically
--   supported pair with; co_actions (BIGINT): independent co-actions in those pairs; best_q (DOUBLE, null without a pair).
-- Grain: one account.
WITH present AS (
    SELECT account_id, "role", since
    FROM cluster_members
    WHERE cluster_id = $cluster_id::VARCHAR AND until IS NULL
),

pairs AS (
    SELECT account_a, account_b, co_actions, q_value
    FROM cluster_edges
    WHERE
        cluster_id = $cluster_id::VARCHAR
        AND account_a IN (SELECT account_id FROM present)
        AND account_b IN (SELECT account_id FROM present)
),

ends AS (
    SELECT account_a AS account_id, co_actions, q_value FROM pairs
    UNION ALL
    SELECT account_b AS account_id, co_actions, q_value FROM pairs
),

counted AS (
    SELECT account_id, count(*) AS partners, sum(co_actions)::BIGINT AS co_actions, min(q_value) AS best_q
    FROM ends
    GROUP BY account_id
)

SELECT
    present.account_id AS account_id,
    present."role" AS "role",
    present.since AS since,
    coalesce(counted.partners, 0) AS partners,
    coalesce(counted.co_actions, 0) AS co_actions,
    counted.best_q AS best_q
FROM present
LEFT JOIN counted ON present.account_id = counted.account_id
ORDER BY co_actions DESC, account_id
