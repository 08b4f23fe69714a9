-- Clusters that were active in a period: validated before possible, then by how many accounts and how sure.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open); $tier, $verdict (VARCHAR, may be null: takes all); $top (BIGINT): most rows.
-- Columns: cluster_id, tier, state (VARCHAR); verdict (VARCHAR: confirmed, rejected, open): what a person said; born_at,
--   last_active_at (TIMESTAMP, UTC); accounts, targets (BIGINT); p_value (DOUBLE, may be null): chance of any such cluster
--   in a run without coordination; found_by (VARCHAR, may be null): look that found it first (short, long, far); found (BIGINT): all
--   such clusters, also those beyond $top.
-- Grain: one cluster, its latest version.
SELECT
    cluster_id,
    tier,
    state,
    verdict,
    born_at,
    last_active_at,
    accounts,
    targets,
    p_value,
    found_by,
    count(*) OVER () AS found
FROM clusters
WHERE
    born_at < $until::TIMESTAMP
    AND last_active_at >= $since::TIMESTAMP
    AND ($tier::VARCHAR IS NULL OR tier = $tier::VARCHAR)
    AND ($verdict::VARCHAR IS NULL OR verdict = $verdict::VARCHAR)
ORDER BY tier = 'validated' DESC, accounts DESC, p_value NULLS LAST, cluster_id
LIMIT $top::BIGINT
