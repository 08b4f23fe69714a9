-- Changes in when targets were first asked about. Columns: as the view first_asked. Grain: one target.
SELECT
    first_at,
    target_id,
    sum(targets)::BIGINT AS targets
FROM first_changes
GROUP BY ALL
HAVING sum(targets) <> 0
