-- Incidents that have taken in any of some findings. Reads the registered frame wanted (finding_kind, finding_id: VARCHAR).
-- Columns: as the table incidents. Grain: one incident_id, latest version.
SELECT *
FROM incidents
WHERE
    incident_id IN (
        SELECT incident_id
        FROM incident_findings
        SEMI JOIN wanted USING (finding_kind, finding_id)
    )
QUALIFY row_number() OVER (PARTITION BY incident_id ORDER BY version DESC) = 1
ORDER BY opened_at, incident_id
