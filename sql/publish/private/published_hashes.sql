-- Leading 64 bits of the ids of published mentions. Parameters: $published (BIGINT). Columns: hash (UBIGINT). Grain: one mention.
SELECT (event_id::UHUGEINT >> 64)::UBIGINT AS hash
FROM mentions
WHERE batch <= $published
