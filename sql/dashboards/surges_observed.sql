-- Events of one series over time as the detector counts them, those by people about themselves left out. Steps without an event have no row.
-- Series of answers, surfaces and plans count generations, all others mentions.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open); $step_seconds (BIGINT): length of a step; $series_kind, $series_key (VARCHAR),
--   $target_id (UUID, may be null): the series, as in surges; $classes (VARCHAR[]): request classes counted where it is a target.
-- Columns: at (TIMESTAMP, UTC): start of the step; events, accounts (BIGINT): events and the different accounts they came from.
-- Grain: one step.
WITH counted AS (
    SELECT
        occurred_at,
        account_id
    FROM mentions
    WHERE
        occurred_at >= $since::TIMESTAMP
        AND occurred_at < $until::TIMESTAMP
        AND NOT is_self
        AND CASE $series_kind::VARCHAR
            WHEN 'target' THEN target_id = $target_id::UUID AND list_contains($classes::VARCHAR[], request_class)
            WHEN 'request_class' THEN request_class = $series_key::VARCHAR
            WHEN 'generator' THEN generator = $series_key::VARCHAR
            WHEN 'language' THEN "language" = $series_key::VARCHAR
            WHEN 'jurisdiction' THEN jurisdiction = $series_key::VARCHAR
            ELSE coalesce($series_kind::VARCHAR, '') NOT IN ('outcome', 'surface', 'plan')
        END
    UNION ALL
    SELECT
        occurred_at,
        account_id
    FROM generations
    WHERE
        occurred_at >= $since::TIMESTAMP
        AND occurred_at < $until::TIMESTAMP
        AND account_id IS DISTINCT FROM target_id
        AND CASE $series_kind::VARCHAR
            WHEN 'outcome' THEN outcome = $series_key::VARCHAR
            WHEN 'surface' THEN surface = $series_key::VARCHAR
            WHEN 'plan' THEN plan = $series_key::VARCHAR
            ELSE false
        END
)

SELECT
    time_bucket(to_seconds($step_seconds::BIGINT), occurred_at) AS "at",
    count(*) AS events,
    count(DISTINCT account_id) AS accounts
FROM counted
GROUP BY ALL
ORDER BY "at"
