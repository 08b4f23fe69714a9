-- What became of requests: exchanges that have no place yet, by month, at one level of detail. Levels: 0 all; 1 without the delay; 2 only
-- whether it was reported; 3 not even that. Reads the tables taken, placed and the variable until.
-- Parameters: $precision (VARCHAR): month; $detail (INTEGER). Grain: one exchange.
CREATE OR REPLACE TEMP TABLE candidates AS
SELECT
    taken.rid,
    taken.target_id,
    taken.person,
    {
        "month": period(taken."hour", $precision::VARCHAR),
        "level": $detail::INTEGER,
        platform: common_value('platform', taken.platform),
        request_class: taken.request_class,
        is_self: taken.is_self,
        reported: CASE WHEN $detail < 3 THEN taken.reported END,
        report_valid: CASE WHEN $detail < 2 THEN taken.report_valid END,
        removal: CASE WHEN $detail < 2 THEN taken.removal ELSE 'merged' END,
        removed_within: CASE WHEN $detail < 1 THEN taken.removed_within ELSE 'merged' END,
        taken_down: CASE WHEN $detail < 2 THEN taken.taken_down END
    } AS cell
FROM taken
ANTI JOIN placed ON taken.rid = placed.rid
WHERE is_over(taken."hour", $precision::VARCHAR)
