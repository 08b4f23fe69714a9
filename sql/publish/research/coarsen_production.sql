-- What was made, and when: generations that have no place yet, at one precision and level of detail. Levels: 0 all; 1 without the sampling
-- probability; 2 the kind of image, generator and outcome merged.
-- Reads the tables taken, placed and the variable until. Parameters: $precision (VARCHAR): hour, 6 hours, day, month; $detail (INTEGER).
-- Grain: one generation.
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
        sampling_probability: CASE WHEN $detail < 1 THEN common_probability(taken.sampling_probability) END,
        generator: CASE WHEN $detail < 2 THEN common_value('generator', taken.generator) ELSE 'merged' END,
        outcome: CASE WHEN $detail < 2 THEN taken.outcome ELSE 'merged' END,
        media_type: CASE WHEN $detail < 2 THEN taken.media_type ELSE 'merged' END,
        sexualised: CASE WHEN $detail < 2 THEN taken.sexualised ELSE 'merged' END
    } AS cell
FROM taken
ANTI JOIN placed ON taken.rid = placed.rid
WHERE is_over(taken."hour", $precision::VARCHAR)
