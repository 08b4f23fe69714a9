-- Versions of silences. Reads the registered frame new_rows (as the table).
INSERT INTO silences BY NAME
SELECT * FROM new_rows
