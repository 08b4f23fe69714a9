-- One row a mention with its final answer and what became of it, coarsened. Rows name no account and no target; see targets and accounts. Grain: as the first words say.
CREATE VIEW exchanges AS
SELECT
    occurred_at,
    "precision",
    platform,
    collection_id,
    sampling_probability,
    jurisdiction,
    is_self,
    target_known,
    target_basis,
    generator,
    "language",
    request_class,
    request_class_source,
    target_gender,
    target_gender_source,
    target_is_public_figure,
    prompt_length,
    account_age,
    account_followers,
    outcome,
    answered_within,
    surface,
    plan,
    model,
    media_type,
    sexualised,
    answers,
    answer_views,
    reported,
    report_valid,
    removal,
    removal_hours,
    taken_down
FROM files.exchanges;

COMMENT ON VIEW exchanges IS 'One row a mention with its final answer and what became of it, coarsened. Rows name no account and no target; see targets and accounts.';
COMMENT ON COLUMN exchanges.occurred_at IS 'Start of the hour, day or month in which it happened (UTC); see precision.';
COMMENT ON COLUMN exchanges."precision" IS 'hour; day or month where too few people share the hour. Leave out what is coarser than your question needs.';
COMMENT ON COLUMN exchanges.platform IS 'Where it happened; other where few accounts and targets share the value.';
COMMENT ON COLUMN exchanges.collection_id IS 'Which collector and query brought it; other where rare.';
COMMENT ON COLUMN exchanges.sampling_probability IS 'Chance with which the collector kept such an event, above 0 up to 1; null where it did not say.';
COMMENT ON COLUMN exchanges.jurisdiction IS 'Country or region, ISO 3166, as declared; other where rare.';
COMMENT ON COLUMN exchanges.is_self IS 'Whether the account asks about itself. Left out of abuse figures.';
COMMENT ON COLUMN exchanges.target_known IS 'Whether the collector knew whom it is about.';
COMMENT ON COLUMN exchanges.target_basis IS 'How the target is known: post_author, tagged, depicted or unknown.';
COMMENT ON COLUMN exchanges.generator IS 'AI tool addressed; other where rare.';
COMMENT ON COLUMN exchanges."language" IS 'Language of the prompt (primary subtag), as declared; other where rare.';
COMMENT ON COLUMN exchanges.request_class IS 'What is asked, as declared: sexualising, other_edit, question, other or unknown. Not yet abuse by itself.';
COMMENT ON COLUMN exchanges.request_class_source IS 'Who or what declared the class; other where rare.';
COMMENT ON COLUMN exchanges.target_gender IS 'Gender of the target as declared: woman, man, nonbinary or unknown. Never inferred here.';
COMMENT ON COLUMN exchanges.target_gender_source IS 'Where the gender comes from; other where rare.';
COMMENT ON COLUMN exchanges.target_is_public_figure IS 'Whether the target is a public figure, as declared; null where unknown.';
COMMENT ON COLUMN exchanges.prompt_length IS 'Characters of the prompt: 0-20, 21-40, 41-80, 81-160 or 161+; null without a prompt. Its text is not published.';
COMMENT ON COLUMN exchanges.account_age IS 'Age of the account that asks: under 1 month, 1-11 months, 12 months or more; null where unknown.';
COMMENT ON COLUMN exchanges.account_followers IS 'Followers of the account: 0-99, 100-999, 1000-9999 or 10000+; null where unknown.';
COMMENT ON COLUMN exchanges.outcome IS 'Final answer: fulfilled, partial, refused, error; unanswered while there is none.';
COMMENT ON COLUMN exchanges.answered_within IS 'Delay of the final answer: 1 minute, 10 minutes, 1 hour, 24 hours (each up to and including) or later; null while unanswered.';
COMMENT ON COLUMN exchanges.surface IS 'Where the final answer was used.';
COMMENT ON COLUMN exchanges.plan IS 'Plan of the final answer: free, paid or unknown.';
COMMENT ON COLUMN exchanges.model IS 'Model of the final answer; other where rare.';
COMMENT ON COLUMN exchanges.media_type IS 'image or video, of the final answer.';
COMMENT ON COLUMN exchanges.sexualised IS 'How sexualised the final answer is, as declared.';
COMMENT ON COLUMN exchanges.answers IS 'Generations that name this mention; 3 means 3 or more.';
COMMENT ON COLUMN exchanges.answer_views IS 'Views of the answer as last declared: 0-99, 100-999, 1000-9999 or 10000+; null where unknown.';
COMMENT ON COLUMN exchanges.reported IS 'Whether the mention, its post or the answer was reported.';
COMMENT ON COLUMN exchanges.report_valid IS 'Whether a report was found valid.';
COMMENT ON COLUMN exchanges.removal IS 'What took it down first: removed (platform or order) or deleted_by_author; null where nothing did.';
COMMENT ON COLUMN exchanges.removal_hours IS 'Whole hours from the first valid report to that; null without either, negative where it was gone before.';
COMMENT ON COLUMN exchanges.taken_down IS 'Whether the last of removal, deletion and restoration took it down; null where none is known.';
