-- Clusters, latest version, with the verdict of a person. Grain: one cluster.
CREATE VIEW clusters AS
WITH latest AS (
    SELECT *
    FROM files.clusters
    QUALIFY row_number() OVER (PARTITION BY cluster_id ORDER BY version DESC) = 1
),

verdicts AS (
    SELECT *
    FROM files.cluster_verdicts
    QUALIFY row_number() OVER (PARTITION BY cluster_id ORDER BY version DESC) = 1
)

SELECT
    latest.cluster_id,
    latest.version,
    latest.known_at,
    latest.decided_at,
    latest.tier,
    latest.state,
    latest.born_at,
    latest.last_active_at,
    latest.accounts,
    latest.targets,
    latest.p_value,
    latest.q_value,
    latest.evidence,
    latest.found_by,
    latest.found_since,
    latest.found_until,
    coalesce(verdicts.verdict, 'open') AS verdict
FROM latest
LEFT JOIN verdicts ON latest.cluster_id = verdicts.cluster_id;
