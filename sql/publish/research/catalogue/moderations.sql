-- How often what was done about posts, media and accounts, by day or month. Single reports and removals are not published. Grain: one cell.
CREATE VIEW moderations AS
SELECT
    occurred_at,
    "precision",
    "level",
    platform,
    subject_type,
    action,
    actor,
    reporter,
    events
FROM files.moderations
