-- When each surge was decided first: its opening, as it was recorded then. Columns: surge_id (VARCHAR); decided_at (TIMESTAMP, UTC). Grain: one surge.
SELECT
    surge_id,
    min(decided_at) AS decided_at
FROM surges
GROUP BY surge_id
ORDER BY surge_id
