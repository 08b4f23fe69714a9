-- Accounts that belong to one cluster, or did when it last stood, with their supported pairs among them and the rule by which they belong.
-- Parameters: $cluster_id (VARCHAR).
-- Columns: account_id (UUID); role (VARCHAR); since (TIMESTAMP, UTC); partners (BIGINT): others of them it shares a supported pair with;
--   co_actions (BIGINT): independent co-actions in those pairs; best_q (DOUBLE, null without a pair); rule (VARCHAR: pair, cluster_test,
--   joined, candidate; may be null); error_rate (DOUBLE, may be null): what that rule admits; rule_value (DOUBLE, may be null): its own figure.
-- Grain: one account.
WITH present AS (
    SELECT account_id, "role", since, "rule", error_rate, rule_value
    FROM cluster_members
    WHERE cluster_id = $cluster_id::VARCHAR AND coalesce(standing, until IS NULL)
),

pairs AS (
    SELECT account_a, account_b, co_actions, q_value
    FROM cluster_edges
    WHERE
        cluster_id = $cluster_id::VARCHAR
        AND coalesce(supported, q_value <= 0.01)
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
    counted.best_q AS best_q,
    present."rule" AS "rule",
    present.error_rate AS error_rate,
    present.rule_value AS rule_value
FROM present
LEFT JOIN counted ON present.account_id = counted.account_id
ORDER BY co_actions DESC, account_id
