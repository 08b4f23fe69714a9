-- A new sample. Reads the registered frame new_rows (one row: as the table samples).
INSERT INTO samples BY NAME
SELECT * FROM new_rows
