-- Requests about the targets of an incident before and after a moment; those about oneself left out.
-- Parameters: $incident_id (VARCHAR), $since, $turn, $until (TIMESTAMP). Columns: before, after (BIGINT). Grain: one row.
SELECT
    count(*) FILTER (WHERE m.occurred_at < $turn) AS before,
    count(*) FILTER (WHERE m.occurred_at >= $turn) AS after
FROM mentions AS m
WHERE
    m.occurred_at >= $since
    AND m.occurred_at < $until
    AND NOT m.is_self
    AND m.target_id IN (
        SELECT t.target_id
        FROM incident_targets AS t
        WHERE t.incident_id = $incident_id
    )
