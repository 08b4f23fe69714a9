-- Images that the generator made over time by one breakdown, in a period and in an earlier one; the rarest values as one. Most follow no
-- public mention and carry no request class. Counted by whole hours of the time they were made.
-- Parameters: $before_since, $before_until, $since, $until (TIMESTAMP, UTC), $step_seconds (BIGINT), $origin (TIMESTAMP, UTC): as
--   sql/dashboards/explore_requests; $breakdown (VARCHAR: none, sexualised, surface, plan, platform, generator); $top (BIGINT): values
--   shown by name; $platform (VARCHAR): null takes all.
-- Columns: period (VARCHAR: before, now); at (TIMESTAMP, UTC): start of the step; series (VARCHAR, null where not declared); rest (BOOLEAN): the
--   values beyond $top together; images (BIGINT).
-- Grain: one period, step and value.
WITH picked AS (
    SELECT
        "hour" >= $since::TIMESTAMP AS later,
        "hour",
        CASE $breakdown::VARCHAR
            WHEN 'none' THEN 'all'
            WHEN 'sexualised' THEN sexualised
            WHEN 'surface' THEN surface
            WHEN 'plan' THEN plan
            WHEN 'platform' THEN platform
            WHEN 'generator' THEN generator
        END AS found,
        generations
    FROM production_hour
    WHERE
        (
            ("hour" >= $since::TIMESTAMP AND "hour" < $until::TIMESTAMP)
            OR ("hour" >= $before_since::TIMESTAMP AND "hour" < $before_until::TIMESTAMP)
        )
        AND outcome IN ('fulfilled', 'partial')
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
        picked."hour",
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
