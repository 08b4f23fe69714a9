-- Mentions of one cut. Parameters: $first, $last (BIGINT): batches, both included. Grain: one mention.
CREATE OR REPLACE TEMP TABLE new_mentions AS
SELECT *
FROM mentions
WHERE batch BETWEEN $first AND $last
