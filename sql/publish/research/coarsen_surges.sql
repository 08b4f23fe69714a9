-- Surges of counts of everybody, of a class, a generator … that opened in the month, to the hour, with everybody who is behind the count; those
-- about one person only are counted (target_surges_day). Reads the variables since, until. Grain: one event of one surge.
CREATE OR REPLACE TEMP TABLE candidates AS
WITH opened AS (
    SELECT
        row_number() OVER (ORDER BY surge_id) AS rid,
        *,
        opened_at - to_seconds(coalesce(window_seconds, 3600)) AS counted_since,
        greatest(coalesce(closed_at, peak_at, opened_at), peak_at, opened_at) + INTERVAL 5 MINUTE AS counted_until
    FROM surges
    WHERE
        target_id IS NULL
        AND series_kind IN ('all', 'class', 'request_class', 'generator', 'language', 'jurisdiction', 'outcome', 'surface', 'plan', 'platform')
        AND opened_at >= getvariable('since')
        AND opened_at < getvariable('until')
),

asked AS (
    SELECT opened.rid, mentions.target_id, mentions.account_id AS person
    FROM opened
    INNER JOIN mentions
        ON mentions.occurred_at >= opened.counted_since AND mentions.occurred_at < opened.counted_until
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
),

made AS (
    SELECT
        opened.rid,
        coalesce(mentions.target_id, generations.target_id) AS target_id,
        coalesce(mentions.account_id, generations.account_id) AS person
    FROM opened
    INNER JOIN generations
        ON generations.occurred_at >= opened.counted_since AND generations.occurred_at < opened.counted_until
        AND CASE opened.series_kind
            WHEN 'outcome' THEN generations.outcome = opened.series_key
            WHEN 'surface' THEN generations.surface = opened.series_key
            WHEN 'plan' THEN generations.plan = opened.series_key
            ELSE false
        END
    LEFT JOIN mentions
        ON generations.mention_id = mentions.event_id AND mentions.occurred_at >= getvariable('since') - INTERVAL 31 DAY
        AND mentions.occurred_at < getvariable('until')
),

behind AS (
    SELECT * FROM asked
    UNION ALL
    SELECT * FROM made
)

SELECT
    behind.rid,
    behind.target_id,
    behind.person,
    {
        rid: opened.rid,
        opened_at: date_trunc('hour', opened_at),
        peak_at: date_trunc('hour', peak_at),
        closed_at: date_trunc('hour', closed_at),
        series_kind: series_kind,
        series_key: series_key,
        observed: observed,
        expected: expected,
        low: low,
        high: high,
        score: score,
        p_value: p_value,
        q_value: q_value,
        window_seconds: window_seconds
    } AS cell
FROM opened
INNER JOIN behind ON opened.rid = behind.rid
