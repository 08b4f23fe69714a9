-- Requests by day, with cells of few targets, or with one target above half, left out. Sum over what you do not need, knowing that. Grain: as the first words say.
CREATE VIEW requests_day AS
SELECT
    "day",
    platform,
    generator,
    request_class,
    is_self,
    outcome,
    requests,
    targets
FROM files.requests_day;

COMMENT ON VIEW requests_day IS 'Requests by day, with cells of few targets, or with one target above half, left out. Sum over what you do not need, knowing that.';
COMMENT ON COLUMN requests_day."day" IS 'Day of the mention (UTC); finished days only.';
COMMENT ON COLUMN requests_day.platform IS 'Where the request was made.';
COMMENT ON COLUMN requests_day.generator IS 'AI tool addressed; other where rare.';
COMMENT ON COLUMN requests_day.request_class IS 'What is asked, as declared.';
COMMENT ON COLUMN requests_day.is_self IS 'Whether the account asks about itself.';
COMMENT ON COLUMN requests_day.outcome IS 'Final answer so far: fulfilled, partial, refused, error or unanswered.';
COMMENT ON COLUMN requests_day.requests IS 'Mentions.';
COMMENT ON COLUMN requests_day.targets IS 'Distinct targets.';
