-- Distinct events in any of some spans of series, and who made them. Mentions about oneself, and generations of it, are left out.
-- Reads the registered frame wanted (kind, key: VARCHAR, since, until: TIMESTAMP).
-- Columns: requests, accounts (BIGINT); first_at, last_at (TIMESTAMP, UTC, null where there are none). Grain: one row.
WITH hull AS (
    SELECT min(since) AS since, max("until") AS "until"
    FROM wanted
),

asked AS (
    SELECT m.account_id, m.occurred_at
    FROM mentions AS m
    CROSS JOIN hull
    WHERE
        m.occurred_at >= hull.since
        AND m.occurred_at < hull."until"
        AND NOT m.is_self
        AND EXISTS (
            SELECT 1
            FROM wanted AS w
            WHERE
                m.occurred_at >= w.since
                AND m.occurred_at < w."until"
                AND CASE w.kind
                    WHEN 'all' THEN true
                    WHEN 'request_class' THEN m.request_class = w.key
                    WHEN 'generator' THEN m.generator = w.key
                    WHEN 'language' THEN m."language" = w.key
                    WHEN 'jurisdiction' THEN m.jurisdiction = w.key
                    ELSE false
                END
        )
),

made AS (
    SELECT g.account_id, g.occurred_at
    FROM generations AS g
    CROSS JOIN hull
    WHERE
        g.occurred_at >= hull.since
        AND g.occurred_at < hull."until"
        AND g.account_id IS DISTINCT FROM g.target_id
        AND EXISTS (
            SELECT 1
            FROM wanted AS w
            WHERE
                g.occurred_at >= w.since
                AND g.occurred_at < w."until"
                AND CASE w.kind
                    WHEN 'outcome' THEN g.outcome = w.key
                    WHEN 'surface' THEN g.surface = w.key
                    WHEN 'plan' THEN g.plan = w.key
                    ELSE false
                END
        )
)

SELECT
    count(*) AS requests,
    count(DISTINCT account_id) AS accounts,
    min(occurred_at) AS first_at,
    max(occurred_at) AS last_at
FROM (
    SELECT account_id, occurred_at FROM asked
    UNION ALL
    SELECT account_id, occurred_at FROM made
) AS every_event
