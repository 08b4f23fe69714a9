-- The targets of one incident, first to last.
-- Parameters: $incident_id (VARCHAR); $top (BIGINT): most rows.
-- Columns: target_id (UUID); linked_at (TIMESTAMP, UTC): first; found (BIGINT): all of them, also those beyond $top.
-- Grain: one target.
SELECT
    target_id,
    min(linked_at) AS linked_at,
    count(*) OVER () AS found
FROM incident_targets
WHERE incident_id = $incident_id::VARCHAR
GROUP BY target_id
ORDER BY linked_at, target_id
LIMIT $top::BIGINT
