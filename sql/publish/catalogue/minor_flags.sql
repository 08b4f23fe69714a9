-- Flags of possible minors by month, under suppression. Grain: month, type, source.
CREATE VIEW minor_flags AS
SELECT
    "month",
    event_type,
    minor_suspected_source,
    events,
    looked_at,
    flagged
FROM files.minor_flags
