-- Surges, latest version. Grain: one surge.
CREATE VIEW surges AS
SELECT
    surge_id,
    version,
    known_at,
    decided_at,
    series_kind,
    series_key,
    target_id,
    opened_at,
    since,
    peak_at,
    closed_at,
    observed,
    expected,
    low,
    high,
    accounts,
    score,
    p_value,
    q_value,
    window_seconds,
    reason,
    explanation
FROM files.surges
QUALIFY row_number() OVER (PARTITION BY surge_id ORDER BY version DESC) = 1;

COMMENT ON VIEW surges IS 'One row a surge: an interval in which a series is far above what its past explains. Latest version.';
COMMENT ON COLUMN surges.surge_id IS 'Identity of the surge; the same live and in replay.';
COMMENT ON COLUMN surges.version IS 'Number of this version of the finding; 1 is the first.';
COMMENT ON COLUMN surges.known_at IS 'When Veille wrote this version (UTC).';
COMMENT ON COLUMN surges.decided_at IS 'Event time (UTC) of the step that decided it.';
COMMENT ON COLUMN surges.series_kind IS 'What is counted: all, request_class, generator, language, outcome, surface, plan, jurisdiction or target.';
COMMENT ON COLUMN surges.series_key IS 'Which one: the value, for a target its pseudonym.';
COMMENT ON COLUMN surges.target_id IS 'Pseudonym of the target, where the series is a target.';
COMMENT ON COLUMN surges.opened_at IS 'Event time (UTC) of the mention that tripped the rule, or end of the bin.';
COMMENT ON COLUMN surges.since IS 'Begin (UTC) of the window that tripped it; observed and expected count from here.';
COMMENT ON COLUMN surges.peak_at IS 'When the count was highest (UTC).';
COMMENT ON COLUMN surges.closed_at IS 'End of the last bin above the closing level (UTC); null while open.';
COMMENT ON COLUMN surges.observed IS 'Events counted since `since`.';
COMMENT ON COLUMN surges.expected IS 'Events that the past explains in the same time.';
COMMENT ON COLUMN surges.low IS 'Lower end of the 99 % prediction interval of expected.';
COMMENT ON COLUMN surges.high IS 'Upper end of the 99 % prediction interval of expected.';
COMMENT ON COLUMN surges.accounts IS 'Distinct accounts behind the observed events.';
COMMENT ON COLUMN surges.score IS '-log10 of the calibrated p-value.';
COMMENT ON COLUMN surges.p_value IS 'Chance of such a count without a surge, calibrated on the series'' own past.';
COMMENT ON COLUMN surges.q_value IS 'p_value adjusted over all series of that step (Benjamini-Hochberg).';
COMMENT ON COLUMN surges.window_seconds IS 'Width of the window that tripped it, in seconds.';
COMMENT ON COLUMN surges.reason IS 'How it closed; null while open.';
COMMENT ON COLUMN surges.explanation IS 'JSON: what makes the excess (accounts, languages, classes, generators, surfaces, outcomes), points and query; null where none was made.';
