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
    coalesce(verdicts.verdict, 'open') AS verdict
FROM latest
LEFT JOIN verdicts ON latest.cluster_id = verdicts.cluster_id;

COMMENT ON VIEW clusters IS 'One row a cluster: accounts joined by statistically validated co-actions. A hypothesis until a person confirms it. Latest version.';
COMMENT ON COLUMN clusters.cluster_id IS 'Identity of the cluster, kept from step to step while its members change.';
COMMENT ON COLUMN clusters.version IS 'Number of this version of the finding; 1 is the first.';
COMMENT ON COLUMN clusters.known_at IS 'When Veille wrote this version (UTC).';
COMMENT ON COLUMN clusters.decided_at IS 'Event time (UTC) of the step that decided it.';
COMMENT ON COLUMN clusters.tier IS 'validated: statistics say so at the stated rate of false clusters; possible: weaker.';
COMMENT ON COLUMN clusters.state IS 'active, dormant (quiet for a week) or merged.';
COMMENT ON COLUMN clusters.born_at IS 'First co-action (UTC) of the cluster when it was first seen.';
COMMENT ON COLUMN clusters.last_active_at IS 'Last co-action of members (UTC).';
COMMENT ON COLUMN clusters.accounts IS 'Members at present.';
COMMENT ON COLUMN clusters.targets IS 'Targets of its co-actions.';
COMMENT ON COLUMN clusters.p_value IS 'Chance of any such cluster in a step without coordination.';
COMMENT ON COLUMN clusters.q_value IS 'p_value adjusted over the clusters of that step.';
COMMENT ON COLUMN clusters.evidence IS 'JSON of the evidence card, prompts masked; null where none was made.';
COMMENT ON COLUMN clusters.verdict IS 'What a person said: confirmed, rejected, or open where nobody has.';
