-- How far findings have been read. Reads the registered frame new_rows (as the table).
INSERT INTO incident_cursors BY NAME
SELECT * FROM new_rows
