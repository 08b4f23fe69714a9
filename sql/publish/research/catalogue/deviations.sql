-- The view {view}: surges or drops of counts of series. Grain: one surge or drop.
CREATE VIEW {view} AS
SELECT
    opened_at,
    peak_at,
    closed_at,
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
FROM files.{view}
