-- Surges about single targets that opened on days of the month that are over, with those who asked about them on that day. Reads the
-- variables since, until. Grain: one request of one surge.
CREATE OR REPLACE TEMP TABLE candidates AS
SELECT
    opened.rid,
    opened.target_id,
    mentions.account_id AS person,
    {"day": opened."day"} AS cell
FROM (
    SELECT row_number() OVER (ORDER BY surge_id) AS rid, date_trunc('day', opened_at) AS "day", target_id
    FROM surges
    WHERE target_id IS NOT NULL AND opened_at >= getvariable('since') AND opened_at < getvariable('until')
) AS opened
INNER JOIN mentions
    ON opened.target_id = mentions.target_id
    AND mentions.occurred_at >= opened."day"
    AND mentions.occurred_at < opened."day" + INTERVAL 1 DAY
WHERE is_over(opened."day", 'day')
