-- Read every value of a table, so that damaged blocks are found. {table}: its name.
-- Columns: rows (BIGINT): how many; digest (UBIGINT): of all of them, null where there is none. Grain: one row.
SELECT count(*) AS rows, bit_xor(hash(every)) AS digest
FROM {table} AS every
