-- What was said of one surge or drop, when: each version of it.
-- Parameters: $surge_id (VARCHAR).
-- Columns: version (INTEGER); decided_at (TIMESTAMP, UTC): event time of the decision; known_at (TIMESTAMP, UTC): when it was written;
--   observed (BIGINT); expected (DOUBLE); accounts (BIGINT); closed_at (TIMESTAMP, UTC, null while open).
-- Grain: one version.
WITH either AS (
    SELECT version, decided_at, known_at, observed, expected, accounts, closed_at FROM surges_versions WHERE surge_id = $surge_id::VARCHAR
    UNION ALL
    SELECT version, decided_at, known_at, observed, expected, accounts, closed_at FROM drops_versions WHERE surge_id = $surge_id::VARCHAR
)

SELECT
    version,
    decided_at,
    known_at,
    observed,
    expected,
    accounts,
    closed_at
FROM either
ORDER BY version, known_at
