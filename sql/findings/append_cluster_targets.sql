-- New versions of cluster_targets. Reads the registered frame new_rows (as the table).
INSERT INTO cluster_targets BY NAME
SELECT * FROM new_rows
