-- Question: How much did the generators make in 24 hours, by how sexualised it is?
-- Method: Counts images made (fulfilled or partial), answers to a public mention or not, in the hours from the one of $since on; and
--   divides by the hours of the window that the data reach over.
-- Caveats: A count of what was collected: a collector that stood still looks like nothing made. Content is as declared. Videos are left
--   out. On research: rows placed to a day or month are shared out by time; outputs_low and outputs_high bound the count.
-- Study: the 24-hour count of 5 to 6 January 2026 (Bloomberg), per hour.
-- Catalogues: analyst, research.
-- Parameters: $since (TIMESTAMP, UTC): its hour is the first; $hours (BIGINT, from 1) = 24: length.
-- Columns: sexualised (VARCHAR): none, suggestive, nudity, explicit or unknown, all for their sum; outputs (BIGINT): exact on analyst,
--   else estimated; outputs_low, outputs_high (BIGINT): surely in the window, and surely, possibly or not published; hours (BIGINT): of the window, within
--   the data; per_hour (DOUBLE): outputs by hours, null where the data do not reach into the window.
-- Grain: one level, and their sum.
WITH made AS (
    SELECT sexualised, share
    FROM production_within(
        date_trunc('hour', $since::TIMESTAMP), date_trunc('hour', $since::TIMESTAMP) + to_hours($hours::BIGINT)
    )
    WHERE outcome IN ('fulfilled', 'partial') AND coalesce(media_type, 'image') = 'image'
),

data AS (
    SELECT
        greatest(
            0,
            date_diff(
                'hour',
                greatest(min("hour"), date_trunc('hour', $since::TIMESTAMP)),
                least(max("hour") + INTERVAL 1 HOUR, date_trunc('hour', $since::TIMESTAMP) + to_hours($hours::BIGINT))
            )
        ) AS hours
    FROM coverage
),

levels AS (
    SELECT sexualised AS kind, share FROM made
    UNION ALL
    SELECT 'all' AS kind, share FROM made
)

SELECT
    kinds.kind AS sexualised,
    round(coalesce(sum(levels.share), 0))::BIGINT AS outputs,
    count(levels.share) FILTER (levels.share = 1) AS outputs_low,
    count(levels.share) + any_value(unpublished.at_most) AS outputs_high,
    data.hours AS hours,
    round(coalesce(sum(levels.share), 0) / nullif(data.hours, 0), 6) AS per_hour
FROM (SELECT unnest(['all', 'none', 'suggestive', 'nudity', 'explicit', 'unknown']) AS kind) AS kinds
CROSS JOIN data
CROSS JOIN held_back_within(
    date_trunc('hour', $since::TIMESTAMP), date_trunc('hour', $since::TIMESTAMP) + to_hours($hours::BIGINT)
) AS unpublished
LEFT JOIN levels ON kinds.kind = levels.kind
GROUP BY kinds.kind, data.hours
ORDER BY list_position(['all', 'none', 'suggestive', 'nudity', 'explicit', 'unknown'], kinds.kind)
