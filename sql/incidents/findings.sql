-- Findings of an incident, every version that was taken in. Parameters: $incident_id (VARCHAR).
-- Columns: as the table incident_findings. Grain: one finding_kind, finding_id and finding_version.
SELECT *
FROM incident_findings
WHERE incident_id = $incident_id
ORDER BY linked_at, finding_kind, finding_id, finding_version
