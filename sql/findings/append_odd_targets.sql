-- New versions of odd_targets. Reads the registered frame new_rows (as the table).
INSERT INTO odd_targets BY NAME
SELECT * FROM new_rows
