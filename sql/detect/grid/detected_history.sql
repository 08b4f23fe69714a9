-- Which batches detection over history has covered to its end. Columns: batch (BIGINT). Grain: at most one row.
SELECT batch
FROM detected_history
