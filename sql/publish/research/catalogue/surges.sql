-- Surges of counts of everything, a class, a generator or a language. Surges about one person are only counted: target_surges_day. Grain: as the first words say.
CREATE VIEW surges AS
SELECT
    opened_at,
    peak_at,
    closed_at,
    series_kind,
    series_key,
    observed,
    expected,
    low,
    high,
    score,
    p_value,
    q_value,
    window_seconds
FROM files.surges;

COMMENT ON VIEW surges IS 'Surges of counts of everything, a class, a generator or a language. Surges about one person are only counted: target_surges_day.';
COMMENT ON COLUMN surges.opened_at IS 'Hour in which it opened (UTC).';
COMMENT ON COLUMN surges.peak_at IS 'Hour of its peak (UTC).';
COMMENT ON COLUMN surges.closed_at IS 'Hour in which it closed (UTC); null while it is open.';
COMMENT ON COLUMN surges.series_kind IS 'What is counted: all, class, generator, language …';
COMMENT ON COLUMN surges.series_key IS 'Which one.';
COMMENT ON COLUMN surges.observed IS 'Events counted.';
COMMENT ON COLUMN surges.expected IS 'Events expected from the past.';
COMMENT ON COLUMN surges.low IS 'Lower end of what was to be expected.';
COMMENT ON COLUMN surges.high IS 'Upper end of what was to be expected.';
COMMENT ON COLUMN surges.score IS 'How unusual; higher is more.';
COMMENT ON COLUMN surges.p_value IS 'Chance of so much where nothing is unusual.';
COMMENT ON COLUMN surges.q_value IS 'That, corrected for how much is watched.';
COMMENT ON COLUMN surges.window_seconds IS 'Length of the window counted, in seconds.';
