-- Which accounts asked about one person, most requests first, and whether they ask about others too.
-- Parameters: $target_id (UUID); $since, $until (TIMESTAMP, UTC, half-open); $top (BIGINT): most rows.
-- Columns: account_id (UUID); requests (BIGINT); first_at, last_at (TIMESTAMP, UTC); other_targets (BIGINT): further targets of the account in
--   the period; cluster_id (VARCHAR, null without one): a validated cluster it belongs to; found (BIGINT): all such accounts.
-- Grain: one account.
WITH asking AS (
    SELECT account_id, count(*) AS requests, min(occurred_at) AS first_at, max(occurred_at) AS last_at, count(*) OVER () AS found
    FROM mentions
    WHERE
        target_id = $target_id::UUID
        AND occurred_at >= $since::TIMESTAMP
        AND occurred_at < $until::TIMESTAMP
        AND NOT is_self
    GROUP BY account_id
    ORDER BY requests DESC, account_id
    LIMIT $top::BIGINT
),

others AS (
    SELECT account_id, count(DISTINCT target_id) AS other_targets
    FROM mentions
    WHERE
        account_id IN (SELECT asking.account_id FROM asking)
        AND target_id <> $target_id::UUID
        AND occurred_at >= $since::TIMESTAMP
        AND occurred_at < $until::TIMESTAMP
        AND NOT is_self
    GROUP BY account_id
),

joined AS (
    SELECT cluster_members.account_id AS account_id, min(cluster_members.cluster_id) AS cluster_id
    FROM cluster_members
    INNER JOIN clusters ON cluster_members.cluster_id = clusters.cluster_id
    WHERE
        clusters.tier = 'validated'
        AND cluster_members.until IS NULL
    GROUP BY cluster_members.account_id
)

SELECT
    asking.account_id AS account_id,
    asking.requests AS requests,
    asking.first_at AS first_at,
    asking.last_at AS last_at,
    coalesce(others.other_targets, 0) AS other_targets,
    joined.cluster_id AS cluster_id,
    asking.found AS found
FROM asking
LEFT JOIN others ON asking.account_id = others.account_id
LEFT JOIN joined ON asking.account_id = joined.account_id
ORDER BY requests DESC, account_id
