-- Question: How much did the generators make in 24 hours, by how sexualised it is?
-- Method: Counts images made (fulfilled or partial), answers to a public mention or not, in the hours from the one of $since on; and
--   divides by all hours and by the hours in which any generation was collected.
-- Caveats: A count of what was collected: an hour without collection counts as nothing in per_hour. Content is as declared. Videos are
--   left out. On research: what is too rare for its day, or at the ends for its hour, is left out; a window from midnight loses least.
-- Study: the 24-hour count of 5 to 6 January 2026 (Bloomberg), per hour.
-- Catalogues: analyst, research.
-- Parameters: $since (TIMESTAMP, UTC): its hour is the first; $hours (BIGINT, from 1) = 24: length.
-- Columns: sexualised (VARCHAR): none, suggestive, nudity, explicit or unknown, all for their sum; outputs (BIGINT); hours_covered
--   (BIGINT): hours in which a generation was collected; per_hour (DOUBLE): over all hours; per_covered_hour (DOUBLE): over the covered
--   ones, null where there is none.
-- Grain: one level, and their sum.
WITH bounds AS (
    SELECT
        date_trunc('hour', $since::TIMESTAMP) AS begins_at,
        date_trunc('hour', $since::TIMESTAMP) + to_hours($hours::BIGINT) AS ends_at
),

counted AS (
    SELECT production_day.sexualised, production_day.outcome, production_day.media_type, production_day.generations
    FROM production_day
    INNER JOIN bounds
        ON production_day."day" >= bounds.begins_at AND production_day."day" + INTERVAL 1 DAY <= bounds.ends_at
    UNION ALL
    SELECT production_hour.sexualised, production_hour.outcome, production_hour.media_type, production_hour.generations
    FROM production_hour
    INNER JOIN bounds
        ON
            production_hour."hour" >= bounds.begins_at
            AND production_hour."hour" < bounds.ends_at
            AND NOT (
                date_trunc('day', production_hour."hour") >= bounds.begins_at
                AND date_trunc('day', production_hour."hour") + INTERVAL 1 DAY <= bounds.ends_at
            )
),

made AS (
    SELECT sexualised, sum(generations)::BIGINT AS generations
    FROM counted
    WHERE outcome IN ('fulfilled', 'partial') AND coalesce(media_type, 'image') = 'image'
    GROUP BY sexualised
),

covered AS (
    SELECT count(DISTINCT "hour") AS hours_covered
    FROM coverage
    WHERE
        "hour" >= date_trunc('hour', $since::TIMESTAMP)
        AND "hour" < date_trunc('hour', $since::TIMESTAMP) + to_hours($hours::BIGINT)
        AND event_type = 'generation'
),

summed AS (
    SELECT levels.sexualised AS sexualised, coalesce(made.generations, 0)::BIGINT AS outputs
    FROM (SELECT unnest(['none', 'suggestive', 'nudity', 'explicit', 'unknown']) AS sexualised) AS levels
    LEFT JOIN made ON levels.sexualised = made.sexualised
    UNION ALL
    SELECT 'all' AS sexualised, coalesce(sum(generations), 0)::BIGINT AS outputs FROM made
)

SELECT
    summed.sexualised AS sexualised,
    summed.outputs AS outputs,
    covered.hours_covered AS hours_covered,
    round(summed.outputs / $hours::BIGINT, 6) AS per_hour,
    round(summed.outputs / nullif(covered.hours_covered, 0), 6) AS per_covered_hour
FROM summed
CROSS JOIN covered
ORDER BY list_position(['all', 'none', 'suggestive', 'nudity', 'explicit', 'unknown'], summed.sexualised)
