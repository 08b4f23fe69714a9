-- Surges, or drops (a count far below what its past explains), that were open at some time of a period, the latest opened first.
-- Parameters: $direction (VARCHAR): up for surges, down for drops; $since, $until (TIMESTAMP, UTC, half-open); $top (BIGINT): most rows.
-- Columns: surge_id, series_kind, series_key (VARCHAR); target_id (UUID, null where the series is not one target); opened_at, peak_at,
--   closed_at (TIMESTAMP, UTC; closed_at null while open); observed (BIGINT): events counted since the window that tripped it began;
--   expected, low, high (DOUBLE): of its past over the same time, with the 99 % interval; accounts (BIGINT); q_value (DOUBLE);
--   reason (VARCHAR): how a surge closed, or the cause of a drop where one is known; found (BIGINT): all of them,
--   also those beyond $top.
-- Grain: one surge or drop, its latest version.
SELECT
    surge_id,
    series_kind,
    series_key,
    target_id,
    opened_at,
    peak_at,
    closed_at,
    observed,
    expected,
    low,
    high,
    accounts,
    q_value,
    reason,
    count(*) OVER () AS found
FROM (
    SELECT
        *,
        'up' AS direction
    FROM surges
    UNION ALL BY NAME
    SELECT
        *,
        'down' AS direction
    FROM drops
)
WHERE
    direction = $direction::VARCHAR
    AND opened_at < $until::TIMESTAMP
    AND coalesce(closed_at, 'infinity'::TIMESTAMP) >= $since::TIMESTAMP
ORDER BY opened_at DESC, observed DESC, surge_id
LIMIT $top::BIGINT
