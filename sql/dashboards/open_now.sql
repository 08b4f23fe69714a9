-- What is open, or of history what was found: surges that have not closed, clusters active in the last day of the data, and incidents nobody has resolved; those merged into another left out.
-- Parameters: $now (TIMESTAMP, UTC): end of the data; $history (BOOLEAN): also what has closed or ended long ago; $top (BIGINT): most of each sort.
-- Columns: sort (VARCHAR: incident, surge, cluster); found_id (VARCHAR); at (TIMESTAMP, UTC): opened, of a surge since when its amount is counted, of a cluster last active; kind, detail
--   (VARCHAR): of an incident severity and state, of a surge series_kind and series_key, of a cluster tier and verdict; title (VARCHAR, null but
--   of incidents); amount (BIGINT): requests, of a cluster accounts;
--   target_id (UUID, null but of a surge of one target); found (BIGINT): all of this sort, also those beyond $top.
-- Grain: one finding.
WITH every AS (
    SELECT
        'surge' AS sort,
        surge_id AS found_id,
        since AS "at",
        series_kind AS kind,
        series_key AS detail,
        NULL::VARCHAR AS title,
        observed AS amount,
        target_id,
        0 AS urgency
    FROM surges
    WHERE closed_at IS NULL OR $history::BOOLEAN
    UNION ALL
    SELECT
        'cluster' AS sort,
        cluster_id AS found_id,
        last_active_at AS "at",
        tier AS kind,
        verdict AS detail,
        NULL::VARCHAR AS title,
        accounts AS amount,
        NULL::UUID AS target_id,
        0 AS urgency
    FROM clusters
    WHERE
        verdict <> 'rejected'
        AND (
            (state = 'active' AND last_active_at >= $now::TIMESTAMP - INTERVAL 1 DAY)
            OR ($history::BOOLEAN AND tier = 'validated')
        )
    UNION ALL
    SELECT
        'incident' AS sort,
        incident_id AS found_id,
        opened_at AS "at",
        severity AS kind,
        state AS detail,
        title,
        requests AS amount,
        NULL::UUID AS target_id,
        coalesce(list_position(['critical', 'error', 'warning', 'info'], severity), 9) AS urgency
    FROM incidents
    WHERE
        merged_into IS NULL
        AND suppressed_by IS NULL
        AND (
            state <> 'resolved'
            OR ($history::BOOLEAN AND coalesce("owner", disposition) IS NULL AND acknowledged_at IS NULL)
        )
)

SELECT
    sort,
    found_id,
    "at",
    kind,
    detail,
    title,
    amount,
    target_id,
    count(*) OVER (PARTITION BY sort) AS found
FROM every
QUALIFY row_number() OVER (PARTITION BY sort ORDER BY urgency, amount DESC NULLS LAST, "at" DESC, found_id) <= $top::BIGINT
ORDER BY sort, urgency, amount DESC NULLS LAST, "at" DESC, found_id
