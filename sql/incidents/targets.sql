-- Targets of an incident. Parameters: $incident_id (VARCHAR). Columns: target_id (UUID), last_at (TIMESTAMP).
-- Grain: one target, the latest active first.
SELECT target_id, max(last_at) AS last_at
FROM incident_targets
WHERE incident_id = $incident_id
GROUP BY target_id
ORDER BY last_at DESC, target_id
