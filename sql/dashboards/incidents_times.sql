-- How fast incidents of a period were handled, by rule: from the first event of each kind, which later changes never alter.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open): when they were opened.
-- Columns: rule (VARCHAR); incidents, due, acknowledged, resolved (BIGINT); page_p50, page_p90 (DOUBLE, seconds from onset to the first due
--   page); acknowledge_p50, acknowledge_p90 (DOUBLE, seconds from that page to the acknowledgement); resolve_p50, resolve_p90 (DOUBLE, seconds
--   from opening to the first resolution).
-- Grain: one rule.
WITH firsts AS (
    SELECT
        incident_id,
        min(happened_at) FILTER ("event" = 'due') AS due_at,
        min(happened_at) FILTER ("event" = 'acknowledged') AS acknowledged_at,
        min(happened_at) FILTER ("event" = 'resolved') AS resolved_at
    FROM incident_events
    GROUP BY incident_id
),

handled AS (
    SELECT
        incidents.rule AS "rule",
        firsts.due_at AS due_at,
        firsts.acknowledged_at AS acknowledged_at,
        firsts.resolved_at AS resolved_at,
        CASE WHEN firsts.due_at IS NOT NULL THEN greatest(0, epoch(firsts.due_at - incidents.onset_at)) END AS to_page,
        CASE
            WHEN firsts.acknowledged_at IS NOT NULL
                THEN greatest(0, epoch(firsts.acknowledged_at - coalesce(firsts.due_at, incidents.opened_at)))
        END AS to_acknowledge,
        CASE WHEN firsts.resolved_at IS NOT NULL THEN greatest(0, epoch(firsts.resolved_at - incidents.opened_at)) END AS to_resolve
    FROM incidents
    INNER JOIN firsts ON incidents.incident_id = firsts.incident_id
    WHERE
        incidents.opened_at >= $since::TIMESTAMP
        AND incidents.opened_at < $until::TIMESTAMP
        AND incidents.merged_into IS NULL
)

SELECT
    "rule",
    count(*) AS incidents,
    count(due_at) AS due,
    count(acknowledged_at) AS acknowledged,
    count(resolved_at) AS resolved,
    quantile_cont(to_page, 0.5) AS page_p50,
    quantile_cont(to_page, 0.9) AS page_p90,
    quantile_cont(to_acknowledge, 0.5) AS acknowledge_p50,
    quantile_cont(to_acknowledge, 0.9) AS acknowledge_p90,
    quantile_cont(to_resolve, 0.5) AS resolve_p50,
    quantile_cont(to_resolve, 0.9) AS resolve_p90
FROM handled
GROUP BY "rule"
ORDER BY incidents DESC, "rule"
