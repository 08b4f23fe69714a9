-- Question: How many sexualised images a minute, and a minute of what?
-- Method: Counts images made (fulfilled or partial) by minute of the generation. The denominator stands beside the rate: all minutes of
--   the period, and those in which anything at all was generated.
-- Caveats: A rate over covered minutes overstates where a quiet minute is real, one over all minutes understates where the collector was
--   down: the truth is between them only if nothing else was missed. Content is as declared. Videos are left out.
-- Study: 190 a minute over eleven days (CCDH); one a minute in one photo stream (Copyleaks).
-- Catalogues: analyst.
-- Parameters: $since, $until (TIMESTAMP, UTC): minutes that begin in [minute of since, until).
-- Columns: measure (VARCHAR): all, broad (suggestive, nudity or explicit) or strict (nudity or explicit); outputs (BIGINT): images;
--   minutes (BIGINT): of the period; minutes_covered (BIGINT): with any generation; per_minute (DOUBLE): over minutes;
--   per_covered_minute (DOUBLE): over covered ones, null where there is none; busiest (BIGINT): most images in one minute.
-- Grain: one measure.
WITH by_minute AS (
    SELECT
        "minute",
        sum(generations) AS generations,
        coalesce(sum(generations) FILTER (made), 0) AS made_images,
        coalesce(sum(generations) FILTER (made AND sexualised IN ('suggestive', 'nudity', 'explicit')), 0) AS broad_images,
        coalesce(sum(generations) FILTER (made AND sexualised IN ('nudity', 'explicit')), 0) AS strict_images
    FROM (
        SELECT
            *,
            outcome IN ('fulfilled', 'partial') AND coalesce(media_type, 'image') = 'image' AS made
        FROM production_minute
        WHERE "minute" >= date_trunc('minute', $since::TIMESTAMP) AND "minute" < $until::TIMESTAMP
    ) AS production
    GROUP BY "minute"
),

long AS (
    SELECT 'all' AS measure, "minute", made_images AS images FROM by_minute
    UNION ALL
    SELECT 'broad' AS measure, "minute", broad_images AS images FROM by_minute
    UNION ALL
    SELECT 'strict' AS measure, "minute", strict_images AS images FROM by_minute
),

counted AS (
    SELECT
        measures.measure AS measure,
        coalesce(sum(long.images), 0)::BIGINT AS outputs,
        count(long."minute") AS minutes_covered,
        coalesce(max(long.images), 0)::BIGINT AS busiest
    FROM (SELECT unnest(['all', 'broad', 'strict']) AS measure) AS measures
    LEFT JOIN long ON measures.measure = long.measure
    GROUP BY measures.measure
),

timed AS (
    SELECT
        *,
        ceil(epoch($until::TIMESTAMP - date_trunc('minute', $since::TIMESTAMP)) / 60)::BIGINT AS minutes
    FROM counted
)

SELECT
    measure,
    outputs,
    minutes,
    minutes_covered,
    round(outputs / nullif(minutes, 0), 6) AS per_minute,
    round(outputs / nullif(minutes_covered, 0), 6) AS per_covered_minute,
    busiest
FROM timed
ORDER BY measure
