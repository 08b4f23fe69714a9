-- Clusters as they are now, the most lately active first, each with what a person said of it.
-- Parameters: $tier, $verdict (VARCHAR): only these, null for all; $most (BIGINT): at most so many rows.
-- Columns: cluster_id, tier, state, verdict (VARCHAR: open, confirmed, rejected), accounts, targets (BIGINT),
--   born_at, last_active_at (TIMESTAMP, UTC), p_value (DOUBLE).
-- Grain: one cluster.
WITH present AS (
    SELECT * FROM clusters
    QUALIFY row_number() OVER (PARTITION BY cluster_id ORDER BY version DESC) = 1
),

said AS (
    SELECT * FROM cluster_verdicts
    QUALIFY row_number() OVER (PARTITION BY cluster_id ORDER BY version DESC) = 1
)

SELECT
    present.cluster_id AS cluster_id,
    present.tier AS tier,
    present.state AS state,
    coalesce(said.verdict, 'open') AS verdict,
    present.accounts AS accounts,
    present.targets AS targets,
    present.born_at AS born_at,
    present.last_active_at AS last_active_at,
    present.p_value AS p_value
FROM present
LEFT JOIN said ON present.cluster_id = said.cluster_id
WHERE
    ($tier::VARCHAR IS NULL OR present.tier = $tier::VARCHAR)
    AND ($verdict::VARCHAR IS NULL OR coalesce(said.verdict, 'open') = $verdict::VARCHAR)
ORDER BY present.last_active_at DESC, present.cluster_id
LIMIT $most
