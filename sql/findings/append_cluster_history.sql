-- New versions of cluster_history. Reads the registered frame new_rows (as the table).
INSERT INTO cluster_history BY NAME
SELECT * FROM new_rows
