-- One row a request: what was asked and answered, and when. Rows say nothing of who asked about whom; see exchanges. Grain: one mention.
CREATE VIEW requests AS
SELECT
    occurred_at,
    "precision",
    "level",
    platform,
    sampling_probability,
    generator,
    request_class,
    is_self,
    outcome,
    answered_within,
    media_type,
    sexualised
FROM files.requests;

COMMENT ON VIEW requests IS 'One row a request: what was asked and answered, and when. Rows say nothing of who asked about whom; see exchanges.';
COMMENT ON COLUMN requests.occurred_at IS 'Start of the hour, 6 hours, day or month in which it happened (UTC); see precision.';
COMMENT ON COLUMN requests."precision" IS 'hour, 6 hours, day or month: finer where enough people share all that the row says. Leave out what is coarser than your question needs.';
COMMENT ON COLUMN requests."level" IS 'How much was merged away: 0 nothing; 1 the delay and content of the answer; 2 the sampling probability, too; 3 class, outcome and generator, too.';
COMMENT ON COLUMN requests.platform IS 'Where it happened; other where few accounts and targets share the value.';
COMMENT ON COLUMN requests.sampling_probability IS 'Chance with which the collector kept such an event, above 0 up to 1; null where it did not say, it is rare, or the row is coarser.';
COMMENT ON COLUMN requests.generator IS 'AI tool; other where rare, merged where the row is coarser.';
COMMENT ON COLUMN requests.request_class IS 'What is asked, as declared: sexualising, other_edit, question, other or unknown; merged where the row is coarser. Not yet abuse by itself.';
COMMENT ON COLUMN requests.is_self IS 'Whether the account asks about itself. Left out of abuse figures.';
COMMENT ON COLUMN requests.outcome IS 'Final answer: fulfilled, partial, refused, error, unknown where none is judged; unanswered while there is none; merged where the row is coarser.';
COMMENT ON COLUMN requests.answered_within IS 'Delay of the final answer: 1 minute, 10 minutes, 1 hour, 24 hours (each up to and including) or later; null while unanswered, merged where the row is coarser.';
COMMENT ON COLUMN requests.media_type IS 'image or video; null where nothing was made or nothing is known, merged where the row is coarser.';
COMMENT ON COLUMN requests.sexualised IS 'How sexualised the result is, as declared: none, suggestive, nudity, explicit or unknown; merged where the row is coarser.';
