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
FROM files.clusters
