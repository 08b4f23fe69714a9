-- New versions of cluster_edges. Reads the registered frame new_rows (as the table).
INSERT INTO cluster_edges BY NAME
SELECT * FROM new_rows
