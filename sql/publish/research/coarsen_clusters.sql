-- Clusters born in the month that have no place yet, with those whom they join and those they asked about. Levels: 0 bands of sizes and of the
-- chance; 1 only tier and state; 2 nothing but the time. Reads the table placed and the variables since, until.
-- Parameters: $precision (VARCHAR): day, month; $detail (INTEGER). Grain: one member or target of one cluster.
CREATE OR REPLACE TEMP TABLE candidates AS
WITH born AS (
    SELECT row_number() OVER (ORDER BY cluster_id) AS rid, *
    FROM clusters
    WHERE born_at >= getvariable('since') AND born_at < getvariable('until')
),

met AS (
    SELECT cluster_id, NULL::UUID AS target_id, account_id AS person FROM cluster_members
    UNION ALL
    SELECT cluster_id, target_id, NULL::UUID AS person FROM cluster_targets
)

SELECT
    born.rid,
    met.target_id,
    met.person,
    {
        born_on: period(born_at, $precision::VARCHAR),
        last_active_on: CASE WHEN $detail < 1 THEN period(last_active_at, $precision::VARCHAR) END,
        "precision": $precision::VARCHAR,
        "level": $detail::INTEGER,
        tier: CASE WHEN $detail < 2 THEN tier ELSE 'merged' END,
        state: CASE WHEN $detail < 2 THEN state ELSE 'merged' END,
        verdict: CASE WHEN $detail < 1 THEN verdict ELSE 'merged' END,
        accounts_from: CASE WHEN $detail < 1 THEN band_from(accounts, 2) END,
        accounts_to: CASE WHEN $detail < 1 THEN band_to(accounts, 2) END,
        targets_from: CASE WHEN $detail < 1 THEN band_from(targets, 2) END,
        targets_to: CASE WHEN $detail < 1 THEN band_to(targets, 2) END,
        q_value: CASE WHEN $detail < 1 THEN chance_band(q_value)::DOUBLE END
    } AS cell
FROM born
INNER JOIN met ON born.cluster_id = met.cluster_id
ANTI JOIN placed ON born.rid = placed.rid
WHERE is_over(born_at, $precision::VARCHAR)
