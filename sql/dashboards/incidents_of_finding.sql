-- The incidents that a finding belongs to.
-- Parameters: $finding_kind (VARCHAR: surge, drop, insistent, cluster); $finding_id (VARCHAR).
-- Columns: incident_id, rule, title, state, severity (VARCHAR); opened_at (TIMESTAMP, UTC).
-- Grain: one incident.
SELECT
    incident_id,
    "rule",
    title,
    state,
    severity,
    opened_at
FROM incidents
WHERE incident_id IN (
    SELECT incident_findings.incident_id
    FROM incident_findings
    WHERE
        incident_findings.finding_kind = $finding_kind::VARCHAR
        AND incident_findings.finding_id = $finding_id::VARCHAR
)
ORDER BY opened_at DESC, incident_id
