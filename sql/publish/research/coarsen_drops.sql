-- Drops of such counts that opened in the month, to the hour, with everybody who was behind the count in the two weeks before. Reads the
-- variables since, until, small. What is left of a count is not told where it is small. Grain: one event before one drop.
CREATE OR REPLACE TEMP TABLE candidates AS
WITH opened AS (
    SELECT row_number() OVER (ORDER BY surge_id) AS rid, *
    FROM drops
    WHERE
        target_id IS NULL
        AND series_kind IN ('all', 'class', 'request_class', 'generator', 'language', 'jurisdiction', 'platform')
        AND opened_at >= getvariable('since')
        AND opened_at < getvariable('until')
)

SELECT
    opened.rid,
    mentions.target_id,
    mentions.account_id AS person,
    {
        rid: opened.rid,
        opened_at: date_trunc('hour', opened.opened_at),
        peak_at: date_trunc('hour', opened.peak_at),
        closed_at: date_trunc('hour', opened.closed_at),
        series_kind: opened.series_kind,
        series_key: opened.series_key,
        observed: CASE WHEN opened.observed >= getvariable('small') THEN opened.observed END,
        expected: opened.expected,
        low: opened.low,
        high: opened.high,
        score: opened.score,
        p_value: opened.p_value,
        q_value: opened.q_value,
        window_seconds: opened.window_seconds
    } AS cell
FROM opened
INNER JOIN mentions
    ON mentions.occurred_at >= opened.opened_at - INTERVAL 14 DAY AND mentions.occurred_at < opened.opened_at
    AND NOT mentions.is_self
    AND CASE opened.series_kind
        WHEN 'all' THEN true
        WHEN 'class' THEN mentions.request_class = opened.series_key
        WHEN 'request_class' THEN mentions.request_class = opened.series_key
        WHEN 'generator' THEN mentions.generator = opened.series_key
        WHEN 'language' THEN mentions."language" = opened.series_key
        WHEN 'jurisdiction' THEN mentions.jurisdiction = opened.series_key
        WHEN 'platform' THEN mentions.platform = opened.series_key
        ELSE false
    END
