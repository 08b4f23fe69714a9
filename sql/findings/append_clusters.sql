-- New versions of clusters. Reads the registered frame new_rows (as the table).
INSERT INTO clusters BY NAME
SELECT * FROM new_rows
