-- What else was found around a moment: other surges, drops, insistent accounts and clusters whose life changed.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open): when it began; $surge_id (VARCHAR): left out; $target_id (UUID, may be null);
--   $top (BIGINT): most rows.
-- Columns: finding (VARCHAR: surge, drop, insistent, cluster); finding_id (VARCHAR); at (TIMESTAMP, UTC): when it opened, or changed;
--   series_kind, series_key (VARCHAR, null for accounts and clusters); target_id (UUID, may be null); size (BIGINT): events, requests
--   or accounts; detail (VARCHAR): of a cluster, what happened; same_target (BOOLEAN): whether it is about $target_id.
-- Grain: one finding, of a cluster one event of its life.
WITH around AS (
    SELECT
        'surge' AS finding,
        surge_id AS finding_id,
        opened_at AS began_at,
        series_kind,
        series_key,
        target_id,
        observed AS size,
        NULL::VARCHAR AS detail,
        coalesce(target_id = $target_id::UUID, false) AS same_target
    FROM surges
    UNION ALL
    SELECT
        'drop', surge_id, opened_at, series_kind, series_key, target_id, observed, NULL, coalesce(target_id = $target_id::UUID, false)
    FROM drops
    UNION ALL
    SELECT
        'insistent', finding_id, opened_at, NULL, NULL, target_id, requests, NULL, coalesce(target_id = $target_id::UUID, false)
    FROM insistent_accounts
    UNION ALL
    SELECT
        'cluster',
        cluster_history.cluster_id,
        cluster_history.happened_at,
        NULL,
        NULL,
        NULL,
        clusters.accounts,
        cluster_history.event,
        EXISTS (
            SELECT 1
            FROM cluster_targets
            WHERE cluster_targets.cluster_id = cluster_history.cluster_id AND cluster_targets.target_id = $target_id::UUID
        )
    FROM cluster_history
    INNER JOIN clusters ON cluster_history.cluster_id = clusters.cluster_id
)

SELECT
    finding,
    finding_id,
    began_at AS "at",
    series_kind,
    series_key,
    target_id,
    size,
    detail,
    same_target
FROM around
WHERE
    began_at >= $since::TIMESTAMP
    AND began_at < $until::TIMESTAMP
    AND finding_id IS DISTINCT FROM $surge_id::VARCHAR
ORDER BY same_target DESC, size DESC, finding, finding_id, "at", detail
LIMIT $top::BIGINT
