-- Who asks and in which words, and the answer: exchanges that have no place yet, at one precision and level of detail. Levels: 0 all; 1
-- without what describes the account and the prompt; 2 only language and outcome beside the class; 3 only the language; 4 not even that;
-- 5 the class and generator merged, too. Whom it is about stands in mentions.
-- Reads the tables taken, placed and the variable until. Parameters: $precision (VARCHAR): day, month; $detail (INTEGER).
-- Grain: one exchange.
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
        collection_id: CASE WHEN $detail < 3 THEN common_value('collection_id', taken.collection_id) ELSE 'merged' END,
        sampling_probability: CASE WHEN $detail < 3 THEN common_probability(taken.sampling_probability) END,
        generator: CASE WHEN $detail < 5 THEN common_value('generator', taken.generator) ELSE 'merged' END,
        request_class: CASE WHEN $detail < 5 THEN taken.request_class ELSE 'merged' END,
        request_class_source: CASE WHEN $detail < 2 THEN common_value('request_class_source', taken.request_class_source) ELSE 'merged' END,
        is_self: taken.is_self,
        outcome: CASE WHEN $detail < 3 THEN taken.outcome ELSE 'merged' END,
        "language": CASE WHEN $detail < 4 THEN common_value('language', taken."language") ELSE 'merged' END,
        jurisdiction: CASE WHEN $detail < 2 THEN common_value('jurisdiction', taken.jurisdiction) ELSE 'merged' END,
        prompt_length: CASE WHEN $detail < 1 THEN taken.prompt_length ELSE 'merged' END,
        account_age: CASE WHEN $detail < 1 THEN taken.account_age ELSE 'merged' END,
        account_followers: CASE WHEN $detail < 1 THEN taken.account_followers ELSE 'merged' END
    } AS cell
FROM taken
ANTI JOIN placed ON taken.rid = placed.rid
WHERE is_over(taken."hour", $precision::VARCHAR)
