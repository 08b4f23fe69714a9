-- What the cut changes in first_asked: +1 where a target is first asked about now, and -1 where that stood when an earlier mention came late.
-- Columns: target_id (UUID), first_at (TIMESTAMP, UTC), targets (INTEGER). Grain: one change.
CREATE OR REPLACE TEMP TABLE first_changes AS
WITH known AS (
    SELECT
        first_asked.target_id,
        first_asked.first_at
    FROM first_asked
    INNER JOIN asked ON first_asked.target_id = asked.target_id
)

SELECT
    asked.target_id,
    asked.first_at,
    1 AS targets
FROM asked
LEFT JOIN known ON asked.target_id = known.target_id
WHERE known.first_at IS NULL OR asked.first_at < known.first_at
UNION ALL
SELECT
    known.target_id,
    known.first_at,
    -1 AS targets
FROM known
INNER JOIN asked ON known.target_id = asked.target_id
WHERE asked.first_at < known.first_at
