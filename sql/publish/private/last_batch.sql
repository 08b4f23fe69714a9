-- The newest committed batch. Columns: batch (BIGINT), 0 before the first. Grain: one row.
SELECT coalesce(max(batch), 0) AS batch
FROM batches
