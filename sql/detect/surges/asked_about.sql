-- Events behind a surge of mentions, with those of the same clock time in the periods before. Each mention with its last answer (sql/publish/answer_rank).
-- Parameters: $kind, $key (VARCHAR): the series; $classes (VARCHAR[]): counted where the series is a target; $since, $until
-- (TIMESTAMP, UTC): of the surge; $days (INTEGER): length of a period; $periods (INTEGER): how many before it are compared.
-- Columns: period (BIGINT): 0 is the surge; account_id (VARCHAR); occurred_at (TIMESTAMP, UTC); request_class, generator, language, outcome, surface,
-- plan, jurisdiction (VARCHAR). Grain: one mention.
WITH chosen AS (
    SELECT
        event_id,
        account_id,
        occurred_at,
        request_class,
        generator,
        "language",
        jurisdiction,
        (epoch_us($until) - epoch_us(occurred_at) - 1) // ($days::BIGINT * 86400000000) AS period
    FROM mentions
    WHERE
        occurred_at >= $since - to_days($days * $periods)
        AND occurred_at < $until
        AND (epoch_us($until) - epoch_us(occurred_at) - 1) % ($days::BIGINT * 86400000000) < epoch_us($until) - epoch_us($since)
        AND NOT is_self
        AND CASE $kind
            WHEN 'all' THEN true
            WHEN 'request_class' THEN request_class = $key
            WHEN 'generator' THEN generator = $key
            WHEN 'language' THEN "language" = $key
            WHEN 'jurisdiction' THEN jurisdiction = $key
            ELSE target_id = try_cast($key AS UUID) AND list_contains($classes, request_class)
        END
),

answer AS (
    SELECT
        made.mention_id,
        arg_max(made.outcome, answer_rank(made.occurred_at, made.ingested_at, made.outcome)) AS outcome,
        arg_max(coalesce(made.surface, 'unknown'), answer_rank(made.occurred_at, made.ingested_at, made.outcome)) AS surface,
        arg_max(made.plan, answer_rank(made.occurred_at, made.ingested_at, made.outcome)) AS plan
    FROM generations AS made
    INNER JOIN chosen ON made.mention_id = chosen.event_id
    WHERE made.occurred_at >= $since - to_days($days * $periods) AND made.occurred_at < $until + to_days(1)
    GROUP BY made.mention_id
)

SELECT
    chosen.period,
    chosen.account_id::VARCHAR AS account_id,
    chosen.occurred_at,
    chosen.request_class,
    chosen.generator,
    chosen."language" AS "language",
    coalesce(answer.outcome, 'unanswered') AS outcome,
    coalesce(answer.surface, 'unanswered') AS surface,
    coalesce(answer.plan, 'unanswered') AS plan,
    chosen.jurisdiction
FROM chosen
LEFT JOIN answer ON chosen.event_id = answer.mention_id
ORDER BY chosen.occurred_at, account_id
