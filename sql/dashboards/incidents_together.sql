-- The incidents that one page stands for, as long as it does: who is in most danger first (gravest, then most accounts, then most requests).
-- Parameters: $incident_id (VARCHAR): the incident of the kind brake; $top (BIGINT): most rows.
-- Columns: incident_id, rule, severity, state, suppressed_by, subject_kind, subject, title, owner (VARCHAR, the last may be null); opened_at
--   (TIMESTAMP, UTC); requests, accounts, targets (BIGINT); found (BIGINT): all of them; waiting (BIGINT): of all, those that nobody has taken.
-- Grain: one incident, its latest version.
WITH together AS (
    SELECT
        *,
        state <> 'open' AS taken,
        list_position(['critical', 'error', 'warning', 'info'], severity) AS urgency,
        count(*) OVER () AS found,
        count(*) FILTER (WHERE state = 'open') OVER () AS waiting
    FROM incidents
    WHERE parent_id = $incident_id::VARCHAR AND merged_into IS NULL AND state <> 'resolved'
)

SELECT
    incident_id,
    "rule",
    severity,
    state,
    suppressed_by,
    subject_kind,
    subject,
    title,
    "owner",
    opened_at,
    requests,
    accounts,
    targets,
    found,
    waiting
FROM together
ORDER BY taken, urgency, accounts DESC, requests DESC, opened_at, incident_id
LIMIT $top::BIGINT
