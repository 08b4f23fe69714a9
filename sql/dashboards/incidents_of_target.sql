-- The incidents about one person, latest first.
-- Parameters: $target_id (UUID).
-- Columns: incident_id, kind, rule, title, state, severity, disposition (VARCHAR; disposition may be null); opened_at (TIMESTAMP, UTC).
-- Grain: one incident.
SELECT
    incident_id,
    kind,
    "rule",
    title,
    state,
    severity,
    disposition,
    opened_at
FROM incidents
WHERE
    merged_into IS NULL
    AND incident_id IN (
        SELECT incident_targets.incident_id
        FROM incident_targets
        WHERE incident_targets.target_id = $target_id::UUID
    )
ORDER BY opened_at DESC, incident_id
