-- Generations of the cut by hour. Columns: as the view production_hour. Grain: one combination of keys.
SELECT
    date_trunc('hour', occurred_at) AS "hour",
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
