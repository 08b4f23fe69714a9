-- New versions of findings. Reads the registered frame new_rows (as the table {table}).
INSERT INTO {table} BY NAME
SELECT * FROM new_rows
