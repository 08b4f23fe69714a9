-- One row a generation: what was made, and when. Grain: one generation.
CREATE VIEW production AS
SELECT
    occurred_at,
    "precision",
    "level",
    platform,
    sampling_probability,
    generator,
    outcome,
    media_type,
    sexualised
FROM files.production
