-- What each collection brought on days of the month that are over. Reads the tables taken, placed and the variables until, event_type.
-- Grain: one event.
CREATE OR REPLACE TEMP TABLE candidates AS
SELECT
    rid,
    target_id,
    person,
    {
        "day": period("hour", 'day'),
        event_type: getvariable('event_type'),
        platform: common_value('platform', platform),
        collection_id: common_value('collection_id', collection_id),
        sampling_probability: common_probability(sampling_probability)
    } AS cell
FROM taken
WHERE is_over("hour", 'day')
