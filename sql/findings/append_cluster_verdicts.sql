-- New versions of cluster_verdicts. Reads the registered frame new_rows (as the table).
INSERT INTO cluster_verdicts BY NAME
SELECT * FROM new_rows
