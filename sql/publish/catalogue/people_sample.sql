-- Mentions of one in 16 targets or accounts. Grain: one mention.
CREATE VIEW people_sample AS
SELECT
    occurred_at,
    platform,
    jurisdiction,
    account_id,
    account_drawn,
    target_id,
    target_drawn,
    generator,
    "language",
    request_class,
    target_gender,
    target_gender_source,
    target_is_public_figure
FROM files.people_sample
