-- What is marked on the timeline of a period: surges, clusters and annotations that reach into it, the largest of each.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open); $top (BIGINT): most of each lane.
-- Columns: lane (VARCHAR: surge, cluster, annotation); mark_id (VARCHAR); first_at, last_at (TIMESTAMP, UTC; last_at null while open, or for a
--   moment); kind, detail (VARCHAR): of a surge series_kind and series_key, of a cluster tier and verdict, of an annotation author and what
--   it is about; amount, accounts (BIGINT): of a surge requests and accounts, of a cluster targets and accounts; note (VARCHAR);
--   target_id (UUID): of a surge of one target.
-- Grain: one mark.
WITH every AS (
    SELECT
        'surge' AS lane,
        surge_id AS mark_id,
        opened_at AS first_at,
        closed_at AS last_at,
        series_kind AS kind,
        series_key AS detail,
        observed AS amount,
        accounts,
        NULL::VARCHAR AS note,
        target_id,
        closed_at IS NULL AS open_ended
    FROM surges
    UNION ALL
    SELECT
        'cluster' AS lane,
        cluster_id AS mark_id,
        born_at AS first_at,
        last_active_at AS last_at,
        tier AS kind,
        verdict AS detail,
        targets AS amount,
        accounts,
        NULL::VARCHAR AS note,
        NULL::UUID AS target_id,
        false AS open_ended
    FROM clusters
    WHERE state <> 'merged'
    UNION ALL
    SELECT
        'annotation' AS lane,
        annotation_id AS mark_id,
        since AS first_at,
        until AS last_at,
        author AS kind,
        about AS detail,
        NULL::BIGINT AS amount,
        NULL::BIGINT AS accounts,
        note,
        NULL::UUID AS target_id,
        false AS open_ended
    FROM annotations
)

SELECT
    lane,
    mark_id,
    first_at,
    last_at,
    kind,
    detail,
    amount,
    accounts,
    note,
    target_id
FROM every
WHERE
    first_at < $until::TIMESTAMP
    AND (open_ended OR coalesce(last_at, first_at) >= $since::TIMESTAMP)
QUALIFY row_number() OVER (PARTITION BY lane ORDER BY amount DESC NULLS LAST, first_at DESC, mark_id) <= $top::BIGINT
ORDER BY lane, first_at, mark_id
