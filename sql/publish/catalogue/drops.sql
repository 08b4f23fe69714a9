-- Drops, latest version. Grain: one drop.
CREATE VIEW drops AS
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
FROM files.drops
QUALIFY row_number() OVER (PARTITION BY surge_id ORDER BY version DESC) = 1;

COMMENT ON VIEW drops IS 'One row a drop: an interval in which a series is far below what its past explains. Latest version.';
COMMENT ON COLUMN drops.surge_id IS 'Identity of the drop; the same live and in replay.';
COMMENT ON COLUMN drops.version IS 'Number of this version of the finding; 1 is the first.';
COMMENT ON COLUMN drops.known_at IS 'When Veille wrote this version (UTC).';
COMMENT ON COLUMN drops.decided_at IS 'Event time (UTC) of the step that decided it.';
COMMENT ON COLUMN drops.series_kind IS 'What is counted: all, request_class, generator, language, outcome, surface, plan, jurisdiction or target.';
COMMENT ON COLUMN drops.series_key IS 'Which one: the value, for a target its pseudonym.';
COMMENT ON COLUMN drops.target_id IS 'Pseudonym of the target, where the series is a target.';
COMMENT ON COLUMN drops.opened_at IS 'Event time (UTC) from which the count was too low.';
COMMENT ON COLUMN drops.since IS 'Begin (UTC) of the window that tripped it; observed and expected count from here.';
COMMENT ON COLUMN drops.peak_at IS 'When the count was lowest against its expectation (UTC).';
COMMENT ON COLUMN drops.closed_at IS 'When it was back (UTC); null while open.';
COMMENT ON COLUMN drops.observed IS 'Events counted since `since`.';
COMMENT ON COLUMN drops.expected IS 'Events that the past explains in the same time.';
COMMENT ON COLUMN drops.low IS 'Lower end of the 99 % prediction interval of expected.';
COMMENT ON COLUMN drops.high IS 'Upper end of the 99 % prediction interval of expected.';
COMMENT ON COLUMN drops.accounts IS 'Distinct accounts behind the observed events.';
COMMENT ON COLUMN drops.score IS '-log10 of the calibrated p-value.';
COMMENT ON COLUMN drops.p_value IS 'Chance of so low a count without a drop, calibrated on the series'' own past.';
COMMENT ON COLUMN drops.q_value IS 'p_value adjusted over all series of that step (Benjamini-Hochberg).';
COMMENT ON COLUMN drops.window_seconds IS 'Width of the window that tripped it, in seconds.';
COMMENT ON COLUMN drops.reason IS 'What is known of the cause: the series alone fell silent, its source did, or its collection changed.';
COMMENT ON COLUMN drops.explanation IS 'JSON: points and query; null where none was made.';
