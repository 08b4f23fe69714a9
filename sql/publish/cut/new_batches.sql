-- Batches of one cut. Parameters: $first, $last (BIGINT): batches, both included. Grain: one batch.
CREATE OR REPLACE TEMP TABLE new_batches AS
SELECT *
FROM batches
WHERE batch BETWEEN $first AND $last
