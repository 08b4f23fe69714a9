-- The look that supported a pair most has a period [since, until) and a rule that carries the pair (pair, cluster_test; null: it is only
-- seen together); beside it stands the latest look in which its number of co-actions was another. Rows written before say no period and
-- carry a pair by its own q alone.
ALTER TABLE cluster_edges ADD COLUMN supported BOOLEAN;
ALTER TABLE cluster_edges ADD COLUMN supported_by VARCHAR;
ALTER TABLE cluster_edges ADD COLUMN since TIMESTAMP;
ALTER TABLE cluster_edges ADD COLUMN "until" TIMESTAMP;
ALTER TABLE cluster_edges ADD COLUMN latest_co_actions BIGINT;
ALTER TABLE cluster_edges ADD COLUMN latest_expected DOUBLE;
ALTER TABLE cluster_edges ADD COLUMN latest_p_value DOUBLE;
ALTER TABLE cluster_edges ADD COLUMN latest_q_value DOUBLE;
ALTER TABLE cluster_edges ADD COLUMN latest_window_seconds INTEGER;
ALTER TABLE cluster_edges ADD COLUMN latest_since TIMESTAMP;
ALTER TABLE cluster_edges ADD COLUMN latest_until TIMESTAMP;

UPDATE cluster_edges SET
    supported = q_value <= 0.01,
    supported_by = CASE WHEN q_value <= 0.01 THEN 'pair' END;

-- standing: belongs to the cluster, or did when it last stood (dormant, merged). rule: by which it belongs, with the error rate that this
-- rule admits and the member's own figure under it; null in rows written before.
ALTER TABLE cluster_members ADD COLUMN standing BOOLEAN;
ALTER TABLE cluster_members ADD COLUMN "rule" VARCHAR;
ALTER TABLE cluster_members ADD COLUMN error_rate DOUBLE;
ALTER TABLE cluster_members ADD COLUMN rule_value DOUBLE;

UPDATE cluster_members SET standing = "until" IS NULL;
