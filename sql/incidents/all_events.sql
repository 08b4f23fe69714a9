-- Transitions of all incidents since then. Parameters: $since, $until (TIMESTAMP). Columns: as the table incident_events.
-- Grain: one event, in order of time.
SELECT *
FROM incident_events
WHERE happened_at >= $since AND happened_at < $until
ORDER BY happened_at, incident_id, number
