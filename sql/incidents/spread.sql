-- Sexualising requests of hours, and how many of them are about the five most requested targets of that hour: what one attack adds
-- is no surge of everything. Reads the registered frame wanted (until TIMESTAMP).
-- Columns: until (TIMESTAMP), requests, largest (BIGINT). Grain: one row of wanted.
WITH asked AS (
    SELECT w.until, m.target_id, count(*) AS requests
    FROM wanted AS w
    INNER JOIN mentions AS m
        ON m.occurred_at >= w.until - INTERVAL 1 HOUR AND m.occurred_at < w.until
    WHERE m.request_class = 'sexualising' AND NOT m.is_self
    GROUP BY w.until, m.target_id
)

SELECT
    until,
    sum(requests)::BIGINT AS requests,
    coalesce(list_sum(max(requests, 5) FILTER (WHERE target_id IS NOT NULL)), 0)::BIGINT AS largest
FROM asked
GROUP BY until
ORDER BY until
