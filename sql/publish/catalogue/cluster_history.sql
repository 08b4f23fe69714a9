-- Life of clusters. Grain: one dated event of one cluster.
CREATE VIEW cluster_history AS
SELECT
    cluster_id,
    happened_at,
    event,
    detail,
    version,
    known_at,
    decided_at
FROM files.cluster_history
QUALIFY row_number() OVER (PARTITION BY cluster_id, happened_at, event, detail ORDER BY version DESC) = 1;

COMMENT ON VIEW cluster_history IS 'One row an event in the life of a cluster: born, grown, shrunk, merged, split, dormant, returned.';
COMMENT ON COLUMN cluster_history.cluster_id IS 'Identity of the cluster.';
COMMENT ON COLUMN cluster_history.happened_at IS 'When it happened (UTC).';
COMMENT ON COLUMN cluster_history.event IS 'born, grown, shrunk, merged, split, dormant or returned.';
COMMENT ON COLUMN cluster_history.detail IS 'Accounts (pseudonyms) or clusters concerned, comma-separated.';
COMMENT ON COLUMN cluster_history.version IS 'Number of this version of the finding; 1 is the first.';
COMMENT ON COLUMN cluster_history.known_at IS 'When Veille wrote this version (UTC).';
COMMENT ON COLUMN cluster_history.decided_at IS 'Event time (UTC) of the step that decided it.';
