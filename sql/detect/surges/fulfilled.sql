-- How many requests of insistent accounts were fulfilled: the last judged answer of each counts.
-- Parameters: $findings (STRUCT(finding_id VARCHAR, account_id VARCHAR, target_id VARCHAR, first_at TIMESTAMP, last_at TIMESTAMP)[]); $classes
-- (VARCHAR[]); $since, $until (TIMESTAMP, UTC): span of all of them. Columns: finding_id (VARCHAR); fulfilled (BIGINT). Grain: one finding with any.
WITH finding AS (SELECT unnest($findings, recursive := true)),

asked AS (
    SELECT
        finding.finding_id,
        mentions.event_id
    FROM mentions
    INNER JOIN finding
        ON
            mentions.account_id = finding.account_id::UUID
            AND mentions.target_id = finding.target_id::UUID
            AND mentions.occurred_at BETWEEN finding.first_at AND finding.last_at
    WHERE
        mentions.occurred_at BETWEEN $since AND $until
        AND list_contains($classes, mentions.request_class)
),

answer AS (
    SELECT
        asked.finding_id,
        made.mention_id,
        arg_max(made.outcome, answer_rank(made.occurred_at, made.ingested_at, made.outcome)) AS outcome
    FROM generations AS made
    INNER JOIN asked ON made.mention_id = asked.event_id
    WHERE made.occurred_at BETWEEN $since AND $until + INTERVAL 1 DAY
    GROUP BY asked.finding_id, made.mention_id
)

SELECT
    finding_id,
    count(*) AS fulfilled
FROM answer
WHERE outcome = 'fulfilled'
GROUP BY finding_id
ORDER BY finding_id
