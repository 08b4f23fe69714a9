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
FROM files.requests
