-- One incident as it stands.
-- Parameters: $incident_id (VARCHAR).
-- Columns: incident_id, kind, rota, rule, policy, severity, state, suppressed_by, parent_id, merged_into, subject_kind, subject, title
--   (VARCHAR); onset_at, opened_at, last_at, due_at, paged_at, acknowledged_at, resolved_at (TIMESTAMP, UTC, the last four may be null);
--   pages, reopenings (INTEGER); owner, disposition (VARCHAR, may be null); requests, accounts, targets (BIGINT); evidence (VARCHAR): JSON,
--   why it fired; version (INTEGER).
-- Grain: one row, none where there is no such incident.
SELECT
    incident_id,
    kind,
    rota,
    rule,
    policy,
    severity,
    state,
    suppressed_by,
    parent_id,
    merged_into,
    subject_kind,
    subject,
    title,
    onset_at,
    opened_at,
    last_at,
    due_at,
    paged_at,
    acknowledged_at,
    resolved_at,
    pages,
    reopenings,
    "owner",
    disposition,
    requests,
    accounts,
    targets,
    evidence,
    version
FROM incidents
WHERE incident_id = $incident_id::VARCHAR
ORDER BY incident_id
