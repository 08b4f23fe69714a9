-- The table released with the columns that candidates has, without a row. Grain: one row of the relation.
CREATE OR REPLACE TEMP TABLE released AS
SELECT rid, cell
FROM candidates
LIMIT 0
