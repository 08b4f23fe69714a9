-- Generations of the cut by minute. Columns: as the view production_minute. Grain: one combination of keys.
SELECT
    date_trunc('minute', occurred_at) AS "minute",
    platform,
    generator,
    outcome,
    sexualised,
    surface,
    plan,
    media_type,
    mention_id IS NOT NULL AS linked,
    count(*) AS generations
FROM new_generations
GROUP BY ALL
