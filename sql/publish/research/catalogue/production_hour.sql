-- Generations by hour, those placed to the hour. Sum over what you do not need. Grain: one cell.
CREATE VIEW production_hour AS
SELECT
    occurred_at AS "hour",
    platform,
    generator,
    outcome,
    sexualised,
    media_type,
    count(*) AS generations
FROM files.production
WHERE "precision" = 'hour'
GROUP BY ALL
