-- Pairs of accounts that belong to one cluster, or did when it last stood: supported ones first, then those only seen together.
-- Parameters: $cluster_id (VARCHAR); $top (BIGINT): most rows.
-- Columns: account_a, account_b (UUID); co_actions (BIGINT): independent co-actions; expected (DOUBLE): by chance; p_value, q_value (DOUBLE);
--   window_seconds (INTEGER); supported (BOOLEAN); supported_by (VARCHAR): pair, cluster_test, null where not; since, until (TIMESTAMP, UTC):
--   period of the look that supported it most and has the figures before, may be null; latest_co_actions (BIGINT): of the latest look, null
--   where none is known; latest_expected (DOUBLE): likewise; latest_since, latest_until (TIMESTAMP, UTC): likewise; found (BIGINT): all
--   such pairs, also those beyond $top.
-- Grain: one pair.
WITH present AS (
    SELECT account_id FROM cluster_members WHERE cluster_id = $cluster_id::VARCHAR AND coalesce(standing, until IS NULL)
)

SELECT
    account_a,
    account_b,
    co_actions,
    expected,
    p_value,
    q_value,
    window_seconds,
    coalesce(supported, q_value <= 0.01) AS supported,
    coalesce(supported_by, CASE WHEN supported IS NULL AND q_value <= 0.01 THEN 'pair' END) AS supported_by,
    since,
    until,
    latest_co_actions,
    latest_expected,
    latest_since,
    latest_until,
    count(*) OVER () AS found
FROM cluster_edges
WHERE
    cluster_id = $cluster_id::VARCHAR
    AND account_a IN (SELECT account_id FROM present)
    AND account_b IN (SELECT account_id FROM present)
ORDER BY supported DESC, q_value, co_actions DESC, account_a, account_b
LIMIT $top::BIGINT
