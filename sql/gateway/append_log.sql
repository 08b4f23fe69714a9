-- Add ended queries to the log, each once. Reads the registered frame ended (as the table query_log).
INSERT INTO query_log BY NAME
SELECT *
FROM ended
WHERE query_id NOT IN (SELECT query_id FROM query_log)
