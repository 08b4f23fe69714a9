-- In which hours each collection brought anything; of rare collections only that one ran. Reads the table taken and the variable
-- event_type. Columns: as the view coverage of the research catalogue. Grain: hour, type, platform, collection, probability.
SELECT DISTINCT
    "hour",
    getvariable('event_type') AS event_type,
    common_value('platform', platform) AS platform,
    common_value('collection_id', collection_id) AS collection_id,
    common_probability(sampling_probability) AS sampling_probability
FROM taken
ORDER BY ALL
