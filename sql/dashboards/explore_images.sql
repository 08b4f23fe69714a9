-- Images that the generator made over time by one breakdown, in a period and in an earlier one; the rarest values as one. Most follow no
-- public mention and carry no request class. Counted by the time they were made.
-- Parameters: $before_since, $before_until, $since, $until (TIMESTAMP, UTC), $step_seconds (BIGINT), $origin (TIMESTAMP, UTC): as
--   sql/dashboards/explore_requests; $breakdown (VARCHAR: none, sexualised, surface, plan, platform, generator); $top (BIGINT): values
--   shown by name; $platform (VARCHAR): null takes all.
-- Columns: period (VARCHAR: before, now); at (TIMESTAMP, UTC): start of the step; series (VARCHAR, null where not declared); rest (BOOLEAN): the
--   values beyond $top together; images (BIGINT).
-- Grain: one period, step and value.
WITH held AS (
    SELECT * FROM production_between($since::TIMESTAMP, $until::TIMESTAMP)
    UNION ALL
    SELECT * FROM production_between($before_since::TIMESTAMP, $before_until::TIMESTAMP)
),

picked AS (
    SELECT
        "at" >= $since::TIMESTAMP AS later,
        "at",
        CASE $breakdown::VARCHAR
            WHEN 'none' THEN 'all'
            WHEN 'sexualised' THEN sexualised
            WHEN 'surface' THEN surface
            WHEN 'plan' THEN plan
            WHEN 'platform' THEN platform
            WHEN 'generator' THEN generator
        END AS found,
        generations
    FROM held
    WHERE
        outcome IN ('fulfilled', 'partial')
        AND coalesce(media_type, 'image') <> 'video'
        AND ($platform::VARCHAR IS NULL OR platform = $platform::VARCHAR)
),

ranked AS (
    SELECT
        found,
        row_number() OVER (
            ORDER BY sum(generations) FILTER (later) DESC NULLS LAST, sum(generations) DESC, found NULLS LAST
        ) AS place
    FROM picked
    GROUP BY found
)

SELECT
    CASE WHEN picked.later THEN 'now' ELSE 'before' END AS period,
    time_bucket(
        to_seconds($step_seconds::BIGINT),
        picked."at",
        CASE WHEN picked.later THEN $origin::TIMESTAMP ELSE $origin::TIMESTAMP - ($since::TIMESTAMP - $before_since::TIMESTAMP) END
    ) AS "at",
    CASE WHEN ranked.place <= $top::BIGINT THEN picked.found END AS series,
    ranked.place > $top::BIGINT AS rest,
    sum(picked.generations)::BIGINT AS images
FROM picked
INNER JOIN ranked ON picked.found IS NOT DISTINCT FROM ranked.found
GROUP BY ALL
HAVING sum(picked.generations) > 0
ORDER BY period, "at", rest, series NULLS LAST
