-- Requests by hour. Grain: one combination of keys.
-- Segments are deltas: those of `files.requests_hour_settled` overlap no other segment in time, so their rows are final as they stand;
-- the others are summed. Rows that cancel out are left out.
CREATE VIEW requests_hour AS
SELECT
    "hour",
    platform,
    generator,
    request_class,
    is_self,
    outcome,
    "language",
    jurisdiction,
    target_gender,
    target_gender_source,
    target_is_public_figure,
    requests
FROM files.requests_hour_settled
UNION ALL
SELECT
    "hour",
    platform,
    generator,
    request_class,
    is_self,
    outcome,
    "language",
    jurisdiction,
    target_gender,
    target_gender_source,
    target_is_public_figure,
    sum(requests)::BIGINT AS requests
FROM files.requests_hour_open
GROUP BY ALL
HAVING sum(requests)::BIGINT <> 0;

COMMENT ON VIEW requests_hour IS 'Requests by hour of the mention, with the final answer known so far. Sum over what you do not need.';
COMMENT ON COLUMN requests_hour."hour" IS 'Start of the hour of the mention (UTC).';
COMMENT ON COLUMN requests_hour.platform IS 'Where the request was made.';
COMMENT ON COLUMN requests_hour.generator IS 'AI tool addressed.';
COMMENT ON COLUMN requests_hour.request_class IS 'What is asked, as declared: sexualising, other_edit, question, other or unknown.';
COMMENT ON COLUMN requests_hour.is_self IS 'Whether the account asks about itself. Left out of abuse figures.';
COMMENT ON COLUMN requests_hour.outcome IS 'Final answer so far: fulfilled, partial, refused, error, unknown or unanswered.';
COMMENT ON COLUMN requests_hour."language" IS 'Language of the prompt, BCP 47, as declared.';
COMMENT ON COLUMN requests_hour.jurisdiction IS 'Country or region, ISO 3166, as declared.';
COMMENT ON COLUMN requests_hour.target_gender IS 'Gender of the target as declared: woman, man, nonbinary or unknown.';
COMMENT ON COLUMN requests_hour.target_gender_source IS 'Where the gender comes from.';
COMMENT ON COLUMN requests_hour.target_is_public_figure IS 'Whether the target is a public figure, as declared; null where unknown.';
COMMENT ON COLUMN requests_hour.requests IS 'Mentions, at least 1.';
