-- Rows of a table that no cell could take so far. {rows}: taken or measured. Columns: left_out (BIGINT). Grain: one row.
SELECT count(*) AS left_out
FROM {rows}
ANTI JOIN placed ON {rows}.rid = placed.rid
