-- Time of the oldest mention. Columns: first_at (TIMESTAMP, UTC): null where there is none. Grain: one row.
SELECT min(occurred_at) AS first_at
FROM mentions
