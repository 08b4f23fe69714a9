-- The findings of one incident, first to last.
-- Parameters: $incident_id (VARCHAR).
-- Columns: finding_kind, finding_id (VARCHAR); versions (BIGINT): of it that were taken in; linked_at (TIMESTAMP, UTC): first.
-- Grain: one finding.
SELECT
    finding_kind,
    finding_id,
    count(*) AS versions,
    min(linked_at) AS linked_at
FROM incident_findings
WHERE incident_id = $incident_id::VARCHAR
GROUP BY finding_kind, finding_id
ORDER BY linked_at, finding_kind, finding_id
