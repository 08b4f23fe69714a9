-- Findings of incidents, a row a version that was taken in. Grain: one incident, finding and version.
CREATE VIEW incident_findings AS
SELECT
    incident_id,
    finding_kind,
    finding_id,
    finding_version,
    linked_at,
    known_at,
    rule,
    last_at,
    ends_at,
    requests,
    accounts,
    facts,
    rota,
    bases
FROM files.incident_findings
