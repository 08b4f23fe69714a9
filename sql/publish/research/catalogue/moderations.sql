-- One row a moderation, coarsened. Rows name no post, account or report. Grain: as the first words say.
CREATE VIEW moderations AS
SELECT
    occurred_at,
    "precision",
    platform,
    collection_id,
    sampling_probability,
    jurisdiction,
    subject_type,
    action,
    reporter,
    actor,
    reason
FROM files.moderations;

COMMENT ON VIEW moderations IS 'One row a moderation, coarsened. Rows name no post, account or report.';
COMMENT ON COLUMN moderations.occurred_at IS 'Start of the hour, day or month in which it happened (UTC); see precision.';
COMMENT ON COLUMN moderations."precision" IS 'hour; day or month where too few people share the hour. Leave out what is coarser than your question needs.';
COMMENT ON COLUMN moderations.platform IS 'Where it happened; other where few accounts and targets share the value.';
COMMENT ON COLUMN moderations.collection_id IS 'Which collector and query brought it; other where rare.';
COMMENT ON COLUMN moderations.sampling_probability IS 'Chance with which the collector kept such an event, above 0 up to 1; null where it did not say.';
COMMENT ON COLUMN moderations.jurisdiction IS 'Country or region, ISO 3166, as declared; other where rare.';
COMMENT ON COLUMN moderations.subject_type IS 'What it is about: post, media or account.';
COMMENT ON COLUMN moderations.action IS 'reported, report_validated, removed, deleted_by_author, restored, geo_restricted, restricted or suspended.';
COMMENT ON COLUMN moderations.reporter IS 'Who reported: depicted_person, representative, trusted_flagger, authority, user or automated; other where rare.';
COMMENT ON COLUMN moderations.actor IS 'Who acted: platform, automated, author or authority.';
COMMENT ON COLUMN moderations.reason IS 'Reason given; other where rare.';
