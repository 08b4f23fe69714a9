-- Append one batch of new events of {table}. Parameters: $ingested_at (TIMESTAMP, UTC), $batch (BIGINT). Reads the registered frame new_rows.
INSERT INTO {table} BY NAME
SELECT *, $ingested_at AS ingested_at, $batch AS batch
FROM new_rows
