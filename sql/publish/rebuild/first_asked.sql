-- When each target was first asked about by somebody else, in the order of that time. Parameters: $last (BIGINT): last batch.
INSERT INTO first_asked BY NAME
SELECT
    target_id,
    min(occurred_at) AS first_at
FROM mentions
WHERE batch <= $last AND NOT is_self AND target_id IS NOT NULL
GROUP BY target_id
ORDER BY first_at
