-- Surges about single targets, counted by day. Reads the tables released, candidates. Columns: as the view target_surges_day.
-- Grain: one day.
SELECT
    candidates.cell."day" AS "day",
    count(DISTINCT candidates.target_id) AS targets,
    count(DISTINCT candidates.rid) AS surges
FROM candidates
SEMI JOIN released ON candidates.rid = released.rid
GROUP BY ALL
ORDER BY ALL
