-- Leading 64 bits of every counted event id of moderations, for the index of veille.store.seen.
-- Columns: hash (UBIGINT). Grain: one row an event.
SELECT (event_id::UHUGEINT >> 64)::UBIGINT AS hash
FROM moderations
