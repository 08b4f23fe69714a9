-- Leading 64 bits of every event id in {table}, for the index of veille.store.seen. Columns: hash (UBIGINT). Grain: one event.
SELECT (event_id::UHUGEINT >> 64)::UBIGINT AS hash
FROM {table}
