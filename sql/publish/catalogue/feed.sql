-- Ingest by minute. Grain: one minute.
-- Segments are deltas: those of `files.feed_settled` overlap no other segment in time, so their rows are final as they stand;
-- the others are summed. Rows that cancel out are left out.
CREATE VIEW feed AS
SELECT
    "minute",
    batches,
    accepted,
    duplicates,
    dead_letters,
    unknown_fields
FROM files.feed_settled
UNION ALL
SELECT
    "minute",
    sum(batches)::BIGINT AS batches,
    sum(accepted)::BIGINT AS accepted,
    sum(duplicates)::BIGINT AS duplicates,
    sum(dead_letters)::BIGINT AS dead_letters,
    sum(unknown_fields)::BIGINT AS unknown_fields
FROM files.feed_open
GROUP BY ALL
HAVING sum(batches)::BIGINT <> 0;

COMMENT ON VIEW feed IS 'What ingest did, by minute of its own clock.';
COMMENT ON COLUMN feed."minute" IS 'Start of the minute in which batches were committed (UTC).';
COMMENT ON COLUMN feed.batches IS 'Batches committed.';
COMMENT ON COLUMN feed.accepted IS 'New events.';
COMMENT ON COLUMN feed.duplicates IS 'Repeated events, counted once.';
COMMENT ON COLUMN feed.dead_letters IS 'Messages that broke the contract.';
COMMENT ON COLUMN feed.unknown_fields IS 'Fields outside the contract, dropped.';
