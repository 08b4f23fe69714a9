-- Surges about single targets, counted by day. Days with few such targets are left out. Grain: as the first words say.
CREATE VIEW target_surges_day AS
SELECT
    "day",
    targets,
    surges
FROM files.target_surges_day;

COMMENT ON VIEW target_surges_day IS 'Surges about single targets, counted by day. Days with few such targets are left out.';
COMMENT ON COLUMN target_surges_day."day" IS 'Day on which they opened (UTC).';
COMMENT ON COLUMN target_surges_day.targets IS 'Distinct targets.';
COMMENT ON COLUMN target_surges_day.surges IS 'Surges.';
