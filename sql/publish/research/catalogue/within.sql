-- The macro {macro}: rows of {relation} that may lie in [since, until), each with the part of its time that does: a row placed to a day of
-- which the period holds 6 hours counts a quarter. Sums of share estimate what the period holds, as if each row were equally likely at any time of its span. The first
-- and the last month of the data are as long as the data.
-- Parameters: since, until (TIMESTAMP, UTC). Columns: as {relation}; span_starts_at, span_ends_at (TIMESTAMP, UTC): between which it happened;
-- share (DOUBLE, above 0 to 1; 1: it surely lies in the period).
-- Grain: one row of {relation}.
CREATE MACRO {macro}(since, until) AS TABLE
WITH held AS (
    SELECT min("hour") AS starts_at, max("hour") + INTERVAL 1 HOUR AS ends_at FROM files.coverage
),

spans AS (
    SELECT
        {relation}.*,
        greatest({relation}.occurred_at, held.starts_at) AS span_starts_at,
        least(
            {relation}.occurred_at
            + CASE {relation}."precision"
                WHEN 'hour' THEN INTERVAL 1 HOUR
                WHEN '6 hours' THEN INTERVAL 6 HOUR
                WHEN 'day' THEN INTERVAL 1 DAY
                ELSE INTERVAL 1 MONTH
            END,
            held.ends_at
        ) AS span_ends_at
    FROM files.{relation} AS {relation}
    CROSS JOIN held
    WHERE {relation}.occurred_at >= since::TIMESTAMP - INTERVAL 1 MONTH AND {relation}.occurred_at < until::TIMESTAMP
)

SELECT
    *,
    (epoch(least(span_ends_at, until::TIMESTAMP)) - epoch(greatest(span_starts_at, since::TIMESTAMP)))
    / (epoch(span_ends_at) - epoch(span_starts_at)) AS share
FROM spans
WHERE span_starts_at < until::TIMESTAMP AND span_ends_at > since::TIMESTAMP
