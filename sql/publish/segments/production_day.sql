-- Generations of the cut by day. Columns: as the view production_day. Grain: one combination of keys.
SELECT
    date_trunc('day', occurred_at) AS "day",
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
