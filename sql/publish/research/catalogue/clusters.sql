-- Clusters of accounts that act together, with bands of their size. Members and targets are not published. Grain: one cluster.
CREATE VIEW clusters AS
SELECT
    born_on,
    last_active_on,
    "precision",
    "level",
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
COMMENT ON COLUMN clusters.born_on IS 'Start of the day or month in which it was first found (UTC).';
COMMENT ON COLUMN clusters.last_active_on IS 'Start of the day or month of the last co-action (UTC); null where merged.';
COMMENT ON COLUMN clusters."precision" IS 'day or month: finer where enough people share all that the row says. Leave out what is coarser than your question needs.';
COMMENT ON COLUMN clusters."level" IS 'How much was merged away: 0 nothing; 1 all but tier and state; 2 everything.';
COMMENT ON COLUMN clusters.tier IS 'validated or possible; merged where the row is coarser.';
COMMENT ON COLUMN clusters.state IS 'active, dormant or merged; merged also where the row is coarser.';
COMMENT ON COLUMN clusters.verdict IS 'What a person said: confirmed, rejected or open; merged where the row is coarser.';
COMMENT ON COLUMN clusters.accounts_from IS 'Accounts: at least.';
COMMENT ON COLUMN clusters.accounts_to IS 'Accounts: at most.';
COMMENT ON COLUMN clusters.targets_from IS 'Targets: at least.';
COMMENT ON COLUMN clusters.targets_to IS 'Targets: at most.';
COMMENT ON COLUMN clusters.q_value IS 'Chance of a false find, corrected for how many pairs were tested: at most 0.001, 0.01, 0.05, 0.1 or 1.';
