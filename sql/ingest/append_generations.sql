-- Append one batch of new generations. Parameters: $ingested_at (TIMESTAMP, UTC), $batch (BIGINT). Reads the registered frame new_rows.
INSERT INTO generations BY NAME
SELECT *, $ingested_at AS ingested_at, $batch AS batch
FROM new_rows
