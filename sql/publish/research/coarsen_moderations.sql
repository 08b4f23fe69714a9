-- What was done about posts, media and accounts: moderations that have no place yet, at one precision and level of detail. Levels: 0 all;
-- 1 without the reporter; 2 only the action; 3 not even that. Reads the tables taken, placed and the variable until.
-- Parameters: $precision (VARCHAR): day, month; $detail (INTEGER). Grain: one moderation.
CREATE OR REPLACE TEMP TABLE candidates AS
SELECT
    taken.rid,
    taken.target_id,
    taken.person,
    {
        occurred_at: period(taken."hour", $precision::VARCHAR),
        "precision": $precision::VARCHAR,
        "level": $detail::INTEGER,
        platform: common_value('platform', taken.platform),
        subject_type: CASE WHEN $detail < 2 THEN taken.subject_type ELSE 'merged' END,
        action: CASE WHEN $detail < 3 THEN taken.action ELSE 'merged' END,
        actor: CASE WHEN $detail < 2 THEN taken.actor ELSE 'merged' END,
        reporter: CASE WHEN $detail < 1 THEN taken.reporter ELSE 'merged' END
    } AS cell
FROM taken
ANTI JOIN placed ON taken.rid = placed.rid
WHERE is_over(taken."hour", $precision::VARCHAR)
