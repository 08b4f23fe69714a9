-- Transitions of incidents. Reads the registered frame new_rows (as the table).
INSERT INTO incident_events BY NAME
SELECT * FROM new_rows
