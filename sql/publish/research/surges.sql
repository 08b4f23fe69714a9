-- Surges of counts of everything, a class, a generator … that opened in the month, to the hour; those about one person only are counted
-- (target_surges_day). Reads the variables since, until. Columns: as the view surges of the research catalogue. Grain: one of surges.
SELECT
    date_trunc('hour', opened_at) AS opened_at,
    date_trunc('hour', peak_at) AS peak_at,
    date_trunc('hour', closed_at) AS closed_at,
    series_kind,
    series_key,
    observed,
    expected,
    low,
    high,
    score,
    p_value,
    q_value,
    window_seconds
FROM surges
WHERE
    target_id IS NULL
    AND series_kind IN ('all', 'class', 'request_class', 'generator', 'language', 'outcome', 'platform')
    AND opened_at >= getvariable('since')
    AND opened_at < getvariable('until')
ORDER BY ALL
