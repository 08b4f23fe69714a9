-- One row a transaction of ingest. Parameters: $batch, $accepted, $duplicates, $dead_letters, $unknown_fields (BIGINT), $committed_at (TIMESTAMP, UTC).
INSERT INTO batches BY NAME
SELECT
    $batch AS batch,
    $committed_at AS committed_at,
    $accepted AS accepted,
    $duplicates AS duplicates,
    $dead_letters AS dead_letters,
    $unknown_fields AS unknown_fields
