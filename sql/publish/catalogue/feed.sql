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
HAVING sum(batches)::BIGINT <> 0
