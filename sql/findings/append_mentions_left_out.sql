-- New versions of mentions_left_out. Reads the registered frame new_rows (as the table).
INSERT INTO mentions_left_out BY NAME
SELECT * FROM new_rows
