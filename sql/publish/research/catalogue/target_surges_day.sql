-- Surges about single targets, counted by day. Days with few such targets are left out. Grain: as the first words say.
CREATE VIEW target_surges_day AS
SELECT
    "day",
    targets,
    surges
FROM files.target_surges_day
