-- Leading 64 bits of the ids of the cut's mentions. Columns: hash (UBIGINT). Grain: one mention.
SELECT (event_id::UHUGEINT >> 64)::UBIGINT AS hash
FROM new_mentions
