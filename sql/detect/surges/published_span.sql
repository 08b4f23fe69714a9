-- Event time of what is published, and its platforms. Columns: first_at, last_at (TIMESTAMP, UTC), null where there is none; platforms (VARCHAR[]).
-- Grain: one row.
SELECT
    min(occurred_at) AS first_at,
    max(occurred_at) AS last_at,
    list_sort(list(DISTINCT platform)) AS platforms
FROM mentions
