-- How often targets were mentioned in the days before a time. Reads the registered frame wanted (target_id VARCHAR, before
-- TIMESTAMP). Parameters: $days (DOUBLE, days). Columns: target_id (VARCHAR), before (TIMESTAMP), mentions (BIGINT).
-- Grain: one row of wanted.
SELECT CAST(w.target_id AS VARCHAR) AS target_id, w.before, count(m.event_id) AS mentions
FROM wanted AS w
LEFT JOIN mentions AS m
    ON
        m.target_id = CAST(w.target_id AS UUID)
        AND m.occurred_at < w.before
        AND m.occurred_at >= w.before - to_seconds($days * 86400)
        AND NOT m.is_self
GROUP BY w.target_id, w.before
ORDER BY w.target_id, w.before
