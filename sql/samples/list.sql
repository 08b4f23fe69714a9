-- Samples with their size and how far each coder is, newest first. Parameters: none.
-- Columns: as the table samples, and items (BIGINT), coders (VARCHAR[]), done (BIGINT[]): items coded, by coder.
-- Grain: one sample.
WITH progress AS (
    SELECT
        sample_id,
        coder,
        count(DISTINCT event_id) AS done
    FROM sample_codes
    GROUP BY ALL
)

SELECT
    samples.*,
    (SELECT count(*) FROM sample_items WHERE sample_items.sample_id = samples.sample_id) AS items,
    coalesce(list(progress.coder ORDER BY progress.coder) FILTER (progress.coder IS NOT NULL), []) AS coders,
    coalesce(list(progress.done ORDER BY progress.coder) FILTER (progress.coder IS NOT NULL), []) AS done
FROM samples
LEFT JOIN progress ON samples.sample_id = progress.sample_id
GROUP BY ALL
ORDER BY samples.created_at DESC, samples.sample_id
