-- Question: How large a share of what a generator made is sexualised, judged from a random sample?
-- Method: Draws $sample made images (fulfilled or partial) of the period by the order of a keyed hash of their ids, so that the same
--   seed draws the same sample. Share among those whose content is known, with its 95 % Wilson score interval (Wilson 1927), times all
--   images made. Bounds count every unknown one as no, or as yes. broad: suggestive, nudity or explicit; strict: nudity or explicit.
-- Caveats: A sample of what was collected, not of what was made: read coverage beside it. Content is as declared by its source. broad
--   and strict are different questions; the published studies of January 2026 mix both.
-- Study: the random sample of 20,000 posts of 29 December 2025 to 9 January 2026 (CCDH).
-- Catalogues: analyst.
-- Parameters: $since, $until (TIMESTAMP, UTC): of the generation; $sample (BIGINT, from 1) = 20000: images to draw; $seed (VARCHAR) = 1: names
--   the draw.
-- Columns: measure (VARCHAR): broad or strict; population (BIGINT): images made; sampled (BIGINT): images drawn; known (BIGINT): of
--   these with known content; positive (BIGINT): of these sexualised; share, low, high (DOUBLE, 0 to 1): of the known ones, null without
--   any; share_min, share_max (DOUBLE, 0 to 1): of the drawn ones with unknown as no or yes; estimated, estimated_low, estimated_high
--   (BIGINT): share, low, high of the population.
-- Grain: one measure.
WITH made AS (
    SELECT
        sexualised,
        row_number() OVER (ORDER BY md5(concat($seed::VARCHAR, ':', event_id)), event_id) AS place
    FROM generations
    WHERE
        occurred_at >= $since::TIMESTAMP
        AND occurred_at < $until::TIMESTAMP
        AND outcome IN ('fulfilled', 'partial')
        AND coalesce(media_type, 'image') = 'image'
),

measures AS (
    SELECT 'broad' AS measure, ['suggestive', 'nudity', 'explicit'] AS levels
    UNION ALL
    SELECT 'strict' AS measure, ['nudity', 'explicit'] AS levels
),

counted AS (
    SELECT
        measures.measure AS measure,
        count(made.place) AS population,
        count(*) FILTER (made.place <= $sample::BIGINT) AS sampled,
        count(*) FILTER (made.place <= $sample::BIGINT AND made.sexualised <> 'unknown') AS known,
        count(*) FILTER (made.place <= $sample::BIGINT AND list_contains(measures.levels, made.sexualised)) AS positive
    FROM measures
    LEFT JOIN made ON true
    GROUP BY measures.measure
),

rated AS (
    SELECT
        *,
        positive / nullif(known, 0) AS share,
        1.959963984540054 AS z
    FROM counted
),

bounded AS (
    SELECT
        *,
        (share + z * z / (2 * known)) / (1 + z * z / known) AS centre,
        z * sqrt(share * (1 - share) / known + z * z / (4 * known * known)) / (1 + z * z / known) AS half_width
    FROM rated
)

SELECT
    measure,
    population,
    sampled,
    known,
    positive,
    round(share, 6) AS share,
    CASE WHEN known > 0 THEN round(greatest(0, centre - half_width), 6) END AS low,
    CASE WHEN known > 0 THEN round(least(1, centre + half_width), 6) END AS high,
    round(positive / nullif(sampled, 0), 6) AS share_min,
    round((positive + sampled - known) / nullif(sampled, 0), 6) AS share_max,
    round(share * population)::BIGINT AS estimated,
    CASE WHEN known > 0 THEN round(greatest(0, centre - half_width) * population)::BIGINT END AS estimated_low,
    CASE WHEN known > 0 THEN round(least(1, centre + half_width) * population)::BIGINT END AS estimated_high
FROM bounded
ORDER BY measure
