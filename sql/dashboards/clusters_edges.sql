-- Pairs of accounts in one cluster, best supported first.
-- Parameters: $cluster_id (VARCHAR); $top (BIGINT): most rows.
-- Columns: account_a, account_b (UUID); co_actions (BIGINT): independent co-actions; expected (DOUBLE): by chance; p_value, q_value (DOUBLE);
--   window_seconds (INTEGER); found (BIGINT): all such pairs, also those beyond $top.
-- Grain: one pair.
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
WHERE cluster_id = $cluster_id::VARCHAR
ORDER BY q_value, co_actions DESC, account_a, account_b
LIMIT $top::BIGINT
