-- Members of a validated cluster who asked about one target within so many minutes, where the cluster was not known to be active
-- lately: who belonged to it, and what it had done, as had been decided by then. Among targets that got a request between two
-- times or two batches.
-- Parameters: $since, $until (TIMESTAMP), $after_batch, $to_batch (BIGINT), $classes (VARCHAR[]): request classes,
--   $accounts (BIGINT): fewest members, $minutes (INTEGER), $quiet_hours (INTEGER): without activity for so long it is not active.
-- Columns: cluster_id, target_id (VARCHAR), met_on (DATE), met_at, began_at (TIMESTAMP), requests, accounts (BIGINT): of that time,
--   members (VARCHAR[]): those accounts, size (BIGINT): accounts of the cluster, targets (BIGINT): others that it had been active against.
-- Grain: one cluster_id, target_id and met_on.
WITH belonged AS (
    SELECT
        cluster_id,
        account_id,
        decided_at AS held_from,
        lead(decided_at, 1, TIMESTAMP 'infinity')
            OVER (PARTITION BY cluster_id, account_id ORDER BY decided_at, version) AS held_to,
        until IS NULL AS inside
    FROM cluster_members
),

stood AS (
    SELECT
        cluster_id,
        accounts,
        decided_at AS held_from,
        lead(decided_at, 1, TIMESTAMP 'infinity') OVER (PARTITION BY cluster_id ORDER BY decided_at, version) AS held_to,
        tier = 'validated' AND state <> 'merged' AS counts
    FROM clusters
),

asked AS (
    SELECT
        b.cluster_id,
        b.account_id,
        m.target_id,
        m.occurred_at,
        m.occurred_at >= $since AND m.batch > $after_batch AS fresh
    FROM mentions AS m
    INNER JOIN belonged AS b ON b.account_id = m.account_id
    WHERE
        m.occurred_at >= $since - to_minutes($minutes) AND m.occurred_at < $until AND m.batch <= $to_batch
        AND m.occurred_at >= b.held_from AND m.occurred_at < b.held_to AND b.inside
        AND m.target_id IS NOT NULL AND NOT m.is_self AND list_contains($classes::VARCHAR[], m.request_class)
),

several AS (
    SELECT cluster_id, target_id, min(occurred_at) FILTER (WHERE fresh) AS first_at
    FROM asked
    GROUP BY cluster_id, target_id
    HAVING count(DISTINCT account_id) >= $accounts AND count(*) FILTER (WHERE fresh) > 0
),

together AS (
    SELECT
        a.cluster_id,
        a.target_id,
        a.occurred_at,
        s.first_at,
        count(*) OVER w AS requests,
        list_distinct(list(a.account_id) OVER w) AS members,
        min(a.occurred_at) OVER w AS began_at
    FROM asked AS a
    INNER JOIN several AS s ON s.cluster_id = a.cluster_id AND s.target_id = a.target_id
    WINDOW w AS (
        PARTITION BY a.cluster_id, a.target_id ORDER BY a.occurred_at
        RANGE BETWEEN to_minutes($minutes) PRECEDING AND CURRENT ROW
    )
),

met AS (
    SELECT t.*, c.accounts AS size
    FROM together AS t
    INNER JOIN stood AS c ON c.cluster_id = t.cluster_id
    WHERE
        len(t.members) >= $accounts AND t.occurred_at >= t.first_at
        AND t.occurred_at >= c.held_from AND t.occurred_at < c.held_to AND c.counts
        AND NOT EXISTS (
            FROM cluster_targets AS k
            WHERE
                k.cluster_id = t.cluster_id AND k.target_id = t.target_id AND k.accounts >= $accounts
                AND k.decided_at <= t.occurred_at AND k.last_at >= t.occurred_at - to_hours($quiet_hours)
        )
),

first_met AS (
    SELECT
        cluster_id,
        target_id,
        CAST(occurred_at AS DATE) AS met_on,
        min(occurred_at) AS met_at,
        arg_min(began_at, occurred_at) AS began_at,
        arg_min(requests, occurred_at) AS requests,
        list_sort(arg_min(members, occurred_at)) AS members,
        arg_min(size, occurred_at) AS size
    FROM met
    GROUP BY cluster_id, target_id, met_on
)

SELECT
    f.cluster_id,
    CAST(f.target_id AS VARCHAR) AS target_id,
    f.met_on,
    f.met_at,
    f.began_at,
    f.requests,
    len(f.members) AS accounts,
    CAST(f.members AS VARCHAR[]) AS members,
    f.size,
    count(DISTINCT k.target_id) AS targets
FROM first_met AS f
LEFT JOIN cluster_targets AS k
    ON
        k.cluster_id = f.cluster_id AND k.decided_at <= f.met_at AND k.accounts >= $accounts
        AND k.target_id <> f.target_id
GROUP BY ALL
ORDER BY f.met_at, f.cluster_id, target_id
