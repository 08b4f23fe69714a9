-- One row a generation: how and where it was made. Rows name no account and no target. Grain: one generation.
CREATE VIEW generations AS
SELECT
    occurred_at,
    "precision",
    "level",
    platform,
    collection_id,
    sampling_probability,
    jurisdiction,
    generator,
    model,
    outcome,
    sexualised,
    media_type,
    linked,
    plan
FROM files.generations
