-- New versions of drops. Reads the registered frame new_rows (as the table).
INSERT INTO drops BY NAME
SELECT * FROM new_rows
