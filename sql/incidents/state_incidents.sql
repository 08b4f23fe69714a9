-- Incidents that are active or may come back: resolved ones only if last active since then.
-- Parameters: $since (TIMESTAMP). Columns: as the table incidents. Grain: one incident_id.
SELECT *
FROM (
    SELECT *
    FROM incidents
    QUALIFY row_number() OVER (PARTITION BY incident_id ORDER BY version DESC) = 1
) AS latest
WHERE state <> 'resolved' OR happened_at >= $since
ORDER BY opened_at, incident_id
