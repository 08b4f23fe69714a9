-- One surge or drop with all that is known of it.
-- Parameters: $surge_id (VARCHAR).
-- Columns: finding (VARCHAR: surge, drop); surge_id, series_kind, series_key (VARCHAR); target_id (UUID, null where the series is not one
--   target); opened_at, since, peak_at, closed_at (TIMESTAMP, UTC): first event that tripped the rule, begin of what is counted, peak, end;
--   observed (BIGINT); expected, low, high (DOUBLE): from since to its end, with the 99 % interval; accounts (BIGINT); score, p_value,
--   q_value (DOUBLE); window_seconds (INTEGER): of the window that tripped it; reason, explanation (VARCHAR): JSON; version (INTEGER);
--   storm (BOOLEAN): told against usual days; level (DOUBLE): last 24 hours over a usual day, both null in drops; known_at, decided_at (TIMESTAMP, UTC): of the latest version.
-- Grain: one row, none where there is no such finding.
WITH either AS (
    SELECT 'surge' AS finding, * FROM surges WHERE surge_id = $surge_id::VARCHAR
    UNION ALL BY NAME
    SELECT 'drop' AS finding, * FROM drops WHERE surge_id = $surge_id::VARCHAR
)

SELECT
    finding,
    surge_id,
    series_kind,
    series_key,
    target_id,
    opened_at,
    since,
    peak_at,
    closed_at,
    observed,
    expected,
    low,
    high,
    accounts,
    score,
    p_value,
    q_value,
    window_seconds,
    reason,
    explanation,
    version,
    storm,
    "level",
    known_at,
    decided_at
FROM either
ORDER BY finding DESC, surge_id
