-- How many of the cut's older mentions were found. Columns: found (BIGINT). Grain: one row.
SELECT count(*) AS found
FROM old_mentions
