-- Give the hours that have no place yet one of this precision, where enough people share it: at least $small distinct targets and
-- accounts on the platform, and no target behind more than half. A day or a month has a place only once it is over: what is added to
-- an unfinished one would show its hour. Reads the variable until (TIMESTAMP, UTC).
-- Parameters: $precision (VARCHAR): hour, day or month; $small (INTEGER). Grain: one hour of one platform.
INSERT INTO placed
WITH open AS (
    SELECT
        taken.platform,
        taken."hour",
        date_trunc($precision, taken."hour") AS period,
        taken.unit,
        taken.person
    FROM taken
    ANTI JOIN placed ON taken.platform = placed.platform AND taken."hour" = placed."hour"
    WHERE date_trunc($precision, taken."hour") + ('1 ' || $precision)::INTERVAL <= getvariable('until')
),

each_unit AS (
    SELECT platform, period, unit, count(*) AS events FROM open GROUP BY ALL
),

crowd AS (
    SELECT platform, period FROM each_unit
    GROUP BY ALL
    HAVING count(*) >= $small AND max(events) * 2 <= sum(events)
),

peopled AS (
    SELECT platform, period FROM open
    GROUP BY ALL
    HAVING count(DISTINCT person) >= $small
)

SELECT DISTINCT
    open.platform,
    open."hour",
    open.period AS occurred_at,
    $precision::VARCHAR AS "precision"
FROM open
SEMI JOIN crowd ON open.platform = crowd.platform AND open.period = crowd.period
SEMI JOIN peopled ON open.platform = peopled.platform AND open.period = peopled.period
