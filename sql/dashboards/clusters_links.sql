-- Which account that belongs to one cluster, or did when it last stood, mentioned which of its targets, and who was first: read from the
-- mentions themselves.
-- Parameters: $cluster_id (VARCHAR); $since, $until (TIMESTAMP, UTC, half-open).
-- Columns: account_id, target_id (UUID); mentions (BIGINT); first_at (TIMESTAMP, UTC); place (BIGINT, from 1): in the order in which the members
--   came to the target.
-- Grain: one account and target.
WITH linked AS (
    SELECT
        account_id,
        target_id,
        count(*) AS mentions,
        min(occurred_at) AS first_at
    FROM mentions
    WHERE
        occurred_at >= $since::TIMESTAMP
        AND occurred_at < $until::TIMESTAMP
        AND NOT is_self
        AND account_id IN (
            SELECT account_id FROM cluster_members WHERE cluster_id = $cluster_id::VARCHAR AND coalesce(standing, until IS NULL)
        )
        AND target_id IN (SELECT target_id FROM cluster_targets WHERE cluster_id = $cluster_id::VARCHAR)
    GROUP BY account_id, target_id
)

SELECT
    account_id,
    target_id,
    mentions,
    first_at,
    rank() OVER (PARTITION BY target_id ORDER BY first_at) AS place
FROM linked
ORDER BY target_id, first_at, account_id
