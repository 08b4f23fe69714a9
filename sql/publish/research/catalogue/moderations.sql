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
FROM files.moderations;

COMMENT ON VIEW moderations IS 'How often what was done about posts, media and accounts, by day or month. Single reports and removals are not published.';
COMMENT ON COLUMN moderations.occurred_at IS 'Start of the day or month in which it happened (UTC); see precision.';
COMMENT ON COLUMN moderations."precision" IS 'day or month: finer where enough people share all that the row says. Leave out what is coarser than your question needs.';
COMMENT ON COLUMN moderations."level" IS 'How much was merged away: 0 nothing; 1 the reporter; 2 all but the action; 3 everything but the platform.';
COMMENT ON COLUMN moderations.platform IS 'Where it happened; other where few accounts and targets share the value.';
COMMENT ON COLUMN moderations.subject_type IS 'What it is about: post, media or account; merged where the row is coarser.';
COMMENT ON COLUMN moderations.action IS 'reported, report_validated, removed, deleted_by_author, restored, geo_restricted, restricted or suspended; merged where the row is coarser.';
COMMENT ON COLUMN moderations.actor IS 'Who acted: platform, automated, author or authority; merged where the row is coarser.';
COMMENT ON COLUMN moderations.reporter IS 'Who reported: depicted_person, representative, trusted_flagger, authority, user or automated; merged where the row is coarser.';
COMMENT ON COLUMN moderations.events IS 'Moderations.';
