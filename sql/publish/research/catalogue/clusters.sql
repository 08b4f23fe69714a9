-- Clusters of accounts that act together, with bands of their size. Members and targets are not published. Grain: as the first words say.
CREATE VIEW clusters AS
SELECT
    born_on,
    last_active_on,
    tier,
    state,
    verdict,
    accounts_from,
    accounts_to,
    targets_from,
    targets_to,
    q_value
FROM files.clusters;

COMMENT ON VIEW clusters IS 'Clusters of accounts that act together, with bands of their size. Members and targets are not published.';
COMMENT ON COLUMN clusters.born_on IS 'Day on which it was first found (UTC).';
COMMENT ON COLUMN clusters.last_active_on IS 'Last day with a co-action (UTC).';
COMMENT ON COLUMN clusters.tier IS 'validated or possible.';
COMMENT ON COLUMN clusters.state IS 'active, dormant or merged.';
COMMENT ON COLUMN clusters.verdict IS 'What a person said: confirmed, rejected or open.';
COMMENT ON COLUMN clusters.accounts_from IS 'Accounts: at least.';
COMMENT ON COLUMN clusters.accounts_to IS 'Accounts: at most.';
COMMENT ON COLUMN clusters.targets_from IS 'Targets: at least.';
COMMENT ON COLUMN clusters.targets_to IS 'Targets: at most.';
COMMENT ON COLUMN clusters.q_value IS 'Chance of a false find, corrected for how many pairs were tested.';
