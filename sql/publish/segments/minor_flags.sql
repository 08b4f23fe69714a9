-- Flags of possible minors of months that are over, under suppression: by month, kind of event and source. Groups of few accounts or targets,
-- or with one behind more than half, are left out; so is the number flagged where few are concerned. Reads the private tables and the
-- variables flags_until (TIMESTAMP, UTC): begin of the present month, small (INTEGER): fewest distinct accounts and targets.
-- Columns: as the view minor_flags. Grain: month, type, source.
WITH made AS (
    SELECT
        generations.occurred_at,
        generations.minor_suspected,
        generations.minor_suspected_source,
        coalesce(generations.target_id, asked.target_id) AS target_id,
        coalesce(generations.account_id, asked.account_id) AS account_id,
        generations.outcome IN ('fulfilled', 'partial') AND coalesce(generations.media_type, 'image') = 'image' AS is_image
    FROM generations
    LEFT JOIN mentions AS asked ON generations.mention_id = asked.event_id
),

looked AS (
    SELECT 'mention' AS event_type, occurred_at, minor_suspected, minor_suspected_source, target_id, account_id FROM mentions
    UNION ALL
    SELECT 'generation' AS event_type, occurred_at, minor_suspected, minor_suspected_source, target_id, account_id FROM made
    UNION ALL
    SELECT 'image' AS event_type, occurred_at, minor_suspected, minor_suspected_source, target_id, account_id FROM made
    WHERE is_image
),

placed AS (
    SELECT
        date_trunc('month', occurred_at) AS "month",
        event_type,
        minor_suspected_source,
        coalesce(minor_suspected, false) AS flagged,
        minor_suspected IS NOT NULL AS looked_at,
        target_id,
        account_id
    FROM looked
    WHERE occurred_at < getvariable('flags_until')::TIMESTAMP
),

by_target AS (
    SELECT "month", event_type, minor_suspected_source, target_id, count(*) AS events, count(*) FILTER (flagged) AS flags
    FROM placed WHERE target_id IS NOT NULL GROUP BY ALL
),

by_account AS (
    SELECT "month", event_type, minor_suspected_source, account_id, count(*) AS events, count(*) FILTER (flagged) AS flags
    FROM placed WHERE account_id IS NOT NULL GROUP BY ALL
),

targets AS (
    SELECT
        "month",
        event_type,
        minor_suspected_source,
        count(*) >= getvariable('small') AND max(events) * 2 <= sum(events) AS is_safe,
        count(*) FILTER (flags > 0) >= getvariable('small') AND max(flags) * 2 <= sum(flags) AS is_safe_flagged
    FROM by_target GROUP BY ALL
),

accounts AS (
    SELECT
        "month",
        event_type,
        minor_suspected_source,
        count(*) >= getvariable('small') AND max(events) * 2 <= sum(events) AS is_safe,
        count(*) FILTER (flags > 0) >= getvariable('small') AND max(flags) * 2 <= sum(flags) AS is_safe_flagged
    FROM by_account GROUP BY ALL
),

counted AS (
    SELECT
        "month",
        event_type,
        minor_suspected_source,
        count(*) AS events,
        count(*) FILTER (looked_at) AS looked_at,
        count(*) FILTER (flagged) AS flagged
    FROM placed GROUP BY ALL
)

SELECT
    counted."month",
    counted.event_type,
    counted.minor_suspected_source,
    counted.events,
    counted.looked_at,
    CASE WHEN counted.flagged = 0 OR (targets.is_safe_flagged AND accounts.is_safe_flagged) THEN counted.flagged END AS flagged
FROM counted
INNER JOIN targets
    ON counted."month" = targets."month" AND counted.event_type = targets.event_type
    AND counted.minor_suspected_source IS NOT DISTINCT FROM targets.minor_suspected_source
INNER JOIN accounts
    ON counted."month" = accounts."month" AND counted.event_type = accounts.event_type
    AND counted.minor_suspected_source IS NOT DISTINCT FROM accounts.minor_suspected_source
WHERE targets.is_safe AND accounts.is_safe
ORDER BY ALL
