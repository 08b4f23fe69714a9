-- Question: How much of the burden comes from accounts that act together?
-- Method: Requests of the class by accounts that were members of a cluster when they asked, of all requests; and targets for whom such
--   requests are at least half of those they got. Validated clusters, and validated or possible ones.
-- Caveats: A cluster is a hypothesis; possible ones were not statistically validated. Members act alone, too: their requests count all
--   the same. An account in two clusters counts once. Clusters are found in what was collected, so a thinner sample finds fewer.
-- Catalogues: analyst.
-- Parameters: $since, $until (TIMESTAMP, UTC): of the mention; $request_class (VARCHAR) = sexualising.
-- Columns: tier (VARCHAR): validated, or any; clusters, accounts (BIGINT): with a request in the period; requests (BIGINT): theirs;
--   all_requests (BIGINT); requests_share (DOUBLE, 0 to 1); targets (BIGINT): they asked about; all_targets (BIGINT); mostly_clustered
--   (BIGINT): targets with at least half of their requests from clusters.
-- Grain: one tier, always two.
WITH asked AS (
    SELECT event_id, account_id, target_id, occurred_at
    FROM mentions
    WHERE
        occurred_at >= $since::TIMESTAMP
        AND occurred_at < $until::TIMESTAMP
        AND request_class = $request_class::VARCHAR
        AND NOT is_self
),

members AS (
    SELECT
        tiers.tier AS tier,
        cluster_members.cluster_id AS cluster_id,
        cluster_members.account_id AS account_id,
        cluster_members.since AS member_since,
        cluster_members.until AS member_until
    FROM cluster_members
    INNER JOIN clusters ON cluster_members.cluster_id = clusters.cluster_id
    INNER JOIN (SELECT unnest(['validated', 'any']) AS tier) AS tiers ON clusters.tier = tiers.tier OR tiers.tier = 'any'
),

matched AS (
    SELECT
        members.tier AS tier,
        members.cluster_id AS cluster_id,
        asked.event_id AS event_id,
        asked.account_id AS account_id,
        asked.target_id AS target_id
    FROM asked
    INNER JOIN members
        ON
            asked.account_id = members.account_id
            AND members.member_since <= asked.occurred_at
            AND (members.member_until IS NULL OR asked.occurred_at < members.member_until)
),

summed AS (
    SELECT
        tier,
        count(DISTINCT cluster_id) AS clusters,
        count(DISTINCT account_id) AS accounts,
        count(DISTINCT event_id) AS requests,
        count(DISTINCT target_id) AS targets
    FROM matched
    GROUP BY tier
),

target_totals AS (
    SELECT target_id, count(*) AS requests FROM asked WHERE target_id IS NOT NULL GROUP BY target_id
),

mostly AS (
    SELECT clustered.tier AS tier, count(*) AS mostly_clustered
    FROM (
        SELECT tier, target_id, count(DISTINCT event_id) AS requests
        FROM matched
        WHERE target_id IS NOT NULL
        GROUP BY tier, target_id
    ) AS clustered
    INNER JOIN target_totals ON clustered.target_id = target_totals.target_id
    WHERE 2 * clustered.requests >= target_totals.requests
    GROUP BY clustered.tier
),

everyone AS (
    SELECT count(*) AS all_requests, count(DISTINCT target_id) AS all_targets FROM asked
)

SELECT
    tiers.tier AS tier,
    coalesce(summed.clusters, 0) AS clusters,
    coalesce(summed.accounts, 0) AS accounts,
    coalesce(summed.requests, 0) AS requests,
    everyone.all_requests AS all_requests,
    round(coalesce(summed.requests, 0) / nullif(everyone.all_requests, 0), 6) AS requests_share,
    coalesce(summed.targets, 0) AS targets,
    everyone.all_targets AS all_targets,
    coalesce(mostly.mostly_clustered, 0) AS mostly_clustered
FROM (SELECT unnest(['validated', 'any']) AS tier) AS tiers
CROSS JOIN everyone
LEFT JOIN summed ON tiers.tier = summed.tier
LEFT JOIN mostly ON tiers.tier = mostly.tier
ORDER BY tiers.tier DESC
