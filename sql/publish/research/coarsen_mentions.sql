-- Whom it is about: mentions that have no place yet, at one precision and level of detail. Levels: 0 all; 1 without the basis and the source
-- of the gender; 2 only whether it is a public figure, beside the class; 3 not even that; 4 the class and generator merged, too.
-- Reads the tables taken, placed and the variable until. Parameters: $precision (VARCHAR): day, month; $detail (INTEGER).
-- Grain: one mention.
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
        generator: CASE WHEN $detail < 4 THEN common_value('generator', taken.generator) ELSE 'merged' END,
        request_class: CASE WHEN $detail < 4 THEN taken.request_class ELSE 'merged' END,
        is_self: taken.is_self,
        target_basis: CASE WHEN $detail < 1 THEN taken.target_basis ELSE 'merged' END,
        target_gender: CASE WHEN $detail < 2 THEN taken.target_gender ELSE 'merged' END,
        target_gender_source: CASE WHEN $detail < 1 THEN common_value('target_gender_source', taken.target_gender_source) ELSE 'merged' END,
        target_is_public_figure: CASE WHEN $detail < 3 THEN taken.target_is_public_figure END
    } AS cell
FROM taken
ANTI JOIN placed ON taken.rid = placed.rid
WHERE is_over(taken."hour", $precision::VARCHAR)
