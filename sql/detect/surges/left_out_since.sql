-- How many mentions had to be left out of the counts of targets. Parameters: $since (TIMESTAMP, UTC): of what was written since then.
-- Columns: mentions (BIGINT). Grain: one row.
SELECT coalesce(sum(mentions), 0)::BIGINT AS mentions
FROM (
    SELECT max(mentions) AS mentions
    FROM mentions_left_out
    WHERE known_at >= $since
    GROUP BY hour
) AS hours
