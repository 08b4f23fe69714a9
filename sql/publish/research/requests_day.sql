-- Requests of the month by day, cells of few people left out. Reads the variables until, small. Columns: as the view requests_day of
-- the research catalogue. Grain: one cell.
WITH each_unit AS (
    SELECT
        date_trunc('day', "hour") AS "day",
        common_value('platform', platform) AS platform,
        common_value('generator', generator) AS generator,
        request_class,
        is_self,
        outcome,
        unit,
        count(*) AS requests
    FROM taken
    WHERE date_trunc('day', "hour") + INTERVAL 1 DAY <= getvariable('until')
    GROUP BY ALL
)

SELECT
    "day",
    platform,
    generator,
    request_class,
    is_self,
    outcome,
    sum(requests)::BIGINT AS requests,
    count(*) AS targets
FROM each_unit
GROUP BY ALL
HAVING count(*) >= getvariable('small') AND max(requests) * 2 <= sum(requests)
ORDER BY ALL
