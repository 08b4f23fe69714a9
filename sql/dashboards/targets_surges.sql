-- Surges of one person's count, latest first.
-- Parameters: $target_id (UUID).
-- Columns: surge_id (VARCHAR); opened_at, closed_at (TIMESTAMP, UTC; closed_at null while open); observed, accounts (BIGINT); expected (DOUBLE).
-- Grain: one surge, its latest version.
SELECT
    surge_id,
    opened_at,
    closed_at,
    observed,
    accounts,
    expected
FROM surges
WHERE target_id = $target_id::UUID
ORDER BY opened_at DESC, surge_id
