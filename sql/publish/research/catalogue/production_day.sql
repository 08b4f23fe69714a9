-- Generations by day, those placed to the day. Sum over what you do not need. Grain: one cell.
CREATE VIEW production_day AS
SELECT
    occurred_at AS "day",
    platform,
    generator,
    outcome,
    sexualised,
    plan,
    media_type,
    linked,
    count(*) AS generations
FROM files.generations
WHERE "precision" = 'day'
GROUP BY ALL
