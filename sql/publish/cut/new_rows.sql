-- The table {new}: rows of {table} of one cut. Parameters: $first, $last (BIGINT): batches, both included. Grain: as that table.
CREATE OR REPLACE TEMP TABLE {new} AS
SELECT *
FROM {table}
WHERE batch BETWEEN $first AND $last
