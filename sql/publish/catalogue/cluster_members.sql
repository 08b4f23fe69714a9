-- Members of clusters, latest version. Grain: one account of one cluster.
CREATE VIEW cluster_members AS
SELECT
    cluster_id,
    account_id,
    version,
    known_at,
    decided_at,
    "role",
    since,
    until
FROM files.cluster_members
QUALIFY row_number() OVER (PARTITION BY cluster_id, account_id ORDER BY version DESC) = 1;

COMMENT ON VIEW cluster_members IS 'One row a member of a cluster, also one that has left. Latest version.';
COMMENT ON COLUMN cluster_members.cluster_id IS 'Identity of the cluster.';
COMMENT ON COLUMN cluster_members.account_id IS 'Pseudonym of the account.';
COMMENT ON COLUMN cluster_members.version IS 'Number of this version of the finding; 1 is the first.';
COMMENT ON COLUMN cluster_members.known_at IS 'When Veille wrote this version (UTC).';
COMMENT ON COLUMN cluster_members.decided_at IS 'Event time (UTC) of the step that decided it.';
COMMENT ON COLUMN cluster_members."role" IS 'Its part: core, hub, peripheral, and whether it acts first.';
COMMENT ON COLUMN cluster_members.since IS 'First step (UTC) that saw it in the cluster.';
COMMENT ON COLUMN cluster_members.until IS 'When it was found to have left (UTC); null while it belongs.';
