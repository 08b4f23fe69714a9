-- Versions of incidents. Reads the registered frame new_rows (as the table).
INSERT INTO incidents BY NAME
SELECT * FROM new_rows
