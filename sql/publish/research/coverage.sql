-- Coverage of the month by hour. Reads the variables since, until. Columns: as the view coverage of the research catalogue. Grain: hour, type,
-- platform, collection, probability.
SELECT
    "hour",
    event_type,
    platform,
    collection_id,
    sampling_probability,
    events
FROM coverage
WHERE "hour" >= getvariable('since') AND "hour" < getvariable('until')
ORDER BY ALL
