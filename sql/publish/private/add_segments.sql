-- Register new segments. Reads the registered frame written (as the table segments).
INSERT INTO segments BY NAME
SELECT * FROM written
