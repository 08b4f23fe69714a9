-- Accounts that asked about at least two of the people about whom one account asked, those with a supported pair first. Many people in common
-- are no evidence by themselves: much-asked people are common to many accounts.
-- Parameters: $account_id (UUID); $since, $until (TIMESTAMP, UTC, half-open); $top (BIGINT): most rows.
-- Columns: account_id (UUID); targets (BIGINT): people in common; supported (BOOLEAN): a pair of a cluster that statistics support joins the two;
--   co_actions (BIGINT, null without such a pair): of that pair; cluster_id (VARCHAR, null without such a pair); found (BIGINT): all such accounts.
-- Grain: one account.
WITH own AS (
    SELECT DISTINCT target_id
    FROM mentions
    WHERE
        account_id = $account_id::UUID
        AND target_id IS NOT NULL
        AND NOT is_self
        AND occurred_at >= $since::TIMESTAMP
        AND occurred_at < $until::TIMESTAMP
),

others AS (
    SELECT account_id, count(DISTINCT target_id) AS targets
    FROM mentions
    WHERE
        target_id IN (SELECT own.target_id FROM own)
        AND account_id <> $account_id::UUID
        AND NOT is_self
        AND occurred_at >= $since::TIMESTAMP
        AND occurred_at < $until::TIMESTAMP
    GROUP BY account_id
    HAVING count(DISTINCT target_id) >= 2
),

pairs AS (
    SELECT
        CASE WHEN account_a = $account_id::UUID THEN account_b ELSE account_a END AS account_id,
        max(co_actions) AS co_actions,
        min(cluster_id) AS cluster_id
    FROM cluster_edges
    WHERE
        (account_a = $account_id::UUID OR account_b = $account_id::UUID)
        AND coalesce(supported, q_value <= 0.01)
    GROUP BY ALL
)

SELECT
    others.account_id AS account_id,
    others.targets AS targets,
    pairs.account_id IS NOT NULL AS supported,
    pairs.co_actions AS co_actions,
    pairs.cluster_id AS cluster_id,
    count(*) OVER () AS found
FROM others
LEFT JOIN pairs ON others.account_id = pairs.account_id
ORDER BY pairs.account_id IS NOT NULL DESC, others.targets DESC, others.account_id
LIMIT $top::BIGINT
