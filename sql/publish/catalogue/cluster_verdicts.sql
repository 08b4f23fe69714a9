-- What persons said of clusters, latest version. Grain: one cluster.
CREATE VIEW cluster_verdicts AS
SELECT
    cluster_id,
    version,
    known_at,
    decided_at,
    verdict,
    reason,
    actor
FROM files.cluster_verdicts
QUALIFY row_number() OVER (PARTITION BY cluster_id ORDER BY version DESC) = 1;

COMMENT ON VIEW cluster_verdicts IS 'One row a cluster on which a person has given a verdict. Latest version.';
COMMENT ON COLUMN cluster_verdicts.cluster_id IS 'Identity of the cluster.';
COMMENT ON COLUMN cluster_verdicts.version IS 'Number of this version of the finding; 1 is the first.';
COMMENT ON COLUMN cluster_verdicts.known_at IS 'When Veille wrote this version (UTC).';
COMMENT ON COLUMN cluster_verdicts.decided_at IS 'Event time (UTC) of the step that decided it.';
COMMENT ON COLUMN cluster_verdicts.verdict IS 'confirmed, rejected or open (taken back).';
COMMENT ON COLUMN cluster_verdicts.reason IS 'Why, in the person''s words.';
COMMENT ON COLUMN cluster_verdicts.actor IS 'Who said so.';
