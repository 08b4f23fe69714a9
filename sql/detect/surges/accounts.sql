-- Distinct accounts behind a series with volume. Parameters: $kind, $key (VARCHAR): the series; $since, $until (TIMESTAMP, UTC).
-- Columns: accounts (BIGINT). Grain: one row.
SELECT count(DISTINCT account_id) AS accounts
FROM (
    SELECT account_id
    FROM mentions
    WHERE
        occurred_at >= $since
        AND occurred_at < $until
        AND NOT is_self
        AND CASE $kind
            WHEN 'all' THEN true
            WHEN 'request_class' THEN request_class = $key
            WHEN 'generator' THEN generator = $key
            WHEN 'language' THEN "language" = $key
            WHEN 'jurisdiction' THEN jurisdiction = $key
            ELSE false
        END
    UNION ALL
    SELECT account_id
    FROM generations
    WHERE
        occurred_at >= $since
        AND occurred_at < $until
        AND account_id IS DISTINCT FROM target_id
        AND CASE $kind
            WHEN 'outcome' THEN outcome = $key
            WHEN 'surface' THEN surface = $key
            WHEN 'plan' THEN plan = $key
            ELSE false
        END
) AS seen
