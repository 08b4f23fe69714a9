-- Moderations of one cut. Parameters: $first, $last (BIGINT): batches, both included. Grain: one moderation.
CREATE OR REPLACE TEMP TABLE new_moderations AS
SELECT *
FROM moderations
WHERE batch BETWEEN $first AND $last
