-- What the catalogue holds, how fresh it is, and whether any of it is simulated.
-- Parameters: none.
-- Columns: as_of (TIMESTAMP, UTC, null before the first event): newest ingest; watermark (TIMESTAMP, UTC, null while unknown): event time that
--   every source has passed; published_at (TIMESTAMP, UTC): when the catalogue was written; first_at, newest_at (TIMESTAMP, UTC, null before
--   the first event): oldest and newest event time; mentions, generations, moderations (BIGINT): events;
--   simulated (BOOLEAN): whether some or all events are simulated.
-- Grain: one row.
SELECT
    status.as_of AS as_of,
    status.watermark AS watermark,
    status.published_at AS published_at,
    (
        SELECT min(segments.first_at)
        FROM segments
        WHERE segments.relation IN ('mentions', 'generations', 'moderations')
    ) AS first_at,
    status.newest_occurred_at AS newest_at,
    status.mentions AS mentions,
    status.generations AS generations,
    status.moderations AS moderations,
    status.simulated
    OR EXISTS (SELECT 1 FROM coverage WHERE coverage.collection_id LIKE 'simulated:%') AS simulated
FROM status
ORDER BY published_at
