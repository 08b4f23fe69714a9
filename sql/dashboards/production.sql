-- Images that the generator made in a period and in an earlier one, by the time they were made, on every surface.
-- An image is a generation that was fulfilled, in full or in part, and is not a video. Most generations follow no public mention and carry no
-- request class, so this counts all classes, requests about oneself included.
-- Parameters: $before_since, $before_until, $since, $until (TIMESTAMP, UTC): the periods are [before_since, before_until), at or
--   before the other, and [since, until).
-- Columns: period (VARCHAR: before, now); images, partial, sexualised, linked, videos (BIGINT): images, those made in part, those
--   declared suggestive, nudity or explicit, those that answer a public mention, and videos.
-- Grain: one period, always both.
WITH periods AS (
    SELECT unnest(['before', 'now']) AS period
),

held AS (
    SELECT * FROM production_between($since::TIMESTAMP, $until::TIMESTAMP)
    UNION ALL
    SELECT * FROM production_between($before_since::TIMESTAMP, $before_until::TIMESTAMP)
),

made AS (
    SELECT
        CASE WHEN "at" < $since::TIMESTAMP THEN 'before' ELSE 'now' END AS period,
        coalesce(media_type, 'image') AS media_type,
        outcome,
        sexualised IN ('suggestive', 'nudity', 'explicit') AS sexualised,
        linked,
        generations
    FROM held
    WHERE outcome IN ('fulfilled', 'partial')
)

SELECT
    periods.period AS period,
    coalesce(sum(made.generations) FILTER (made.media_type <> 'video'), 0)::BIGINT AS images,
    coalesce(sum(made.generations) FILTER (made.media_type <> 'video' AND made.outcome = 'partial'), 0)::BIGINT AS partial,
    coalesce(sum(made.generations) FILTER (made.media_type <> 'video' AND made.sexualised), 0)::BIGINT AS sexualised,
    coalesce(sum(made.generations) FILTER (made.media_type <> 'video' AND made.linked), 0)::BIGINT AS linked,
    coalesce(sum(made.generations) FILTER (made.media_type = 'video'), 0)::BIGINT AS videos
FROM periods
LEFT JOIN made ON periods.period = made.period
GROUP BY periods.period
ORDER BY periods.period
