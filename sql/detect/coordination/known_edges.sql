-- Pairs inside clusters as they were decided by a full hour.
-- Parameters: $until (TIMESTAMP, UTC).
-- Columns: cluster_id, account_a, account_b (VARCHAR), co_actions (BIGINT), expected, p_value, q_value (DOUBLE), window_s (INTEGER, seconds),
--   supported_by (VARCHAR, may be null), since, until (TIMESTAMP, UTC); latest_co_actions (BIGINT), latest_expected, latest_p_value,
--   latest_q_value (DOUBLE), latest_window_s (INTEGER, seconds), latest_since, latest_until (TIMESTAMP, UTC): of the latest look.
-- Grain: one pair in one cluster.
SELECT
    cluster_id,
    account_a::VARCHAR AS account_a,
    account_b::VARCHAR AS account_b,
    co_actions,
    expected,
    p_value,
    q_value,
    window_seconds AS window_s,
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
WHERE
    decided_at <= $until
    AND decided_at = date_trunc('hour', decided_at)
QUALIFY row_number() OVER (PARTITION BY cluster_id, account_a, account_b ORDER BY version DESC) = 1
ORDER BY cluster_id, account_a, account_b
