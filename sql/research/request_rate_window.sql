-- Question: Of the public requests in a ten-minute window, how many were fully met?
-- Method: Takes every request of the class in the window, unanswered ones included, and looks for an answer within $within_hours. Share
--   of fully met ones with its 95 % Wilson score interval (Wilson 1927). rate_max counts unknown ones as fully met.
-- Caveats: A window is no random sample: requests about one target are not independent, so the interval is too narrow; request_rate
--   gives one that is not. Requests whose time for an answer has not passed yet count as not met; pending says how many may still be.
-- Study: 102 public requests in ten minutes on 2 January 2026: 21 fully met, 7 partly (Reuters): 20.6 %, 13.9 to 29.4.
-- Catalogues: analyst.
-- Parameters: $since (TIMESTAMP, UTC): begin of the window; $window_minutes (BIGINT, from 1) = 10: its length; $within_hours (BIGINT, from 1) = 24: an
--   answer later than this is none; $request_class (VARCHAR) = sexualising; $observed_until (TIMESTAMP, UTC) = null: to when the data
--   are complete, by default the watermark.
-- Columns: requests, fulfilled (BIGINT); partly (BIGINT): met in part and not in full; unknown (BIGINT): answered, and
--   nothing of it is judged; not_met (BIGINT): refused, error or no answer; pending (BIGINT): not fulfilled and may still be in
--   time; request_rate, low, high, rate_max (DOUBLE, 0 to 1): null without requests.
-- Grain: one row.
WITH seen AS (
    SELECT coalesce($observed_until::TIMESTAMP, watermark, newest_occurred_at) AS seen_until FROM status
),

asked AS (
    SELECT event_id, occurred_at
    FROM mentions
    WHERE
        occurred_at >= $since::TIMESTAMP
        AND occurred_at < $since::TIMESTAMP + to_minutes($window_minutes::BIGINT)
        AND request_class = $request_class::VARCHAR
        AND NOT is_self
),

answered AS (
    SELECT
        asked.event_id AS event_id,
        asked.occurred_at AS occurred_at,
        coalesce(bool_or(made.outcome = 'fulfilled'), false) AS is_fulfilled,
        coalesce(bool_or(made.outcome = 'partial'), false) AS is_partial,
        coalesce(bool_and(made.outcome = 'unknown'), false) AS is_unknown
    FROM asked
    LEFT JOIN generations AS made
        ON
            asked.event_id = made.mention_id
            AND made.occurred_at >= $since::TIMESTAMP - INTERVAL 1 DAY
            AND made.occurred_at <= asked.occurred_at + to_hours($within_hours::BIGINT)
    GROUP BY asked.event_id, asked.occurred_at
),

counted AS (
    SELECT
        count(*) AS requests,
        count(*) FILTER (answered.is_fulfilled) AS fulfilled,
        count(*) FILTER (answered.is_partial AND NOT answered.is_fulfilled) AS partly,
        count(*) FILTER (answered.is_unknown) AS unknown,
        count(*) FILTER (NOT answered.is_partial AND NOT answered.is_fulfilled AND NOT answered.is_unknown) AS not_met,
        count(*) FILTER (
            NOT answered.is_fulfilled AND answered.occurred_at + to_hours($within_hours::BIGINT) > seen.seen_until
        ) AS pending
    FROM answered
    CROSS JOIN seen
),

rated AS (
    SELECT
        *,
        fulfilled / nullif(requests, 0) AS rate,
        1.959963984540054 AS z
    FROM counted
),

bounded AS (
    SELECT
        *,
        (rate + z * z / (2 * requests)) / (1 + z * z / requests) AS centre,
        z * sqrt(rate * (1 - rate) / requests + z * z / (4 * requests * requests)) / (1 + z * z / requests) AS half_width
    FROM rated
)

SELECT
    requests,
    fulfilled,
    partly,
    unknown,
    not_met,
    pending,
    round(rate, 6) AS request_rate,
    CASE WHEN requests > 0 THEN round(greatest(0, centre - half_width), 6) END AS low,
    CASE WHEN requests > 0 THEN round(least(1, centre + half_width), 6) END AS high,
    round((fulfilled + unknown) / nullif(requests, 0), 6) AS rate_max
FROM bounded
ORDER BY requests
