-- Pairs inside a cluster, supported or only seen together.
-- Parameters: $cluster_id (VARCHAR).
-- Columns: account_a, account_b (VARCHAR), co_actions (BIGINT), expected, p_value, q_value (DOUBLE), window_s (INTEGER, seconds),
--   supported (BOOLEAN), supported_by (VARCHAR: pair, cluster_test; null where not), since, until (TIMESTAMP, UTC): of the look that
--   supported it most; latest_co_actions (BIGINT), latest_expected, latest_p_value, latest_q_value (DOUBLE), latest_window_s (INTEGER,
--   seconds), latest_since, latest_until (TIMESTAMP, UTC): of the latest.
-- Grain: one pair.
SELECT
    account_a::VARCHAR AS account_a,
    account_b::VARCHAR AS account_b,
    co_actions,
    expected,
    p_value,
    q_value,
    window_seconds AS window_s,
    coalesce(supported, false) AS supported,
    supported_by,
    since,
    "until",
    latest_co_actions,
    latest_expected,
    latest_p_value,
    latest_q_value,
    latest_window_seconds AS latest_window_s,
    latest_since,
    latest_until
FROM cluster_edges
WHERE cluster_id = $cluster_id
QUALIFY row_number() OVER (PARTITION BY account_a, account_b ORDER BY version DESC) = 1
ORDER BY account_a, account_b
