-- How and where it was made: generations that have no place yet, at one precision and level of detail. Levels: 0 all; 1 without jurisdiction
-- and plan; 2 without the model; 3 without whether it is linked; 4 everything merged but the platform. Only those that answer a public
-- mention have more than generator, outcome and content: the others mostly name no target, and are safe only together.
-- Reads the tables taken, placed and the variable until. Parameters: $precision (VARCHAR): day, month; $detail (INTEGER).
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
        collection_id: CASE WHEN taken.linked AND $detail < 2 THEN common_value('collection_id', taken.collection_id) ELSE 'merged' END,
        sampling_probability: CASE WHEN taken.linked AND $detail < 2 THEN common_probability(taken.sampling_probability) END,
        jurisdiction: CASE WHEN taken.linked AND $detail < 1 THEN common_value('jurisdiction', taken.jurisdiction) ELSE 'merged' END,
        generator: CASE WHEN $detail < 4 THEN common_value('generator', taken.generator) ELSE 'merged' END,
        model: CASE WHEN taken.linked AND $detail < 2 THEN common_value('model', taken.model) ELSE 'merged' END,
        outcome: CASE WHEN $detail < 4 THEN taken.outcome ELSE 'merged' END,
        sexualised: CASE WHEN $detail < 4 THEN taken.sexualised ELSE 'merged' END,
        media_type: CASE WHEN $detail < 4 THEN taken.media_type ELSE 'merged' END,
        linked: CASE WHEN $detail < 3 THEN taken.linked END,
        plan: CASE WHEN taken.linked AND $detail < 1 THEN taken.plan ELSE 'merged' END
    } AS cell
FROM taken
ANTI JOIN placed ON taken.rid = placed.rid
WHERE is_over(taken."hour", $precision::VARCHAR)
