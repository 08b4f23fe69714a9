-- Generations of the cut by {bucket}. Columns: {bucket} (TIMESTAMP, UTC); {keys}; generations (BIGINT). Grain: one combination of keys.
SELECT
    date_trunc('{bucket}', occurred_at) AS {bucket},
    {keys},
    count(*) AS generations
FROM (
    SELECT
        *,
        mention_id IS NOT NULL AS linked
    FROM new_generations
)
GROUP BY ALL
