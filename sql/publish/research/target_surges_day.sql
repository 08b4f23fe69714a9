-- Surges about single targets that opened on each day; days with few such targets are left out. Reads the variables since, until,
-- small. Columns: as the view target_surges_day. Grain: one day.
WITH each_target AS (
    SELECT
        date_trunc('day', opened_at) AS "day",
        target_id,
        count(*) AS surges,
        sum(observed) AS requests
    FROM surges
    WHERE target_id IS NOT NULL AND opened_at >= getvariable('since') AND opened_at < getvariable('until')
    GROUP BY ALL
)

SELECT
    "day",
    count(*) AS targets,
    sum(surges)::BIGINT AS surges,
    sum(requests)::BIGINT AS requests
FROM each_target
WHERE "day" + INTERVAL 1 DAY <= getvariable('until')
GROUP BY ALL
HAVING count(*) >= getvariable('small') AND max(requests) * 2 <= sum(requests)
ORDER BY ALL
