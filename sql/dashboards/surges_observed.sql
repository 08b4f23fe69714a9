-- Events of one series over time, requests about oneself left out. Steps without an event have no row.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open); $step_seconds (BIGINT): length of a step; $series_kind, $series_key (VARCHAR),
--   $target_id (UUID, may be null): the series, as in surges.
-- Columns: at (TIMESTAMP, UTC): start of the step; events, accounts (BIGINT): mentions and the different accounts they came from.
-- Grain: one step.
SELECT
    time_bucket(to_seconds($step_seconds::BIGINT), occurred_at) AS "at",
    count(*) AS events,
    count(DISTINCT account_id) AS accounts
FROM mentions
WHERE
    occurred_at >= $since::TIMESTAMP
    AND occurred_at < $until::TIMESTAMP
    AND NOT is_self
    AND CASE $series_kind::VARCHAR
        WHEN 'target' THEN target_id = $target_id::UUID
        WHEN 'request_class' THEN request_class = $series_key::VARCHAR
        WHEN 'generator' THEN generator = $series_key::VARCHAR
        WHEN 'language' THEN "language" = $series_key::VARCHAR
        WHEN 'platform' THEN platform = $series_key::VARCHAR
        ELSE true
    END
GROUP BY ALL
ORDER BY "at"
