-- What a coder says of an item; nothing where the item is not of the sample. Parameters: $sample_id, $event_id, $coder, $code (VARCHAR);
--   $coded_at (TIMESTAMP, UTC).
INSERT INTO sample_codes BY NAME
SELECT
    sample_id,
    event_id,
    $coder::VARCHAR AS coder,
    $code::VARCHAR AS code,
    $coded_at::TIMESTAMP AS coded_at
FROM sample_items
WHERE sample_id = $sample_id::VARCHAR AND event_id = $event_id::UUID
