-- Clusters born in the month, to the day, with bands of their size. Reads the variables since, until. Columns: as the view clusters of the
-- research catalogue. Grain: one cluster.
SELECT
    date_trunc('day', born_at) AS born_on,
    date_trunc('day', last_active_at) AS last_active_on,
    tier,
    state,
    verdict,
    band_from(accounts, 2) AS accounts_from,
    band_to(accounts, 2) AS accounts_to,
    band_from(targets, 2) AS targets_from,
    band_to(targets, 2) AS targets_to,
    q_value
FROM clusters
WHERE born_at >= getvariable('since') AND born_at < getvariable('until')
ORDER BY ALL
