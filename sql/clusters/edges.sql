-- Pairs inside a cluster.
-- Parameters: $cluster_id (VARCHAR).
-- Columns: account_a, account_b (VARCHAR), co_actions (BIGINT), expected, p_value, q_value (DOUBLE), window_s (INTEGER, seconds).
-- Grain: one pair.
SELECT
    account_a::VARCHAR AS account_a,
    account_b::VARCHAR AS account_b,
    co_actions,
    expected,
    p_value,
    q_value,
    window_seconds AS window_s
FROM cluster_edges
WHERE cluster_id = $cluster_id
QUALIFY row_number() OVER (PARTITION BY account_a, account_b ORDER BY version DESC) = 1
ORDER BY account_a, account_b
