-- Hashes of answered_ids. Columns: hash (UBIGINT). Grain: one mention.
SELECT hash
FROM answered_ids
