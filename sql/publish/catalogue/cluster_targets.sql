-- Targets of clusters, latest version. Grain: one target of one cluster.
CREATE VIEW cluster_targets AS
SELECT
    cluster_id,
    target_id,
    version,
    known_at,
    decided_at,
    accounts,
    mentions,
    burden,
    first_at,
    last_at
FROM files.cluster_targets
QUALIFY row_number() OVER (PARTITION BY cluster_id, target_id ORDER BY version DESC) = 1;

COMMENT ON VIEW cluster_targets IS 'One row a target that members of a cluster mention. Latest version.';
COMMENT ON COLUMN cluster_targets.cluster_id IS 'Identity of the cluster.';
COMMENT ON COLUMN cluster_targets.target_id IS 'Pseudonym of the target.';
COMMENT ON COLUMN cluster_targets.version IS 'Number of this version of the finding; 1 is the first.';
COMMENT ON COLUMN cluster_targets.known_at IS 'When Veille wrote this version (UTC).';
COMMENT ON COLUMN cluster_targets.decided_at IS 'Event time (UTC) of the step that decided it.';
COMMENT ON COLUMN cluster_targets.accounts IS 'Members that mention the target.';
COMMENT ON COLUMN cluster_targets.mentions IS 'Mentions of the target by members.';
COMMENT ON COLUMN cluster_targets.burden IS 'Mentions of the target by anybody in the same period.';
COMMENT ON COLUMN cluster_targets.first_at IS 'First mention by a member (UTC).';
COMMENT ON COLUMN cluster_targets.last_at IS 'Last mention by a member (UTC).';
