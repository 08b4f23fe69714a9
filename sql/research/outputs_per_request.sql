-- Question: How many images does a request bring, and how many are made without a public request?
-- Method: By day: requests to a generator (all classes, oneself left out), images made in answer to a public mention, and images made
--   without one. Ratio of answered images to requests.
-- Caveats: Requests and images of a day are not the same exchanges around midnight. Images in an app or behind the edit button come from
--   other collectors, so their number says as much about collection as about use. Content and class are not looked at. On research: only
--   what is placed to the day or finer, since what is rarer is published by month.
-- Study: about 20,000 images for 50,000 mentions, 0.4 (AI Forensics, 25 December 2025 to 1 January 2026).
-- Catalogues: analyst, research.
-- Parameters: $since, $until (TIMESTAMP, UTC): days that begin in [day of since, until).
-- Columns: made_on (DATE, UTC); requests (BIGINT); answer_images (BIGINT): answers to a mention; other_images (BIGINT): without one;
--   images_per_request (DOUBLE): answer images by requests, null without requests.
-- Grain: one day with a request or an image.
WITH asked AS (
    SELECT "day"::DATE AS made_on, sum(requests) AS requests
    FROM requests_day
    WHERE "day" >= date_trunc('day', $since::TIMESTAMP) AND "day" < $until::TIMESTAMP AND NOT is_self
    GROUP BY made_on
),

made AS (
    SELECT
        "day"::DATE AS made_on,
        coalesce(sum(generations) FILTER (linked), 0) AS answer_images,
        coalesce(sum(generations) FILTER (NOT linked), 0) AS other_images
    FROM production_day
    WHERE
        "day" >= date_trunc('day', $since::TIMESTAMP)
        AND "day" < $until::TIMESTAMP
        AND outcome IN ('fulfilled', 'partial')
        AND coalesce(media_type, 'image') = 'image'
    GROUP BY made_on
)

SELECT
    coalesce(asked.made_on, made.made_on) AS made_on,
    coalesce(asked.requests, 0)::BIGINT AS requests,
    coalesce(made.answer_images, 0)::BIGINT AS answer_images,
    coalesce(made.other_images, 0)::BIGINT AS other_images,
    round(coalesce(made.answer_images, 0) / nullif(asked.requests, 0), 6) AS images_per_request
FROM asked
FULL OUTER JOIN made ON asked.made_on = made.made_on
ORDER BY coalesce(asked.made_on, made.made_on)
