-- Dead letters of one cut, without what they hold. Parameters: $first, $last (BIGINT): batches, both included. Grain: one letter.
CREATE OR REPLACE TEMP TABLE new_letters AS
SELECT received_at, event_type, rule
FROM dead_letters
WHERE batch BETWEEN $first AND $last
