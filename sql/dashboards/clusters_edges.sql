-- Pairs of present accounts of one cluster, best supported first.
-- Parameters: $cluster_id (VARCHAR); $top (BIGINT): most rows.
-- Columns: account_a, account_b (UUID); co_actions (BIGINT): independent co-actions; expected (DOUBLE): by chance; p_value, q_value (DOUBLE);
--   window_seconds (INTEGER); found (BIGINT): all such pairs, also those beyond $top.
-- Grain: one pair.
WITH present AS (
    SELECT account_id FROM cluster_members WHERE cluster_id = $cluster_id::VARCHAR AND until IS NULL
)

SELECT
    account_a,
    account_b,
    co_actions,
    expected,
    p_value,
    q_value,
    window_seconds,
    count(*) OVER () AS found
FROM cluster_edges
WHERE
    cluster_id = $cluster_id::VARCHAR
    AND account_a IN (SELECT account_id FROM present)
    AND account_b IN (SELECT account_id FROM present)
ORDER BY q_value, co_actions DESC, account_a, account_b
LIMIT $top::BIGINT
