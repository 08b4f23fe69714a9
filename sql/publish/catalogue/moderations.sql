-- Moderations as readers see them. Grain: one action.
CREATE VIEW moderations AS
SELECT
    event_id,
    platform,
    occurred_at,
    collected_at,
    ingested_at,
    collection_id,
    sampling_probability,
    jurisdiction,
    subject_type,
    subject_id,
    action,
    report_id,
    reporter,
    actor,
    reason,
    reason_links,
    reason_cut,
    post_id,
    mention_id
FROM files.moderations;

COMMENT ON VIEW moderations IS 'One row a moderation: something done about a post, a media item or an account.';
COMMENT ON COLUMN moderations.event_id IS 'Pseudonym of the event, unique per platform and type.';
COMMENT ON COLUMN moderations.platform IS 'Where it happened; unknown where the collector did not say.';
COMMENT ON COLUMN moderations.occurred_at IS 'When it happened (UTC). Every count goes by this time.';
COMMENT ON COLUMN moderations.collected_at IS 'When the collector saw it (UTC), where it said so.';
COMMENT ON COLUMN moderations.ingested_at IS 'When Veille learned of it (UTC).';
COMMENT ON COLUMN moderations.collection_id IS 'Which collector and query brought it.';
COMMENT ON COLUMN moderations.sampling_probability IS 'Chance with which the collector kept such an event, above 0 up to 1; null where it did not say.';
COMMENT ON COLUMN moderations.jurisdiction IS 'Country or region, ISO 3166, as declared.';
COMMENT ON COLUMN moderations.subject_type IS 'What it is about: post, media or account.';
COMMENT ON COLUMN moderations.subject_id IS 'Pseudonym of that post, media item or account.';
COMMENT ON COLUMN moderations.action IS 'reported, report_validated, removed, deleted_by_author, restored, geo_restricted, restricted or suspended.';
COMMENT ON COLUMN moderations.report_id IS 'Pseudonym of the report.';
COMMENT ON COLUMN moderations.reporter IS 'Who reported: depicted_person, representative, trusted_flagger, authority, user or automated.';
COMMENT ON COLUMN moderations.actor IS 'Who acted: platform, automated, author or authority.';
COMMENT ON COLUMN moderations.reason IS 'Reason given.';
COMMENT ON COLUMN moderations.reason_links IS 'Whether a link in the reason was replaced; null on rows from before this was noted.';
COMMENT ON COLUMN moderations.reason_cut IS 'Whether the reason was longer than 1,000 characters and its end is missing; null on rows from before this was noted.';
COMMENT ON COLUMN moderations.post_id IS 'Pseudonym of the post concerned.';
COMMENT ON COLUMN moderations.mention_id IS 'Pseudonym of the mention concerned.';
