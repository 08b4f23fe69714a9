-- Flags of possible minors of a finished month, as the analyst catalogue counts them: under suppression already. Reads the variables since,
-- until. Columns: as the view minor_flags. Grain: month, type, source.
SELECT
    "month",
    event_type,
    minor_suspected_source,
    events,
    looked_at,
    flagged
FROM minor_flags
WHERE "month" >= getvariable('since') AND "month" < getvariable('until')
ORDER BY ALL
