-- Targets whose behaviour no single count shows, oddest first, as ranked last. A rank without an error rate: it opens nothing.
-- Parameters: $top (BIGINT): most rows.
-- Columns: position (INTEGER, from 1); target_id (UUID); score (DOUBLE, 0 to 1, higher is odder); contributions (VARCHAR): JSON, feature to
--   how much the score falls without it; decided_at (TIMESTAMP, UTC): when it was ranked.
-- Grain: one target of the latest ranking.
SELECT
    position,
    target_id,
    score,
    contributions,
    decided_at
FROM odd_targets
WHERE decided_at = (SELECT max(latest.decided_at) FROM odd_targets AS latest)
ORDER BY position, target_id
LIMIT $top::BIGINT
