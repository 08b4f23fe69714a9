-- Up to when the research catalogue in use is complete. Columns: complete_until (TIMESTAMP, UTC). Grain: one row.
SELECT complete_until
FROM status
