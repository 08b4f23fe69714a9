-- About whom one account asked, most requests first, and how many accounts asked about the same person.
-- Parameters: $account_id (UUID); $since, $until (TIMESTAMP, UTC, half-open); $top (BIGINT): most rows.
-- Columns: target_id (UUID); requests (BIGINT): of this account; first_at, last_at (TIMESTAMP, UTC); accounts (BIGINT): of the period, this one
--   included; found (BIGINT): all such targets, also those beyond $top.
-- Grain: one target.
WITH asked AS (
    SELECT
        target_id,
        count(*) AS requests,
        min(occurred_at) AS first_at,
        max(occurred_at) AS last_at,
        count(*) OVER () AS found
    FROM mentions
    WHERE
        account_id = $account_id::UUID
        AND target_id IS NOT NULL
        AND NOT is_self
        AND occurred_at >= $since::TIMESTAMP
        AND occurred_at < $until::TIMESTAMP
    GROUP BY target_id
    ORDER BY requests DESC, target_id
    LIMIT $top::BIGINT
),

askers AS (
    SELECT target_id, count(DISTINCT account_id) AS accounts
    FROM mentions
    WHERE
        target_id IN (SELECT asked.target_id FROM asked)
        AND NOT is_self
        AND occurred_at >= $since::TIMESTAMP
        AND occurred_at < $until::TIMESTAMP
    GROUP BY target_id
)

SELECT
    asked.target_id AS target_id,
    asked.requests AS requests,
    asked.first_at AS first_at,
    asked.last_at AS last_at,
    askers.accounts AS accounts,
    asked.found AS found
FROM asked
INNER JOIN askers ON asked.target_id = askers.target_id
ORDER BY asked.requests DESC, asked.target_id
