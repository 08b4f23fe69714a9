-- How far findings have been read. Columns: as the table incident_cursors. Grain: at most one row.
SELECT *
FROM incident_cursors
ORDER BY findings_known_at DESC, batch DESC, stepped_at DESC
LIMIT 1
