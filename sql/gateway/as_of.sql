-- As of when the catalogue in use is. Columns: as_of (TIMESTAMP, UTC). Grain: one row.
SELECT as_of
FROM status
