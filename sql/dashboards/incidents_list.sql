-- The queue: incidents opened in a period, and all that are not resolved; those merged into another left out. What needs somebody first.
-- Those that one page stands for (kind brake) are not held back: they need somebody as much as others.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open); $state, $severity, $rota (VARCHAR, null takes all; state also unresolved);
--   $top (BIGINT): most rows.
-- Columns: incident_id, kind, rota, rule, severity, state, title, owner, disposition, suppressed_by, parent_id, subject_kind, subject (VARCHAR);
--   onset_at, opened_at, last_at, paged_at, acknowledged_at, resolved_at (TIMESTAMP, UTC, the last three may be null); requests, accounts,
--   targets (BIGINT); children (BIGINT): incidents under this one; found (BIGINT): all such incidents, also those beyond
--   $top; untouched (BIGINT): of these, neither taken nor judged by anybody.
-- Grain: one incident, its latest version.
WITH parents AS (
    SELECT parent_id AS incident_id, count(*) AS children
    FROM incidents
    WHERE parent_id IS NOT NULL
    GROUP BY parent_id
),

queue AS (
    SELECT
        incidents.incident_id AS incident_id,
        incidents.kind AS kind,
        incidents.rota AS rota,
        incidents.rule AS "rule",
        incidents.severity AS severity,
        incidents.state AS state,
        incidents.title AS title,
        incidents.owner AS "owner",
        incidents.disposition AS disposition,
        incidents.suppressed_by AS suppressed_by,
        incidents.parent_id AS parent_id,
        incidents.subject_kind AS subject_kind,
        incidents.subject AS subject,
        incidents.onset_at AS onset_at,
        incidents.opened_at AS opened_at,
        incidents.last_at AS last_at,
        incidents.paged_at AS paged_at,
        incidents.acknowledged_at AS acknowledged_at,
        incidents.resolved_at AS resolved_at,
        incidents.requests AS requests,
        incidents.accounts AS accounts,
        incidents.targets AS targets,
        coalesce(parents.children, 0) AS children,
        list_position(['open', 'acknowledged', 'resolved'], incidents.state) AS stage,
        list_position(['critical', 'error', 'warning', 'info'], incidents.severity) AS urgency,
        incidents.suppressed_by IS NOT NULL AND coalesce(parent.kind, '') <> 'brake' AS held_back,
        count(*) OVER () AS found,
        count(*) FILTER (
            incidents."owner" IS NULL AND incidents.disposition IS NULL AND incidents.acknowledged_at IS NULL
        ) OVER () AS untouched
    FROM incidents
    LEFT JOIN parents ON incidents.incident_id = parents.incident_id
    LEFT JOIN incidents AS parent ON incidents.parent_id = parent.incident_id
    WHERE
        incidents.merged_into IS NULL
        AND incidents.opened_at < $until::TIMESTAMP
        AND (incidents.opened_at >= $since::TIMESTAMP OR incidents.state <> 'resolved')
        AND (
            $state::VARCHAR IS NULL
            OR incidents.state = $state::VARCHAR
            OR ($state::VARCHAR = 'unresolved' AND incidents.state <> 'resolved')
        )
        AND ($severity::VARCHAR IS NULL OR incidents.severity = $severity::VARCHAR)
        AND ($rota::VARCHAR IS NULL OR incidents.rota = $rota::VARCHAR)
)

SELECT
    incident_id,
    kind,
    rota,
    "rule",
    severity,
    state,
    title,
    "owner",
    disposition,
    suppressed_by,
    parent_id,
    subject_kind,
    subject,
    onset_at,
    opened_at,
    last_at,
    paged_at,
    acknowledged_at,
    resolved_at,
    requests,
    accounts,
    targets,
    children,
    found,
    untouched
FROM queue
ORDER BY stage, held_back, urgency, opened_at DESC, incident_id
LIMIT $top::BIGINT
