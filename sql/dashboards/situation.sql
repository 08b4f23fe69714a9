-- Who is under attack now and what waits for somebody; of history, what was found.
-- Parameters: $at (TIMESTAMP, UTC): newest event; $request_class (VARCHAR): null counts every class.
-- Columns: attacked (BIGINT): people with a request of this class in the day before $at who have an open surge, or an incident that is not resolved and
--   such a request in the hour before $at (`targets_list` lists them as attacked); untaken (BIGINT): critical incidents that are open and that nobody
--   has taken, suppressed ones left out; clusters (BIGINT): validated; unreviewed (BIGINT): incidents that nobody has taken or judged. Incidents merged
--   into another are left out.
-- Grain: one row.
WITH standing AS (
    SELECT *
    FROM incidents
    WHERE merged_into IS NULL
),

surging AS (
    SELECT DISTINCT target_id
    FROM surges
    WHERE target_id IS NOT NULL AND closed_at IS NULL
),

handled AS (
    SELECT DISTINCT incident_targets.target_id AS target_id
    FROM incident_targets
    INNER JOIN incidents ON incident_targets.incident_id = incidents.incident_id
    WHERE incidents.state <> 'resolved' AND incidents.merged_into IS NULL
),

asked AS (
    SELECT
        target_id,
        max(occurred_at) AS last_at
    FROM mentions
    WHERE
        occurred_at >= $at::TIMESTAMP - INTERVAL 1 DAY
        AND NOT is_self
        AND ($request_class::VARCHAR IS NULL OR request_class = $request_class::VARCHAR)
        AND target_id IN (SELECT surging.target_id FROM surging UNION ALL SELECT handled.target_id FROM handled)
    GROUP BY target_id
)

SELECT
    (
        SELECT count(*)
        FROM asked
        WHERE asked.last_at >= $at::TIMESTAMP - INTERVAL 1 HOUR OR asked.target_id IN (SELECT surging.target_id FROM surging)
    ) AS attacked,
    (
        SELECT count(*)
        FROM standing
        WHERE standing.severity = 'critical' AND standing.state = 'open' AND standing.suppressed_by IS NULL
    ) AS untaken,
    (SELECT count(*) FROM clusters WHERE clusters.tier = 'validated') AS clusters,
    (
        SELECT count(*)
        FROM standing
        WHERE standing."owner" IS NULL AND standing.disposition IS NULL AND standing.acknowledged_at IS NULL
    ) AS unreviewed
ORDER BY attacked
