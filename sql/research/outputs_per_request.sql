-- Question: How many images does a request bring, and how many are made without a public request?
-- Method: By day: requests to a generator (all classes, oneself left out), images made in answer to a public mention, and images made
--   without one. Ratio of answered images to requests.
-- Caveats: Requests and images of a day are not the same exchanges around midnight. Images in an app or behind the edit button come from
--   other collectors, so their number says as much about collection as about use. Content and class are not looked at. On research: a day
--   holds what is placed to the day or finer; requests_month_only and images_month_only say how many more its month has, so days are
--   too low, most of all one with a single big pile-on.
-- Study: about 20,000 images for 50,000 mentions, 0.4 (AI Forensics, 25 December 2025 to 1 January 2026).
-- Catalogues: analyst, research.
-- Parameters: $since, $until (TIMESTAMP, UTC): days that begin in [day of since, until).
-- Columns: made_on (DATE, UTC); requests (BIGINT); answer_images (BIGINT): answers to a mention; other_images (BIGINT): without one;
--   images_per_request (DOUBLE): answer images by requests, null without requests; requests_month_only, images_month_only (BIGINT): of the
--   month of that day, what is placed to no day (none on analyst).
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
),

asked_by_month AS (
    SELECT date_trunc('month', span_starts_at)::DATE AS made_in, count(*) AS requests
    FROM requests_within(date_trunc('month', $since::TIMESTAMP), $until::TIMESTAMP)
    WHERE span_ends_at - span_starts_at > INTERVAL 1 DAY AND NOT is_self
    GROUP BY made_in
),

made_by_month AS (
    SELECT date_trunc('month', span_starts_at)::DATE AS made_in, count(*) AS images
    FROM generations_within(date_trunc('month', $since::TIMESTAMP), $until::TIMESTAMP)
    WHERE
        span_ends_at - span_starts_at > INTERVAL 1 DAY
        AND outcome IN ('fulfilled', 'partial')
        AND coalesce(media_type, 'image') = 'image'
    GROUP BY made_in
)

SELECT
    coalesce(asked.made_on, made.made_on) AS made_on,
    coalesce(asked.requests, 0)::BIGINT AS requests,
    coalesce(made.answer_images, 0)::BIGINT AS answer_images,
    coalesce(made.other_images, 0)::BIGINT AS other_images,
    round(coalesce(made.answer_images, 0) / nullif(asked.requests, 0), 6) AS images_per_request,
    coalesce(asked_by_month.requests, 0) AS requests_month_only,
    coalesce(made_by_month.images, 0) AS images_month_only
FROM asked
FULL OUTER JOIN made ON asked.made_on = made.made_on
LEFT JOIN asked_by_month ON asked_by_month.made_in = date_trunc('month', coalesce(asked.made_on, made.made_on))::DATE
LEFT JOIN made_by_month ON made_by_month.made_in = date_trunc('month', coalesce(asked.made_on, made.made_on))::DATE
ORDER BY coalesce(asked.made_on, made.made_on)
