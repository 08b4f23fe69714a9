-- Drops of such counts. Grain: as the first words say.
CREATE VIEW drops AS
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
FROM files.drops;

COMMENT ON VIEW drops IS 'Drops of such counts.';
COMMENT ON COLUMN drops.opened_at IS 'Hour in which it opened (UTC).';
COMMENT ON COLUMN drops.peak_at IS 'Hour of its peak (UTC).';
COMMENT ON COLUMN drops.closed_at IS 'Hour in which it closed (UTC); null while it is open.';
COMMENT ON COLUMN drops.series_kind IS 'What is counted: all, class, generator, language …';
COMMENT ON COLUMN drops.series_key IS 'Which one.';
COMMENT ON COLUMN drops.observed IS 'Events counted.';
COMMENT ON COLUMN drops.expected IS 'Events expected from the past.';
COMMENT ON COLUMN drops.low IS 'Lower end of what was to be expected.';
COMMENT ON COLUMN drops.high IS 'Upper end of what was to be expected.';
COMMENT ON COLUMN drops.score IS 'How unusual; higher is more.';
COMMENT ON COLUMN drops.p_value IS 'Chance of so much where nothing is unusual.';
COMMENT ON COLUMN drops.q_value IS 'That, corrected for how much is watched.';
COMMENT ON COLUMN drops.window_seconds IS 'Length of the window counted, in seconds.';
