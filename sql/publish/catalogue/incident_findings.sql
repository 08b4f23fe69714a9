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
FROM files.incident_findings;

COMMENT ON VIEW incident_findings IS 'One row a version of a finding as an incident took it in; the largest finding_version is the present one.';
COMMENT ON COLUMN incident_findings.incident_id IS 'The incident.';
COMMENT ON COLUMN incident_findings.finding_kind IS 'surge, burst, drop, insistent, cluster or fault.';
COMMENT ON COLUMN incident_findings.finding_id IS 'Id of the finding in its own view; bursts and faults have none.';
COMMENT ON COLUMN incident_findings.finding_version IS 'Version that was taken in.';
COMMENT ON COLUMN incident_findings.linked_at IS 'When it was taken in (UTC): the clock live, event time in a replay.';
COMMENT ON COLUMN incident_findings.known_at IS 'When the row was written (UTC).';
COMMENT ON COLUMN incident_findings.rule IS 'Rule of the policy that it met.';
COMMENT ON COLUMN incident_findings.last_at IS 'Last activity known (UTC, event time).';
COMMENT ON COLUMN incident_findings.ends_at IS 'The same once it is over, null while it goes on.';
COMMENT ON COLUMN incident_findings.requests IS 'Requests it counts.';
COMMENT ON COLUMN incident_findings.accounts IS 'Accounts it counts.';
COMMENT ON COLUMN incident_findings.facts IS 'JSON: figures and why, as known then.';
COMMENT ON COLUMN incident_findings.rota IS 'Who is responsible: abuse or health.';
COMMENT ON COLUMN incident_findings.bases IS 'JSON: the events that it counts (spans, classes, accounts); null in what an earlier version wrote.';
