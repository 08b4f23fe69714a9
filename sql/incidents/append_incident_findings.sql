-- Findings of incidents, a row a version. Reads the registered frame new_rows (as the table).
INSERT INTO incident_findings BY NAME
SELECT * FROM new_rows
