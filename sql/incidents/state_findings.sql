-- The version of each finding that each incident took in last: where history is decided afresh, versions are counted anew. Columns: as the table incident_findings.
-- Grain: one incident_id, finding_kind and finding_id, in the order in which they were linked.
SELECT *
FROM incident_findings
QUALIFY row_number() OVER (
    PARTITION BY incident_id, finding_kind, finding_id ORDER BY known_at DESC, finding_version DESC, linked_at DESC
) = 1
ORDER BY linked_at, incident_id, finding_kind, finding_id
