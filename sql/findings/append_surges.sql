-- New versions of surges. Reads the registered frame new_rows (as the table).
INSERT INTO surges BY NAME
SELECT * FROM new_rows
