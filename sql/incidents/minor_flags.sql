-- Flags of a suspected minor, numbered within target and day. Those of targets that got one between two times or two batches.
-- Parameters: $since, $until (TIMESTAMP), $after_batch, $to_batch (BIGINT).
-- Columns: target_id (VARCHAR, null where nobody knows), flagged_on (DATE), occurred_at (TIMESTAMP), first_at (TIMESTAMP), flags (BIGINT).
-- Grain: one flagged event.
WITH flagged AS (
    SELECT target_id, occurred_at, event_id, batch
    FROM mentions
    WHERE minor_suspected AND occurred_at >= $since - INTERVAL 1 DAY
    UNION ALL
    SELECT coalesce(g.target_id, m.target_id) AS target_id, g.occurred_at, g.event_id, g.batch
    FROM generations AS g
    LEFT JOIN mentions AS m ON m.event_id = g.mention_id AND m.occurred_at >= $since - INTERVAL 3 DAY
    WHERE g.minor_suspected AND g.occurred_at >= $since - INTERVAL 1 DAY
),

new AS (
    SELECT DISTINCT target_id, CAST(occurred_at AS DATE) AS flagged_on
    FROM flagged
    WHERE occurred_at >= $since AND occurred_at < $until AND batch > $after_batch AND batch <= $to_batch
)

SELECT
    CAST(f.target_id AS VARCHAR) AS target_id,
    n.flagged_on,
    f.occurred_at,
    min(f.occurred_at) OVER (PARTITION BY f.target_id, n.flagged_on) AS first_at,
    row_number() OVER (PARTITION BY f.target_id, n.flagged_on ORDER BY f.occurred_at, f.event_id) AS flags
FROM flagged AS f
INNER JOIN new AS n
    ON f.target_id IS NOT DISTINCT FROM n.target_id AND CAST(f.occurred_at AS DATE) = n.flagged_on
WHERE f.occurred_at < $until AND f.batch <= $to_batch
ORDER BY f.occurred_at, f.target_id, flags
