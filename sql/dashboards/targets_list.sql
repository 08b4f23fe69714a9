-- People asked about in a period, with what bears on their risk. Requests about oneself are left out. The order is by urgency: open
-- surges; requests of the last hour, most first; who was asked about within a day of $at before the others; clusters at work; insistent
-- accounts; requests of the period. It is no ranking of people.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open); $at (TIMESTAMP, UTC): the present of the view; $history (BOOLEAN):
--   leave the last hour and day out of the order; $request_class (VARCHAR): null
--   counts every class; $only (VARCHAR, null takes all: attacked, risk, first, repeated, cluster, fulfilled); $top (BIGINT): most rows.
-- Columns: target_id (UUID); requests, accounts (BIGINT); last_hour (BIGINT): requests in the hour before $at; fulfilled (BIGINT): requests of
--   the period whose answers include a fulfilled one; hours (BIGINT): hours of the period with a request; attacks (BIGINT): hours with at
--   least 5 requests by at least 3 accounts; first_at, last_at (TIMESTAMP, UTC): of the period; is_first (BOOLEAN): never asked about before;
--   surge_open (BOOLEAN); surges (BIGINT): that overlap the period; clusters (BIGINT): validated, not rejected, that mention her in it;
--   insistent (BIGINT): accounts found insistent in it; incident_open (BOOLEAN): an
--   incident about her is not resolved; found (BIGINT): all such targets, also those beyond $top.
-- Grain: one target.
-- Who is shown follows from times and targets alone, and what costs more is looked up for those only; whom $only picks by it, before.
WITH asked AS MATERIALIZED (
    SELECT
        event_id,
        account_id,
        target_id,
        occurred_at
    FROM mentions
    WHERE
        occurred_at >= $since::TIMESTAMP
        AND occurred_at < $until::TIMESTAMP
        AND NOT is_self
        AND target_id IS NOT NULL
        AND ($request_class::VARCHAR IS NULL OR request_class = $request_class::VARCHAR)
),

counted AS (
    SELECT
        target_id,
        count(*) AS requests,
        count(*) FILTER (occurred_at >= $at::TIMESTAMP - INTERVAL 1 HOUR) AS last_hour,
        min(occurred_at) AS first_at,
        max(occurred_at) AS last_at
    FROM asked
    GROUP BY target_id
),

often AS (
    SELECT
        target_id,
        count(*) AS requests
    FROM asked
    WHERE
        $only::VARCHAR = 'repeated'
        AND target_id IN (SELECT counted.target_id FROM counted WHERE counted.requests >= 10)
    GROUP BY target_id, date_trunc('hour', occurred_at)
    HAVING count(*) >= 5 AND count(DISTINCT account_id) >= 3
),

picked AS (
    SELECT target_id
    FROM often
    GROUP BY target_id
    HAVING count(*) > 1
    UNION ALL
    SELECT asked.target_id AS target_id
    FROM generations
    INNER JOIN asked ON generations.mention_id = asked.event_id
    WHERE
        $only::VARCHAR = 'fulfilled'
        AND generations.outcome = 'fulfilled'
        AND generations.occurred_at >= $since::TIMESTAMP - INTERVAL 1 DAY
),

surged AS (
    SELECT target_id, count(*) AS surges, bool_or(closed_at IS NULL) AS surge_open
    FROM surges
    WHERE
        target_id IS NOT NULL
        AND opened_at < $until::TIMESTAMP
        AND coalesce(closed_at, 'infinity'::TIMESTAMP) >= $since::TIMESTAMP
    GROUP BY target_id
),

clustered AS (
    SELECT cluster_targets.target_id AS target_id, count(*) AS clusters
    FROM cluster_targets
    INNER JOIN clusters ON cluster_targets.cluster_id = clusters.cluster_id
    WHERE
        clusters.tier = 'validated'
        AND clusters.verdict <> 'rejected'
        AND cluster_targets.first_at < $until::TIMESTAMP
        AND cluster_targets.last_at >= $since::TIMESTAMP
    GROUP BY cluster_targets.target_id
),

insisted AS (
    SELECT target_id, count(DISTINCT account_id) AS insistent
    FROM insistent_accounts
    WHERE
        first_at < $until::TIMESTAMP
        AND last_at >= $since::TIMESTAMP
    GROUP BY target_id
),

open_incidents AS (
    SELECT DISTINCT incident_targets.target_id AS target_id
    FROM incident_targets
    INNER JOIN incidents ON incident_targets.incident_id = incidents.incident_id
    WHERE incidents.state <> 'resolved' AND incidents.merged_into IS NULL
),

flagged AS (
    SELECT
        counted.*,
        first_asked.target_id IS NOT NULL AS is_first,
        coalesce(surged.surge_open, false) AS surge_open,
        coalesce(surged.surges, 0) AS surges,
        coalesce(clustered.clusters, 0) AS clusters,
        coalesce(insisted.insistent, 0) AS insistent,
        open_incidents.target_id IS NOT NULL AS incident_open
    FROM counted
    LEFT JOIN first_asked ON counted.target_id = first_asked.target_id AND first_asked.first_at >= $since::TIMESTAMP
    LEFT JOIN surged ON counted.target_id = surged.target_id
    LEFT JOIN clustered ON counted.target_id = clustered.target_id
    LEFT JOIN insisted ON counted.target_id = insisted.target_id
    LEFT JOIN open_incidents ON counted.target_id = open_incidents.target_id
),

chosen AS MATERIALIZED (
    SELECT *
    FROM flagged
    WHERE
        CASE $only::VARCHAR
            WHEN 'attacked' THEN surge_open OR (incident_open AND last_hour > 0)
            WHEN 'risk' THEN incident_open OR surge_open OR clusters > 0 OR insistent > 0
            WHEN 'first' THEN is_first
            WHEN 'cluster' THEN clusters > 0
            ELSE true
        END
        AND (coalesce($only::VARCHAR, '') NOT IN ('repeated', 'fulfilled') OR target_id IN (SELECT picked.target_id FROM picked))
),

shown AS MATERIALIZED (
    SELECT *
    FROM chosen
    ORDER BY
        surge_open DESC,
        CASE WHEN $history::BOOLEAN THEN 0 ELSE last_hour END DESC,
        NOT $history::BOOLEAN AND last_at >= $at::TIMESTAMP - INTERVAL 1 DAY DESC,
        clusters > 0 DESC,
        insistent > 0 DESC,
        requests DESC,
        target_id
    LIMIT $top::BIGINT
),

hourly AS (
    SELECT
        target_id,
        count(*) AS requests,
        list(DISTINCT account_id) AS who
    FROM asked
    WHERE target_id IN (SELECT shown.target_id FROM shown)
    GROUP BY target_id, date_trunc('hour', occurred_at)
),

spread AS (
    SELECT
        target_id,
        len(list_distinct(flatten(list(who)))) AS accounts,
        count(*) AS hours,
        count(*) FILTER (requests >= 5 AND len(who) >= 3) AS attacks
    FROM hourly
    GROUP BY target_id
),

met AS (
    SELECT
        asked.target_id AS target_id,
        count(DISTINCT asked.event_id) AS fulfilled
    FROM generations
    INNER JOIN asked ON generations.mention_id = asked.event_id
    WHERE
        generations.outcome = 'fulfilled'
        AND generations.occurred_at >= $since::TIMESTAMP - INTERVAL 1 DAY
        AND asked.target_id IN (SELECT shown.target_id FROM shown)
    GROUP BY asked.target_id
)

SELECT
    shown.target_id AS target_id,
    shown.requests AS requests,
    spread.accounts AS accounts,
    shown.last_hour AS last_hour,
    coalesce(met.fulfilled, 0) AS fulfilled,
    spread.hours AS hours,
    spread.attacks AS attacks,
    shown.first_at AS first_at,
    shown.last_at AS last_at,
    shown.is_first AS is_first,
    shown.surge_open AS surge_open,
    shown.surges AS surges,
    shown.clusters AS clusters,
    shown.insistent AS insistent,
    shown.incident_open AS incident_open,
    (SELECT count(*) FROM chosen) AS found
FROM shown
INNER JOIN spread ON shown.target_id = spread.target_id
LEFT JOIN met ON shown.target_id = met.target_id
ORDER BY
    surge_open DESC,
    CASE WHEN $history::BOOLEAN THEN 0 ELSE last_hour END DESC,
    NOT $history::BOOLEAN AND last_at >= $at::TIMESTAMP - INTERVAL 1 DAY DESC,
    clusters > 0 DESC,
    insistent > 0 DESC,
    requests DESC,
    target_id
