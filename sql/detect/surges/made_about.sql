-- Events behind a surge of generations, with those of the same clock time in the periods before.
-- Parameters: $kind, $key (VARCHAR): the series; $since, $until (TIMESTAMP, UTC): of the surge; $days (INTEGER): length of a
-- period; $periods (INTEGER): how many before it are compared.
-- Columns: period (BIGINT): 0 is the surge; account_id (VARCHAR): null where unknown; occurred_at (TIMESTAMP, UTC); generator, outcome, surface,
-- plan, jurisdiction (VARCHAR). Grain: one generation.
SELECT
    (epoch_us($until) - epoch_us(occurred_at) - 1) // ($days::BIGINT * 86400000000) AS period,
    account_id::VARCHAR AS account_id,
    occurred_at,
    generator,
    outcome,
    surface,
    plan,
    jurisdiction
FROM generations
WHERE
    occurred_at >= $since - to_days($days * $periods)
    AND occurred_at < $until
    AND (epoch_us($until) - epoch_us(occurred_at) - 1) % ($days::BIGINT * 86400000000) < epoch_us($until) - epoch_us($since)
    AND account_id IS DISTINCT FROM target_id
    AND CASE $kind
        WHEN 'outcome' THEN outcome = $key
        WHEN 'surface' THEN surface = $key
        ELSE plan = $key
    END
ORDER BY occurred_at, account_id
