-- How many clusters there are, by tier and by what people said of them.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open): in which they were active.
-- Columns: tier, verdict (VARCHAR); clusters (BIGINT); accounts (BIGINT): without those of merged clusters, which count in the one they
--   were merged into.
-- Grain: one tier and verdict.
SELECT
    tier,
    verdict,
    count(*) AS clusters,
    coalesce(sum(accounts) FILTER (WHERE state <> 'merged'), 0)::BIGINT AS accounts
FROM clusters
WHERE
    born_at < $until::TIMESTAMP
    AND last_active_at >= $since::TIMESTAMP
GROUP BY tier, verdict
ORDER BY tier DESC, verdict
