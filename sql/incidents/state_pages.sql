-- Pages that were due since then: what the budget of the shift has been spent on, and how high a surge of everything stood.
-- Parameters: $since (TIMESTAMP). Columns: incident_id, rota, event (VARCHAR), happened_at (TIMESTAMP), severity, detail (VARCHAR).
-- Grain: one event due or digested, in order of time.
SELECT incident_id, rota, event, happened_at, severity, detail
FROM incident_events
WHERE event IN ('due', 'digested') AND happened_at >= $since
ORDER BY happened_at, incident_id, number
