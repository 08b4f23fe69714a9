-- Incidents that were paged and that nobody has acknowledged. That a page about many incidents (kind brake) is told again as it grows does
-- not put off its escalation: last_page_at is then the time of its last escalation, else of its first page. Columns: incident_id, rota (VARCHAR); last_page_at (TIMESTAMP,
-- UTC); escalations (BIGINT). Grain: one row an incident.
WITH present AS (
    SELECT
        incident_id,
        kind,
        rota,
        state,
        suppressed_by,
        merged_into
    FROM incidents
    QUALIFY row_number() OVER (PARTITION BY incident_id ORDER BY version DESC) = 1
),
reopened AS (
    SELECT
        incident_id,
        max(number) AS number
    FROM incident_events
    WHERE event = 'reopened'
    GROUP BY incident_id
)
SELECT
    present.incident_id,
    present.rota,
    CASE
        WHEN present.kind = 'brake' THEN coalesce(
            max(incident_events.happened_at) FILTER (WHERE json_extract_string(incident_events.detail, '$.kind') = 'escalate'),
            min(incident_events.happened_at)
        )
        ELSE max(incident_events.happened_at)
    END AS last_page_at,
    count(*) FILTER (WHERE json_extract_string(incident_events.detail, '$.kind') = 'escalate') AS escalations
FROM present
INNER JOIN incident_events ON present.incident_id = incident_events.incident_id AND incident_events.event = 'paged'
LEFT JOIN reopened ON present.incident_id = reopened.incident_id
WHERE present.state = 'open'
    AND present.suppressed_by IS NULL
    AND present.merged_into IS NULL
    AND incident_events.number > coalesce(reopened.number, 0)
GROUP BY present.incident_id, present.kind, present.rota
ORDER BY last_page_at, present.incident_id
