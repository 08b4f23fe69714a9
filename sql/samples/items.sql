-- Items of a sample in the order of coding, with what one coder said of them. Parameters: $sample_id, $coder (VARCHAR).
-- Columns: position (INTEGER); event_id (VARCHAR); code (VARCHAR, null where not yet). Grain: one item.
SELECT
    sample_items.position,
    sample_items.event_id::VARCHAR AS event_id,
    arg_max(sample_codes.code, sample_codes.coded_at) AS code
FROM sample_items
LEFT JOIN sample_codes
    ON
        sample_items.sample_id = sample_codes.sample_id
        AND sample_items.event_id = sample_codes.event_id
        AND sample_codes.coder = $coder::VARCHAR
WHERE sample_items.sample_id = $sample_id::VARCHAR
GROUP BY ALL
ORDER BY sample_items.position
