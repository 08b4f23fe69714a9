-- As of when the analyst catalogue in use is, to the hour. Columns: as_of (TIMESTAMP, UTC); simulated (BOOLEAN). Grain: one row.
SELECT
    date_trunc('hour', as_of) AS as_of,
    simulated
FROM status
