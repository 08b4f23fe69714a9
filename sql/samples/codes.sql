-- Latest code of each coder on each item of a sample. Parameters: $sample_id (VARCHAR).
-- Columns: event_id, coder, code (VARCHAR). Grain: one item and coder.
SELECT
    event_id::VARCHAR AS event_id,
    coder,
    arg_max(code, coded_at) AS code
FROM sample_codes
WHERE sample_id = $sample_id::VARCHAR
GROUP BY ALL
ORDER BY event_id, coder
