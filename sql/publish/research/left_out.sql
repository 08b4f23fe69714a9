-- Rows of taken that no cell could take. Columns: left_out (BIGINT). Grain: one row.
SELECT count(*) AS left_out
FROM taken
ANTI JOIN placed ON taken.rid = placed.rid
