-- Edges of clusters, latest version. Grain: one pair of accounts of one cluster.
CREATE VIEW cluster_edges AS
SELECT
    cluster_id,
    account_a,
    account_b,
    version,
    known_at,
    decided_at,
    co_actions,
    expected,
    p_value,
    q_value,
    window_seconds
FROM files.cluster_edges
QUALIFY row_number() OVER (PARTITION BY cluster_id, account_a, account_b ORDER BY version DESC) = 1;

COMMENT ON VIEW cluster_edges IS 'One row a pair of members with validated co-actions. Latest version.';
COMMENT ON COLUMN cluster_edges.cluster_id IS 'Identity of the cluster.';
COMMENT ON COLUMN cluster_edges.account_a IS 'Pseudonym of the one account.';
COMMENT ON COLUMN cluster_edges.account_b IS 'Pseudonym of the other; account_a < account_b.';
COMMENT ON COLUMN cluster_edges.version IS 'Number of this version of the finding; 1 is the first.';
COMMENT ON COLUMN cluster_edges.known_at IS 'When Veille wrote this version (UTC).';
COMMENT ON COLUMN cluster_edges.decided_at IS 'Event time (UTC) of the step that decided it.';
COMMENT ON COLUMN cluster_edges.co_actions IS 'Independent co-actions of the pair in the window.';
COMMENT ON COLUMN cluster_edges.expected IS 'Co-actions expected by chance.';
COMMENT ON COLUMN cluster_edges.p_value IS 'Chance of so many, corrected for the windows tried.';
COMMENT ON COLUMN cluster_edges.q_value IS 'p_value adjusted over all pairs.';
COMMENT ON COLUMN cluster_edges.window_seconds IS 'Window in which the pair stands out most, seconds.';
