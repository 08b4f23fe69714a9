-- New versions of cluster_members. Reads the registered frame new_rows (as the table).
INSERT INTO cluster_members BY NAME
SELECT * FROM new_rows
