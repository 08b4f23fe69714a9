-- Flags of possible minors by month, under suppression. Grain: month, type, source.
CREATE VIEW minor_flags AS
SELECT
    "month",
    event_type,
    minor_suspected_source,
    events,
    looked_at,
    flagged
FROM files.minor_flags;

COMMENT ON VIEW minor_flags IS 'Flags of possible minors by month: flagged, unverified. About half of such flags are false at a prevalence of 0.5 %.';
COMMENT ON COLUMN minor_flags."month" IS 'Start of the month (UTC); finished months only.';
COMMENT ON COLUMN minor_flags.event_type IS 'mention, generation, or image: generations that made one.';
COMMENT ON COLUMN minor_flags.minor_suspected_source IS 'Who or what set the flag; null where not said.';
COMMENT ON COLUMN minor_flags.events IS 'Events.';
COMMENT ON COLUMN minor_flags.looked_at IS 'Events for which the source said yes or no.';
COMMENT ON COLUMN minor_flags.flagged IS 'Events flagged; null where few accounts or targets are concerned.';
