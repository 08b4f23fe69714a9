-- Generations of one cut. Parameters: $first, $last (BIGINT): batches, both included. Grain: one generation.
CREATE OR REPLACE TEMP TABLE new_generations AS
SELECT *
FROM generations
WHERE batch BETWEEN $first AND $last
