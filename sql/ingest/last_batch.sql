-- Number of the newest batch, 0 before the first. Columns: batch (BIGINT). Grain: one row.
SELECT coalesce(max(batch), 0) AS batch
FROM batches
