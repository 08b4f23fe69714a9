-- How many of a finished month were flagged as a possible minor, by source; few flagged targets are not told. Reads the table taken
-- and the variables small, event_type. Columns: as the view minor_flags. Grain: month, type, platform, source.
SELECT
    date_trunc('month', min("hour")) AS "month",
    getvariable('event_type') AS event_type,
    common_value('platform', platform) AS platform,
    common_value('minor_suspected_source', minor_suspected_source) AS minor_suspected_source,
    count(*) AS events,
    count(minor_suspected) AS looked_at,
    CASE WHEN count(DISTINCT unit) FILTER (minor_suspected) >= getvariable('small') THEN count(*) FILTER (minor_suspected) END AS flagged
FROM taken
GROUP BY platform, minor_suspected_source
HAVING count(DISTINCT unit) >= getvariable('small')
ORDER BY ALL
